import { expect, it } from 'vitest';
import { accessOf } from './access-of.js';
import type { Operation } from './operation.js';
import { type OperationName, operations } from './table.js';

it('says of each operation what its row says', () => {
  const rows = Object.entries<Operation>(operations);
  expect(Object.fromEntries(rows.map(([name]) => [name, accessOf(name as OperationName)]))).toEqual(
    Object.fromEntries(rows.map(([name, { access }]) => [name, access])),
  );
});
