import { expect, it } from 'vitest';
import { type Needs, type PastRun, whyKept } from './kept-runs.js';

const at = (day: number) => new Date(Date.UTC(2030, 0, day));
const run = (more: Partial<PastRun> = {}): PastRun => ({ id: 'run', operationId: 'op', finishedAt: at(1), ...more });
const needs = (more: Partial<Needs> = {}, instance: Partial<Needs['instance']> = {}): Needs => ({
  instance: { isDeleted: false, isCompared: true, objectsUntil: at(2), ...instance },
  openOperations: new Set(),
  operations: new Set(),
  newest: new Set(),
  lastWriters: new Set(),
  ...more,
});

it('keeps nothing that nobody needs', () => {
  expect(whyKept(run(), needs())).toBeUndefined();
  expect(whyKept(run({ operationId: null }), needs({ operations: new Set(['other']) }))).toBeUndefined();
});

it.each<[string, Needs]>([
  ['operation', needs({ operations: new Set(['op']) })],
  ['newest', needs({ newest: new Set(['run']) })],
  ['last-writer', needs({ lastWriters: new Set(['run']) })],
  ['not-compared-yet', needs({}, { objectsUntil: null })],
  ['not-compared-yet', needs({}, { objectsUntil: new Date(at(1).getTime() - 1) })],
])('keeps what is needed: %s', (reason, needed) => {
  expect(whyKept(run(), needed)).toBe(reason);
  expect(whyKept(run(), { ...needed, instance: { ...needed.instance, isDeleted: true } })).toBeUndefined();
});

it('keeps all runs of an operation that goes on, of deleted instances too', () => {
  for (const isDeleted of [false, true])
    expect(whyKept(run(), needs({ openOperations: new Set(['op']) }, { isDeleted }))).toBe('open-operation');
});

it('does not wait for comparisons that never come', () => {
  expect(whyKept(run(), needs({}, { isCompared: false, objectsUntil: null }))).toBeUndefined();
  expect(whyKept(run(), needs({}, { objectsUntil: at(1) }))).toBeUndefined();
});
