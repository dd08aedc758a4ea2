import { expect, it } from 'vitest';
import { fitting } from './entry';

const entries = [
  { key: 'a', label: 'Create an instance of Postgres', act: '/a' },
  { key: 'b', label: 'orders-db', about: 'instance-1 · Postgres', act: '/b' },
  { key: 'c', label: 'Postgres', words: 'plan', act: '/c' },
];
const keys = (typed: string) => fitting(entries, typed).map(({ key }) => key);

it.each([
  ['postgres', ['c', 'a', 'b']],
  ['INSTANCE-1', ['b']],
  ['inst post', ['a', 'b']],
  ['plan', ['c']],
  ['nothing', []],
  ['', ['a', 'b', 'c']],
])('%j finds %j', (typed, found) => {
  expect(keys(typed)).toEqual(found);
});

it('a group is short', () => {
  expect(
    fitting(
      Array.from({ length: 50 }, (_, index) => ({ key: String(index), label: 'x', act: '/' })),
      'x',
    ),
  ).toHaveLength(7);
});
