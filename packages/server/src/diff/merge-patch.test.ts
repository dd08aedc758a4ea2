import { expect, it } from 'vitest';
import { mergePatch, mergePatchOf } from './merge-patch.js';

it('makes one object of another by the patch between them', () => {
  const before = { a: 1, keep: { x: 1, y: [1, 2] }, gone: { z: 1 } };
  const after = { a: 2, keep: { x: 1, y: [2] }, new: { deep: { q: true } } };
  const patch = mergePatchOf(before, after);
  expect(patch).toEqual({ a: 2, keep: { y: [2] }, gone: null, new: { deep: { q: true } } });
  expect(mergePatch(before, patch)).toEqual(after);
  expect(mergePatchOf(before, before)).toEqual({});
  expect(before.keep.y).toEqual([1, 2]);
});

it('takes away what is null, and replaces what is no map (RFC 7386)', () => {
  expect(mergePatch({ a: 'b', c: { d: 1 } }, { a: null, c: { d: null, e: 'f' }, g: { h: null } })).toEqual({ c: { e: 'f' }, g: {} });
  expect(mergePatch([1], { a: 1 })).toEqual({ a: 1 });
});
