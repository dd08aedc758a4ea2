import { expect, it } from 'vitest';
import { filterOf, type InstanceRow, isFound } from './instance-row';

const ROW: InstanceRow = {
  id: 'instance-1',
  status: 'RUNNING',
  reason: '',
  product: 'Postgres',
  plan: 'Small',
  version: '1.0',
  environment: 'Dev',
  place: 'aws us-east-1',
  createdAt: '',
  tags: ['team=orders'],
};

it.each([
  [{}, true],
  [{ q: 'POST' }, true],
  [{ q: 'us-east' }, true],
  [{ q: 'orders' }, true],
  [{ q: 'redis' }, false],
  [{ status: 'RUNNING' }, true],
  [{ q: 'postgres', status: 'FAILED' }, false],
])('%j finds it: %s', (filter, found) => expect(isFound(ROW, filter)).toBe(found));

it('an address says what is asked; what is no text is left out', () => {
  expect(filterOf({ q: 'a', status: 'FAILED', page: '2' })).toEqual({ q: 'a', status: 'FAILED' });
  expect(filterOf({ q: 7, status: '' })).toEqual({});
});
