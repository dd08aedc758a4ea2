import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../model.js';
import { applyList, applyWatchEvent, type Change, commit, trimmed } from './watch-cache.js';

const all = () => true;

function object(name: string, resourceVersion: number, uid = 'u1'): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ns', uid, resourceVersion: String(resourceVersion) } };
}

function cacheOf(...objects: KubernetesObject[]): Map<string, KubernetesObject> {
  return new Map(objects.map((each) => [`ns/${each.metadata.name}`, each]));
}

const said = (changes: Change[]) =>
  changes.map(({ type, object }) => `${type} ${object.metadata.name} ${object.metadata.uid}@${object.metadata.resourceVersion}`);

describe('applyWatchEvent', () => {
  it('goes by what is held, not by the word of the event', () => {
    expect(said(applyWatchEvent(cacheOf(), { type: 'MODIFIED', object: object('a', 1) }, all))).toEqual(['ADDED a u1@1']);
    expect(said(applyWatchEvent(cacheOf(object('a', 1)), { type: 'ADDED', object: object('a', 2) }, all))).toEqual(['MODIFIED a u1@2']);
    expect(said(applyWatchEvent(cacheOf(object('a', 1)), { type: 'ADDED', object: object('a', 1) }, all))).toEqual([]);
  });

  it('tells a new object of the same name from a change', () => {
    const changes = applyWatchEvent(cacheOf(object('a', 1)), { type: 'MODIFIED', object: object('a', 5, 'u2') }, all);
    expect(said(changes)).toEqual(['DELETED a u1@1', 'ADDED a u2@5']);
  });

  it('does not let late words about the old object take the new one away', () => {
    expect(applyWatchEvent(cacheOf(object('a', 5, 'u2')), { type: 'DELETED', object: object('a', 3, 'u1') }, all)).toEqual([]);
  });

  it('reports the deletion of an object that it was asked to keep only after it had been made', () => {
    expect(said(applyWatchEvent(cacheOf(), { type: 'DELETED', object: object('a', 3) }, all))).toEqual(['DELETED a u1@3']);
    expect(applyWatchEvent(cacheOf(), { type: 'DELETED', object: object('a', 3) }, () => false)).toEqual([]);
  });

  it('forgets what is not kept any more, without calling it deleted', () => {
    expect(said(applyWatchEvent(cacheOf(object('a', 1)), { type: 'MODIFIED', object: object('a', 2) }, () => false))).toEqual([
      'FORGOTTEN a u1@1',
    ]);
    expect(said(applyList(cacheOf(object('a', 1)), [object('a', 2)], () => false))).toEqual(['FORGOTTEN a u1@1']);
  });
});

describe('applyList', () => {
  it('makes up for what was missed: new, changed, gone, replaced', () => {
    const cache = cacheOf(object('same', 1), object('changed', 2), object('gone', 3), object('replaced', 4));
    const items = [object('same', 1), object('changed', 9), object('replaced', 8, 'u2'), object('new', 7)];
    expect(said(applyList(cache, items, all))).toEqual([
      'DELETED gone u1@3',
      'MODIFIED changed u1@9',
      'DELETED replaced u1@4',
      'ADDED replaced u2@8',
      'ADDED new u1@7',
    ]);
  });

  it('ends with the truth, whichever events were lost', () => {
    const steps = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        verb: fc.constantFrom('put' as const, 'delete' as const),
        isSeen: fc.boolean(),
        listsAfter: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (history) => {
        const truth = new Map<string, KubernetesObject>();
        const cache = new Map<string, KubernetesObject>();
        // What a reader knows who only ever hears of changes.
        const heard = new Map<string, string>();
        const take = (changes: Change[]): void => {
          for (const change of changes) {
            const { name, uid } = change.object.metadata;
            const isNews = change.type === 'ADDED' ? !heard.has(name) : heard.get(name) === uid;
            if (!isNews) surprises.push(`${change.type} ${name} ${uid}`);
            if (change.type === 'DELETED') heard.delete(name);
            else heard.set(name, uid ?? '');
            commit(cache, change);
          }
        };
        const surprises: string[] = [];
        let version = 0;
        for (const { name, verb, isSeen, listsAfter } of history) {
          version += 1;
          const before = truth.get(`ns/${name}`);
          let event: Parameters<typeof applyWatchEvent>[1] | undefined;
          if (verb === 'put') {
            const now = object(name, version, before?.metadata.uid ?? `u${version}`);
            truth.set(`ns/${name}`, now);
            event = { type: before === undefined ? 'ADDED' : 'MODIFIED', object: now };
          } else if (before !== undefined) {
            truth.delete(`ns/${name}`);
            event = { type: 'DELETED', object: object(name, version, before.metadata.uid) };
          }
          // A deletion of something never heard of is a change for nobody; the reducer may still report it.
          if (isSeen && event !== undefined && (event.type !== 'DELETED' || cache.has(`ns/${name}`)))
            take(applyWatchEvent(cache, event, all));
          if (listsAfter) take(applyList(cache, [...truth.values()], all));
        }
        take(applyList(cache, [...truth.values()], all));
        expect(surprises).toEqual([]);
        expect(Object.fromEntries(cache)).toEqual(Object.fromEntries(truth));
        expect([...heard.keys()].sort()).toEqual([...truth.values()].map((each) => each.metadata.name).sort());
      }),
    );
  });
});

describe('trimmed', () => {
  it('takes managedFields off', () => {
    const one = object('a', 1);
    one.metadata.managedFields = [{}];
    expect(trimmed(one).metadata).not.toHaveProperty('managedFields');
  });
});
