import { expect, it } from 'vitest';
import { idsIn, wrongIds } from './chosen-ids';

it('takes ids that are pasted in a row, each once, and no other words', () => {
  expect(idsIn('instance-a, instance-b\ninstance-a;instance-c', 'instance')).toEqual(['instance-a', 'instance-b', 'instance-c']);
  expect(idsIn('orders', 'instance')).toEqual([]);
  expect(idsIn('instance-a orders', 'instance')).toEqual([]);
  expect(idsIn('sub-a', 'instance')).toEqual([]);
  expect(idsIn(' ', 'instance')).toEqual([]);
});

it('names the unknown, and those of another plan', () => {
  const named = [
    { value: 'sub-a', label: 'Acme', planId: 'pt-1' },
    { value: 'sub-b', label: 'Best', planId: 'pt-2' },
    { value: 'org-a', label: 'Acme' },
  ];
  const ids = ['sub-a', 'sub-b', 'org-a', 'sub-x'];
  expect(wrongIds(ids, named, 'pt-1')).toEqual({ unknown: ['sub-x'], ofOthers: ['sub-b'] });
  expect(wrongIds(ids, named, '')).toEqual({ unknown: ['sub-x'], ofOthers: [] });
  expect(wrongIds(ids, undefined, 'pt-1')).toEqual({ unknown: [], ofOthers: [] });
});
