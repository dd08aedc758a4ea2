import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCell } from './compare.js';
import { type ExpectedObject, layOver, mustBeThere, objectId, type Touch } from './expected-objects.js';
import type { Resting } from './expected-store.js';
import { seenKey, type SeenCell, type SeenObject } from './seen-objects.js';
import { findingsOf, isNews } from './words.js';

const touch = (of: Partial<Touch>): Touch => ({
  runId: 'run-1',
  verb: 'create',
  action: 'apply',
  apiVersion: 'stores.test/v1',
  kind: 'Store',
  name: 'db',
  uid: 'uid-1',
  wrote: true,
  removed: true,
  passing: false,
  ...of,
});
const expectedAfter = (...touches: Partial<Touch>[]) => layOver([], touches.map(touch)).filter(mustBeThere).map(objectId);

describe('what has to be there', () => {
  it.each<[string, Partial<Touch>[], boolean]>([
    ['what a create made', [{}], true],
    ['in a newer version of its group', [{}, { verb: 'modify', apiVersion: 'stores.test/v2', uid: 'uid-2' }], true],
    ['what was only patched', [{ action: 'patch' }], false],
    ['what was made and patched', [{}, { verb: 'stop', action: 'patch' }], true],
    ['what was only read', [{ action: 'get' }], false],
    ['a write that was never answered', [{ wrote: false }], false],
    ['what a stop deletes', [{}, { verb: 'stop', action: 'delete' }], false],
    ['what a stop deletes and a start makes again', [{}, { verb: 'stop', action: 'delete' }, { verb: 'start' }], true],
    ['what a step of the same workflow deletes', [{}, { action: 'delete' }], false],
    ['a delete that was refused', [{}, { verb: 'stop', action: 'delete', removed: false }], true],
    ['what only a backup makes', [{ verb: 'backup' }], false],
    ['what only a custom workflow makes', [{ verb: 'custom', action: 'create' }], false],
    ['what a create made and a custom workflow applies', [{}, { verb: 'custom' }], true],
    ['what its author lets vanish', [{ passing: true }], false],
    ['what its author lets vanish, and a later version does not', [{ passing: true }, { verb: 'modify' }], true],
    ['what its author lets vanish, patched', [{ passing: true }, { verb: 'modify', action: 'patch' }], false],
    ['a Job', [{ apiVersion: 'batch/v1', kind: 'Job' }], false],
    ['a Pod', [{ apiVersion: 'v1', kind: 'Pod' }], false],
    ['a Job of another group', [{ kind: 'Job' }], true],
  ])('%s', (_, touches, has) => {
    expect(expectedAfter(...touches)).toHaveLength(has ? 1 : 0);
  });

  it('is the same, whether runs are read one by one or all at once', () => {
    const touches = fc.array(
      fc.record({
        verb: fc.constantFrom('create', 'modify', 'stop', 'start', 'custom', 'backup'),
        action: fc.constantFrom('apply', 'create', 'patch', 'get', 'delete'),
        name: fc.constantFrom('a', 'b'),
        kind: fc.constantFrom('Store', 'Job'),
        uid: fc.constantFrom('1', '2', null),
        wrote: fc.boolean(),
        removed: fc.boolean(),
        passing: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(touches, fc.nat(12), (all, at) => {
        const whole = layOver([], all.map(touch));
        const parts = layOver(layOver([], all.slice(0, at).map(touch)), all.slice(at).map(touch));
        expect(parts).toEqual(whole);
      }),
    );
  });
});

const instance = (id: string): Resting => ({ id, namespace: id, status: 'RUNNING', mark: '', findings: [] });
const store = (name: string, more: Partial<ExpectedObject> = {}): ExpectedObject => ({
  group: 'stores.test',
  apiVersion: 'stores.test/v1',
  kind: 'Store',
  name,
  uid: `uid-${name}`,
  runId: 'run-1',
  present: true,
  product: true,
  passing: false,
  ...more,
});
const seen = (of: Partial<SeenObject> = {}): SeenObject => ({ uid: 'x', instanceId: 'i-1', owned: false, ...of });
const keyOf = (object: ExpectedObject, namespace: string) => seenKey({ ...object, namespace });
const cell = (objects: [string, SeenObject][], more: Partial<SeenCell> = {}): SeenCell => ({
  namespaces: new Map([['i-1', seen()]]),
  objects: new Map(objects),
  unserved: new Set(),
  unread: new Map(),
  ...more,
});
const compared = (expected: ExpectedObject[], shown: SeenCell) => {
  const [one] = compareCell([instance('i-1')], new Map([['i-1', expected]]), shown);
  if (one === undefined) throw new Error('the instance was not compared');
  return one;
};
const names = (objects: ExpectedObject[]) => objects.map((one) => one.name);

describe('a comparison', () => {
  const db = store('db');
  const config: ExpectedObject = { ...store('settings'), group: '', apiVersion: 'v1', kind: 'ConfigMap' };

  it('finds nothing where everything is there', () => {
    const found = compared([db], cell([[keyOf(db, 'i-1'), seen({ uid: 'uid-db' })]]));
    expect(found).toMatchObject({ namespaceGone: false, gone: [], replaced: [], unserved: [], unread: [] });
  });

  it('finds what is gone, in its own namespace', () => {
    expect(names(compared([db], cell([[keyOf(db, 'i-2'), seen({ uid: 'uid-db', instanceId: 'i-2' })]])).gone)).toEqual(['db']);
  });

  it('takes what an operator goes on with under another name for it', () => {
    const renamed = store('db-0');
    expect(compared([db], cell([[keyOf(renamed, 'i-1'), seen()]])).gone).toEqual([]);
    // Not what belongs to another object, is on its way out, or is of another kind.
    expect(names(compared([db], cell([[keyOf(renamed, 'i-1'), seen({ owned: true })]])).gone)).toEqual(['db']);
    expect(names(compared([db], cell([[keyOf(renamed, 'i-1'), seen({ deletedAt: 1 })]])).gone)).toEqual(['db']);
    expect(names(compared([db], cell([[keyOf(config, 'i-1'), seen()]])).gone)).toEqual(['db']);
    // Not another object that the plan itself has written, by whatever workflow.
    expect(names(compared([db, { ...renamed, product: false }], cell([[keyOf(renamed, 'i-1'), seen()]])).gone)).toEqual(['db']);
    expect(names(compared([db, renamed], cell([[keyOf(renamed, 'i-1'), seen({ uid: 'uid-db-0' })]])).gone)).toEqual(['db']);
  });

  it('tells of another object of the same name only where it held something, and nobody else cares for it', () => {
    expect(names(compared([db], cell([[keyOf(db, 'i-1'), seen({ uid: 'other' })]])).replaced)).toEqual(['db']);
    expect(compared([db], cell([[keyOf(db, 'i-1'), seen({ uid: 'other', owned: true })]])).replaced).toEqual([]);
    expect(compared([config], cell([[keyOf(config, 'i-1'), seen({ uid: 'other' })]])).replaced).toEqual([]);
    expect(compared([store('db', { uid: null })], cell([[keyOf(db, 'i-1'), seen({ uid: 'other' })]])).replaced).toEqual([]);
  });

  it('keeps apart what is not served and what may not be read', () => {
    expect(names(compared([db], cell([], { unserved: new Set(['stores.test/Store']) })).unserved)).toEqual(['db']);
    expect(names(compared([db], cell([], { unread: new Map([['stores.test/Store', 'forbidden']]) })).unread)).toEqual(['db']);
  });
});

describe('findings', () => {
  const remedies = { plan: { resources: [{ key: 'r', dependsOn: [], systemWorkflows: {} }] } as never, resourceKey: 'r' };
  const now = new Date('2026-03-02T00:00:00Z');
  const confirmed = (gone: ExpectedObject[], of: Resting) => ({
    instance: of,
    namespaceGone: false,
    expected: [],
    gone,
    replaced: [],
    unserved: [],
    unread: [] as ExpectedObject[],
    runIds: [],
  });

  it('name few objects and count all, keep their time, and are news only where they tell of more', () => {
    const many = Array.from({ length: 30 }, (_, at) => store(`db-${at}`));
    const first = findingsOf(confirmed(many, instance('i-1')), remedies, new Date('2026-03-01T00:00:00Z'));
    expect(first).toMatchObject([{ code: 'object-gone', count: 30, commands: ['cellplane instance delete i-1'] }]);
    expect(first[0]?.objects).toHaveLength(20);
    expect(first[0]?.message).toContain('Store/db-0, Store/db-1, Store/db-2 and 27 more are gone');
    const later = findingsOf(confirmed(many.slice(1), { ...instance('i-1'), findings: first }), remedies, now);
    expect(later[0]).toMatchObject({ since: '2026-03-01T00:00:00.000Z', count: 29 });
    expect([isNews(first, []), isNews(later, first), isNews(first, later)]).toEqual([true, false, true]);
  });

  it('stay where the cell could not be read', () => {
    const first = findingsOf(confirmed([store('db')], instance('i-1')), remedies, now);
    const blind = { ...confirmed([], { ...instance('i-1'), findings: first }), unread: [store('db')] };
    expect(findingsOf(blind, remedies, now)).toEqual(first);
    expect(findingsOf({ ...blind, unread: [] }, remedies, now)).toEqual([]);
  });
});
