import { PatternBudget } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import type { CrdSchema } from './crd-schema.js';
import { type Definition, readDefinition } from './definition.js';
import { comparedVersion, definitionFindings, newUncheckedRules, ObjectComparison, removedDefinitions } from './definition-change.js';
import { inWords, refusalsOf } from './report.js';

interface Version {
  name: string;
  served?: boolean;
  storage?: boolean;
  spec?: CrdSchema;
}

function crd(versions: Version[], more: { scope?: string; kind?: string; stored?: string[]; status?: CrdSchema } = {}): Definition {
  const kind = more.kind ?? 'Gadget';
  const read = readDefinition({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gadgets.example.com' },
    spec: {
      group: 'example.com',
      scope: more.scope ?? 'Namespaced',
      names: { kind, plural: `${kind.toLowerCase()}s` },
      versions: versions.map(({ name, served = true, storage = false, spec = {} }) => ({
        name,
        served,
        storage,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec, ...(more.status === undefined ? {} : { status: more.status }) } },
        },
      })),
    },
    status: { storedVersions: more.stored ?? [] },
  });
  if (read === undefined) throw new Error('no definition');
  return read;
}

const v1: Version = { name: 'v1', storage: true };
const none = new Set<string>();
const codes = (before: Definition, after: Definition, used = none) =>
  definitionFindings(before, after, used).map(({ code, path }) => `${code} ${path ?? ''}`.trim());

describe('a change of a definition', () => {
  it('that only adds is fine', () => {
    expect(codes(crd([v1]), crd([v1, { name: 'v2' }]), new Set(['v1']))).toEqual([]);
  });

  // What CloudNativePG, cert-manager and others did when they left their beta versions.
  it('may not drop a version in which objects are stored, whatever is the storage version now', () => {
    const before = crd([{ name: 'v1beta1' }, v1], { stored: ['v1beta1', 'v1'] });
    expect(codes(before, crd([v1]))).toEqual(['stored-version-removed v1beta1']);
    expect(codes(crd([{ name: 'v1beta1' }, v1], { stored: ['v1'] }), crd([v1]))).toEqual([]);
  });

  it('may not drop a version that workflows use, and may drop one that nobody uses', () => {
    const before = crd([{ name: 'v1beta1' }, v1], { stored: ['v1'] });
    expect(codes(before, crd([{ name: 'v1beta1', served: false }, v1]), new Set(['v1beta1']))).toEqual(['served-version-removed v1beta1']);
    expect(codes(before, crd([v1]), new Set(['v1']))).toEqual([]);
  });

  it('may change neither scope nor names', () => {
    expect(codes(crd([v1]), crd([v1], { scope: 'Cluster' }))).toEqual(['scope-changed Namespaced → Cluster']);
    expect(codes(crd([v1]), crd([v1], { kind: 'Widget' }))).toEqual(['names-changed Widget']);
  });

  it('is compared in the new storage version where both serve it', () => {
    expect(comparedVersion(crd([v1, { name: 'v2' }]), crd([{ name: 'v1' }, { name: 'v2', storage: true }]))).toBe('v2');
    expect(comparedVersion(crd([v1]), crd([{ name: 'v1' }, { name: 'v2', storage: true }]))).toBe('v1');
    expect(comparedVersion(crd([v1]), crd([{ name: 'v2', storage: true }]))).toBeUndefined();
  });
});

