import { expect, it } from 'vitest';
import { differences } from './difference';

it('tells each member that differs, by its path', () => {
  const before = { phase: 'Busy', instances: 1, conditions: [{ type: 'Ready', status: 'False' }], gone: true };
  const after = { phase: 'Done', instances: 1, conditions: [{ type: 'Ready', status: 'True' }, { type: 'New' }] };
  expect(differences(before, after)).toEqual([
    { path: 'phase', before: 'Busy', after: 'Done' },
    { path: 'conditions[0].status', before: 'False', after: 'True' },
    { path: 'conditions[1]', before: undefined, after: '{"type":"New"}' },
    { path: 'gone', before: 'true', after: undefined },
  ]);
});

it('nothing differs between equals, and all between nothing and something', () => {
  expect(differences({ a: [1] }, { a: [1] })).toEqual([]);
  expect(differences(undefined, { a: 1 })).toEqual([{ path: '', before: undefined, after: '{"a":1}' }]);
});
