import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { compare } from './compare.js';
import { difference, emptySet, fromFieldsV1, intersection, isEmpty, sameSet, toFieldsV1, union } from './field-set.js';
import { applyConfiguration, type Entry, type Writer } from './managers.js';
import { mergeTyped } from './merge.js';
import { toFieldSet } from './to-set.js';

const item: Schema = { type: 'object', properties: { name: { type: 'string' }, value: { type: 'integer' } } };
const schema: Schema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    list: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' },
    set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    keyed: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
    map: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const word = fc.constantFrom('a', 'b', 'c', 'd');
const unique = <T>(of: fc.Arbitrary<T>, key: (value: T) => unknown) => fc.uniqueArray(of, { maxLength: 4, selector: key });
const config = fc.record(
  {
    text: word,
    list: fc.array(word, { minLength: 1, maxLength: 3 }),
    set: unique(word, (one) => one).filter((one) => one.length > 0),
    keyed: unique(fc.record({ name: word, value: fc.integer({ min: 0, max: 3 }) }), (one) => one.name).filter((one) => one.length > 0),
    map: fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 }),
  },
  { requiredKeys: [] },
);

const writer = (manager: string): Writer => ({ manager, operation: 'Apply', apiVersion: 'v1', subresource: '' });
const apply = (live: JsonObject, wanted: JsonObject, managers: Entry[], manager: string, force = false) =>
  applyConfiguration(schema, live, wanted, managers, writer(manager), force, emptySet());

describe('server-side apply', () => {
  it('gives what was applied, whatever was there', () => {
    fc.assert(
      fc.property(config, config, (first, second) => {
        const before = apply({}, first, [], 'one');
        const after = apply(before.object, second, before.managers, 'two', true);
        // Merging the configuration again changes nothing.
        expect(mergeTyped(schema, after.object, second)).toEqual(after.object);
      }),
    );
  });

  it('applied twice changes nothing the second time', () => {
    fc.assert(
      fc.property(config, (wanted) => {
        const once = apply({}, wanted, [], 'one');
        const twice = apply(once.object, wanted, once.managers, 'one');
        const changes = compare(schema, once.object, twice.object);
        expect([changes.added, changes.modified, changes.removed].every(isEmpty)).toBe(true);
        expect(twice.conflicts).toEqual([]);
      }),
    );
  });

  it('takes away all that only this manager applied', () => {
    fc.assert(
      fc.property(config, config, (first, second) => {
        const before = apply({}, first, [], 'one');
        const after = apply(before.object, second, before.managers, 'one');
        expect(sameSet(toFieldSet(schema, after.object), toFieldSet(schema, second))).toBe(true);
      }),
    );
  });

  it('never changes a field of another manager without force', () => {
    fc.assert(
      fc.property(config, config, (first, second) => {
        const before = apply({}, first, [], 'one');
        const after = apply(before.object, second, before.managers, 'two');
        if (after.conflicts.length > 0) return;
        const owned = before.managers[0]?.fields ?? emptySet();
        const { modified, removed } = compare(schema, before.object, after.object);
        expect(isEmpty(intersection(owned, union(modified, removed)))).toBe(true);
      }),
    );
  });

  it('keeps the order of the configuration and the places of other items', () => {
    const live = { keyed: [{ name: 'a' }, { name: 'x' }, { name: 'b' }] };
    expect(mergeTyped(schema, live, { keyed: [{ name: 'b' }, { name: 'new' }, { name: 'a' }] })).toEqual({
      keyed: [{ name: 'x' }, { name: 'b' }, { name: 'new' }, { name: 'a' }],
    });
  });
});

describe('field sets', () => {
  it('survive FieldsV1', () => {
    fc.assert(
      fc.property(config, (wanted) => {
        const set = toFieldSet(schema, wanted);
        expect(sameSet(fromFieldsV1(toFieldsV1(set)), set)).toBe(true);
      }),
    );
  });

  it('are sets', () => {
    fc.assert(
      fc.property(config, config, (left, right) => {
        const a = toFieldSet(schema, left);
        const b = toFieldSet(schema, right);
        expect(sameSet(union(difference(a, b), intersection(a, b)), a)).toBe(true);
        expect(isEmpty(intersection(difference(a, b), b))).toBe(true);
      }),
    );
  });
});
