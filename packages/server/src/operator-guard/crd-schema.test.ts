import { PatternBudget } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { type CrdSchema, prunedPaths, uncheckedRules, violations } from './crd-schema.js';

const text: CrdSchema = { type: 'string' };
const struct = (properties: Record<string, CrdSchema>, more: CrdSchema = {}): CrdSchema => ({ type: 'object', properties, ...more });
const rooted = (spec: CrdSchema): CrdSchema => struct({ apiVersion: text, kind: text, metadata: { type: 'object' }, spec });
const object = (spec: unknown) => ({ apiVersion: 'x/v1', kind: 'X', metadata: { name: 'a', labels: { any: 'thing' } }, spec });
const keeps = { 'x-kubernetes-preserve-unknown-fields': true };

describe('fields that a schema removes', () => {
  it.each<[string, CrdSchema, unknown, string[]]>([
    ['known ones stay', struct({ a: text }), { a: 'x' }, []],
    ['unknown ones go', struct({ a: text }), { a: 'x', b: 1, c: { d: 2 } }, ['spec.b', 'spec.c']],
    [
      'inside of lists, each path once',
      struct({ l: { type: 'array', items: struct({ a: text }) } }),
      { l: [{ b: 1 }, { b: 2 }] },
      ['spec.l[].b'],
    ],
    [
      'inside of maps',
      struct({ m: { type: 'object', additionalProperties: struct({ a: text }) } }),
      { m: { k: { b: 1 }, another: { b: 1 } } },
      ['spec.m.*.b'],
    ],
    ['not where unknown ones are kept', struct({ a: text }, keeps), { b: { c: 1 } }, []],
    ['but below of what is named there', struct({ a: struct({}) }, keeps), { a: { c: 1 }, b: 1 }, ['spec.a.c']],
    ['any member of an open map', { type: 'object', additionalProperties: true }, { b: 1 }, []],
    [
      'metadata of an embedded object stays',
      struct({ t: struct({}, { 'x-kubernetes-embedded-resource': true }) }),
      { t: { metadata: { name: 'b' }, kind: 'Y', no: 1 } },
      ['spec.t.no'],
    ],
    ['a name of every object is no member', struct({}), { constructor: 1 }, ['spec.constructor']],
  ])('%s', (_, spec, value, expected) => {
    expect(prunedPaths(rooted(spec), object(value))).toEqual(expected);
  });
});

describe('values that a schema refuses', () => {
  it.each<[string, CrdSchema, unknown, string[]]>([
    [
      'a type',
      struct({ a: text, b: { type: 'integer' }, c: { type: 'number' } }),
      { a: 1, b: 1.5, c: 2 },
      ['spec.a type string', 'spec.b type integer'],
    ],
    ['a closed list', struct({ a: { type: 'string', enum: ['x', 'y'] } }), { a: 'z' }, ['spec.a enum x, y']],
    ['what is missing', struct({ a: text, b: { ...text, default: 'd' } }, { required: ['a', 'b'] }), {}, ['spec.a required']],
    [
      'a null, unless it may be or has a default',
      struct({ a: text, b: { ...text, nullable: true }, c: { ...text, default: 'd' } }),
      { a: null, b: null, c: null },
      ['spec.a type string'],
    ],
    [
      'bounds of numbers',
      struct({
        a: { type: 'integer', minimum: 1 },
        b: { type: 'integer', maximum: 5, exclusiveMaximum: true },
        c: { type: 'integer', multipleOf: 4 },
      }),
      { a: 0, b: 5, c: 6 },
      ['spec.a minimum 1', 'spec.b maximum 5', 'spec.c multipleOf 4'],
    ],
    [
      'bounds of texts, in characters',
      struct({ a: { type: 'string', maxLength: 2 }, b: { type: 'string', minLength: 2 } }),
      { a: '🐘🐘', b: 'x' },
      ['spec.b minLength 2'],
    ],
    [
      'bounds of lists and maps',
      struct({ a: { type: 'array', maxItems: 1, items: text }, b: { type: 'object', minProperties: 1 } }),
      { a: ['x', 'y'], b: {} },
      ['spec.a maxItems 1', 'spec.b minProperties 1'],
    ],
    [
      'a pattern, wherever it matches',
      struct({ a: { type: 'string', pattern: '^[a-z]+$' }, b: { type: 'string', pattern: 'x' } }),
      { a: 'A', b: 'axb' },
      ['spec.a pattern ^[a-z]+$'],
    ],
    [
      'either an integer or a text',
      struct({ a: { 'x-kubernetes-int-or-string': true }, b: { 'x-kubernetes-int-or-string': true } }),
      { a: 1, b: true },
      ['spec.b type integer or string'],
    ],
    [
      'entries of lists, each path once',
      struct({ l: { type: 'array', items: { type: 'integer' } } }),
      { l: ['x', 'y', 1] },
      ['spec.l[] type integer'],
    ],
  ])('%s', (_, spec, value, expected) => {
    const found = violations(rooted(spec), object(value), new PatternBudget());
    expect(found.map(({ path, rule }) => `${path} ${rule}`)).toEqual(expected);
  });

  it('are told without the value', () => {
    const spec = struct({ a: { type: 'string', pattern: '^x$', maxLength: 1 }, b: { type: 'integer' } });
    const secret = 'hunter2-hunter2';
    expect(JSON.stringify(violations(rooted(spec), object({ a: secret, b: secret }), new PatternBudget()))).not.toContain('hunter2');
  });

  it('bear a pattern that would take for ever elsewhere, and objects nested without an end', () => {
    const slow = struct({ a: { type: 'string', pattern: '^(a+)+$' } });
    expect(violations(rooted(slow), object({ a: `${'a'.repeat(5_000)}b` }), new PatternBudget())).toHaveLength(1);
    let deep: CrdSchema = struct({});
    let value: unknown = { no: 1 };
    for (let at = 0; at < 5_000; at += 1) [deep, value] = [struct({ n: deep }), { n: value }];
    expect(prunedPaths(rooted(deep), object(value))).toEqual([]);
    expect(violations(rooted(deep), object(value), new PatternBudget())).toEqual([]);
  });
});

it('names rules that nobody evaluates', () => {
  const spec = struct(
    {
      a: { type: 'string', format: 'date-time' },
      b: { type: 'integer', format: 'int32' },
      c: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      l: { type: 'array', items: struct({ d: { ...text, not: { enum: ['x'] } } }) },
    },
    { 'x-kubernetes-validations': [{ rule: 'self.a == oldSelf.a' }] },
  );
  expect([...uncheckedRules(rooted(spec)).values()]).toEqual([
    'spec: CEL self.a == oldSelf.a',
    'spec.a: format date-time',
    'spec.l[].d: not',
  ]);
  expect(uncheckedRules(undefined).size).toBe(0);
});
