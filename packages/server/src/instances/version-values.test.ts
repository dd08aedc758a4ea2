import { buildPlan, type Json } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import type { ParameterValues } from './parameters.js';
import { changedValues, valuesInVersion } from './version-values.js';

/** The values of an instance under these declarations. */
function inVersion(declarations: string[], present: Partial<ParameterValues>, given?: unknown) {
  const { plan } = buildPlan(
    `name: P\nservices:\n  - name: Main\n    apiParameters:\n${declarations.map((one) => `      - ${one}\n`).join('')}    systemWorkflows: {create: {workflow: {entrypoint: a, templates: [{name: a, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: xx}}"}}]}}}\n`,
  );
  if (plan === undefined) throw new Error('the plan has errors');
  const of = { plan, version: '2.0', resourceKey: 'main', cloudProvider: 'aws' };
  return valuesInVersion({ ...of, given, present: { clear: {}, secret: {}, ...present } });
}

const codes = (found: ReturnType<typeof inVersion>) => found.problems.map(({ field, code }) => `${field} ${code}`);

describe('values under another version', () => {
  it('are the present ones, in the types that they have now; what the version does not know is left behind and named', () => {
    const found = inVersion(
      ['{key: a, type: Int32, defaultValue: "1"}', '{key: b, type: String, defaultValue: "x"}', '{key: c, type: Password}'],
      { clear: { a: '7', b: 5, c: 'was clear', gone: true } },
    );
    expect(found).toEqual({ values: { clear: { a: 7, b: '5' }, secret: { c: 'was clear' } }, problems: [], removed: ['gone'] });
  });

  it.each<[string, Json, string]>([
    ['{key: a, type: Int32, defaultValue: "1"}', 'seven', 'a wrong-type'],
    ['{key: a, options: [x, y], defaultValue: "x"}', 'z', 'a not-an-option'],
    ['{key: a, type: Int32, defaultValue: "3", limits: {min: 2, max: 5}}', 9, 'a above-maximum'],
    ['{key: a, regex: "[a-z]+", defaultValue: "x"}', 'UPPER', 'a pattern-mismatch'],
  ])('that do not fit %s are named, and given ones cure that, of what cannot be modified too', (declaration, value, problem) => {
    expect(codes(inVersion([declaration], { clear: { a: value } }))).toEqual([problem]);
    const cure = { a: declaration.includes('Int32') ? 3 : 'x' };
    const cured = inVersion([declaration], { clear: { a: value } }, cure);
    expect([cured.problems, cured.values.clear]).toEqual([[], cure]);
  });

  it('that fit are not changed by an upgrade where they cannot be modified', () => {
    const declared = ['{key: a, defaultValue: "x"}', '{key: b, modifiable: true, defaultValue: "x"}'];
    expect(codes(inVersion(declared, { clear: { a: '1', b: '1' } }, { a: '2', b: '2' }))).toEqual(['a unmodifiable-parameter']);
  });

  it('that are secret are never quoted', () => {
    const [problem] = inVersion(['{key: a, type: Password, regex: "[a-z]+"}'], { secret: { a: 'S3CRET' } }).problems;
    expect(problem).toMatchObject({ field: 'a', code: 'pattern-mismatch' });
    expect(JSON.stringify(problem)).not.toContain('S3CRET');
  });

  it('that are required and new need a default or a given value; all problems are told at once', () => {
    const declared = ['{key: a, required: true}', '{key: b, required: true, defaultValue: "x"}', '{key: c, required: true}'];
    const found = inVersion(declared, {}, { nope: 1 });
    expect(codes(found)).toEqual(['nope unknown-parameter', 'a missing-parameter', 'c missing-parameter']);
    expect(found.problems[1]?.message).toContain('unresolved workflow input parameters: [$var.a]');
    expect(inVersion(declared, {}, { a: '1', c: '2' }).values.clear).toEqual({ a: '1', b: 'x', c: '2' });
  });
});

it('what differs is what changes: values that go are not among it', () => {
  const before = { clear: { a: 1, b: 2 }, secret: { s: 'x' } };
  expect(changedValues(before, { clear: { a: 1, c: 3 }, secret: { s: 'y' } })).toEqual({ clear: { c: 3 }, secret: { s: 'y' } });
});