describe('objects', () => {
  const spec: CrdSchema = {
    type: 'object',
    properties: { size: { type: 'string' }, legacy: { type: 'object' }, mode: { type: 'string' } },
  };
  const next: CrdSchema = { type: 'object', properties: { size: { type: 'integer' }, mode: { type: 'string', enum: ['fast'] } } };
  const object = (name: string, of: object, status = {}) => ({ metadata: { namespace: 'instance-1', name }, spec: of, status });
  const compare = (objects: ReturnType<typeof object>[], patterns = new PatternBudget()) => {
    const before = crd([{ ...v1, spec }], { status: { type: 'object', properties: { old: { type: 'string' } } } });
    const after = crd([{ ...v1, spec: next }], { status: { type: 'object' } });
    const comparison = new ObjectComparison(before, after, 'v1', patterns);
    for (const one of objects) comparison.add(one);
    return comparison;
  };

  it('are named by what they would lose and what of them would be refused, gathered by field', () => {
    const found = compare([object('a', { legacy: { x: 1 }, mode: 'fast' }), object('b', { legacy: {}, size: 'large' })]).findings();
    expect(found.map(({ code, path, rule, count, refuses }) => [code, path, rule, count, refuses])).toEqual([
      ['field-removed', 'spec.legacy', undefined, 2, true],
      ['value-refused', 'spec.size', 'type integer', 1, true],
    ]);
    const [removed, refused] = found;
    expect(removed && inWords(removed, 'gadget-operator 2.0.0')).toBe(
      'gadget-operator 2.0.0 would remove spec.legacy of 2 objects (instance-1/a, instance-1/b): its definition of Gadget does not have the field.',
    );
    expect(refused && inWords(refused, 'gadget-operator 2.0.0')).toContain('would refuse spec.size of 1 object (instance-1/b)');
    expect(JSON.stringify(found)).not.toContain('large');
  });

  it('lose of their status what the operator writes anew: that refuses nothing', () => {
    expect(compare([object('a', {}, { old: 'x' })]).findings()).toMatchObject([
      { code: 'field-removed', path: 'status.old', refuses: false },
    ]);
  });

  it('that are refused today are nothing new', () => {
    const before = crd([{ ...v1, spec: next }]);
    const comparison = new ObjectComparison(before, before, 'v1', new PatternBudget());
    comparison.add(object('a', { size: 'large' }));
    expect(comparison.findings()).toEqual([]);
  });

  it('are many: twenty are named, all are counted; patterns that take too long are given up and told', () => {
    const many = Array.from({ length: 100 }, (_, at) => object(`o${at}`, { legacy: {} }));
    expect(
      compare(many)
        .findings()
        .map(({ count, objects }) => [count, objects.length]),
    ).toEqual([[100, 20]]);
    const before = crd([{ ...v1, spec: { type: 'object', properties: { size: { type: 'string' } } } }]);
    const after = crd([{ ...v1, spec: { type: 'object', properties: { size: { type: 'string', pattern: '^(a|b)*$', maxLength: 3 } } } }]);
    const comparison = new ObjectComparison(before, after, 'v1', new PatternBudget(2_000));
    for (let at = 0; at < 50; at += 1) comparison.add(object(`o${at}`, { size: 'ab'.repeat(1_000) }));
    expect(comparison.isIncomplete).toBe(true);
    expect(comparison.findings().find(({ rule }) => rule === 'maxLength 3')?.count).toBe(50);
  });
});

it('rules that nobody evaluates are told if they are new', () => {
  const rule = (text: string): CrdSchema => ({ type: 'object', 'x-kubernetes-validations': [{ rule: text }] });
  const found = newUncheckedRules(
    crd([{ ...v1, spec: rule('a') }]),
    crd([{ ...v1, spec: { ...rule('a'), properties: { b: rule('b') } } }]),
  );
  expect(found).toEqual(['Gadget v1, spec.b: CEL b']);
});

describe('many findings', () => {
  it('of fields that somebody has made up are one from the five hundredth on, which refuses', () => {
    const open = { ...v1, spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const closed = { ...v1, spec: { type: 'object', properties: {} } };
    const comparison = new ObjectComparison(crd([open]), crd([closed]), 'v1', new PatternBudget(1_000));
    const spec = Object.fromEntries(Array.from({ length: 700 }, (_, at) => [`field${at}${'x'.repeat(at === 0 ? 5_000 : 0)}`, 1]));
    comparison.add({ metadata: { name: 'a', namespace: 'n' }, spec });
    const findings = comparison.findings();
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)).toMatchObject({ code: 'more-findings', refuses: true, count: 200 });
    expect(Math.max(...findings.map(({ path = '' }) => path.length))).toBeLessThan(200);
    expect(findings.map((finding) => inWords(finding, 'gadgets 2.0')).at(-1)).toMatch(/^gadgets 2\.0 .*200/);
  });
});

describe('definitions that an upgrade deletes', () => {
  const of = (more: object): Definition => ({ ...crd([v1]), release: 'cellplane-operators/gadgets', ...more });

  it('are those of the release that the templates of the new chart do not have, though its crds/ folder may', () => {
    const [gone, stays, kept, others] = [
      of({ name: 'a' }),
      of({ name: 'b' }),
      of({ name: 'c', isKept: true }),
      of({ name: 'd', release: 'x/y' }),
    ];
    expect(removedDefinitions([gone, stays, kept, others], 'cellplane-operators/gadgets', [stays])).toEqual([gone]);
  });
});

it('a run is told what refuses without names of what is others’', () => {
  const finding = { refuses: true, definition: 'gadgets.example.com', kind: 'Gadget', key: 'k', message: 'Plan "Theirs" (pt-theirs) …' };
  const objects = [{ namespace: 'instance-theirs', name: 'theirs', instanceId: 'instance-theirs' }];
  const chart = {
    repositoryUrl: 'https://x',
    chart: 'gadgets',
    wanted: '2.0',
    action: 'upgrade' as const,
    definitions: [],
    notChecked: [],
    users: [],
  };
  const findings = [
    { ...finding, code: 'field-removed', path: 'spec.a', objects, count: 1 },
    { ...finding, code: 'more-findings', objects, count: 9 },
    { ...finding, code: 'other-major-version', objects: [], count: 4 },
  ];
  const told = refusalsOf({ cellId: 'cell', charts: [{ ...chart, findings, allowed: false }] });
  expect(told[0]).toBe('gadgets 2.0 would remove spec.a of 1 object: its definition of Gadget does not have the field.');
  expect(told).toHaveLength(3);
  expect(told.join()).not.toMatch(/theirs/i);
});
