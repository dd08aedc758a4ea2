import { expect, it } from 'vitest';
import '../../app/messages';
import { createSearchOf } from './create-search';
import { choosable, type PlanVersion, versionLabel } from './versions';

const version = (number: string, status: string, resources?: string[]) =>
  ({
    version: number,
    status,
    ...(resources === undefined ? {} : { resources: resources.map((id) => ({ id })) }),
  }) as unknown as PlanVersion;

it('what is withdrawn, or has no such resource, is not chosen', () => {
  const all = [
    version('1.2', 'Active', ['r-2']),
    version('1.1', 'Preferred', ['r-1', 'r-2']),
    version('1.0', 'Deprecated'),
    version('0.9', 'Active'),
  ];
  expect(choosable(all, 'r-1').map((one) => one.version)).toEqual(['1.1', '0.9']);
});

it('a version says its name, and whether it is the preferred one', () => {
  expect(versionLabel({ version: '1.1', name: 'Autumn', status: 'Preferred' })).toBe('1.1 · Autumn · preferred');
  expect(versionLabel({ version: '1.0', status: 'Active' })).toBe('1.0');
});

it('an address is read leniently', () => {
  expect(createSearchOf({ version: 1.1, resource: '', subscription: ['a'], other: 'x' })).toEqual({ version: '1.1' });
});
