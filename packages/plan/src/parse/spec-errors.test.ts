import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '../build.js';
import { findingsOf, problemOf, specOf } from '../check/spec.testing.js';

const example = readFileSync(new URL('../../../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
const errorsOf = (spec: string | Uint8Array) => buildPlan(spec).problems.filter((problem) => problem.severity === 'error');
const shown = (spec: string) => errorsOf(spec).map(({ code, position }) => `${code} @${position.line}:${position.column}`);

describe('braces without quotes', () => {
  it.each([
    ['a value', 'name: {{ $sys.id }}\n', '{{ $sys.id }}'],
    ['with text behind and a comment', 'name: {{ $sys.id }}-x  # why\n', '{{ $sys.id }}-x'],
    ['with commas and quotes inside', `name: {{ $func.join("a", 'b') }}\n`, `{{ $func.join("a", 'b') }}`],
    ['twice', 'name: {{ $sys.id }}{{ $sys.id }}\n', '{{ $sys.id }}{{ $sys.id }}'],
    ['in a list of its own', 'name: a\nx:\n  - {{ $sys.id }}\n', '{{ $sys.id }}'],
  ])('are one error that says to quote them: %s', (_what, text, source) => {
    const found = errorsOf(`${text}services: [{name: S}]\n`).filter((problem) => problem.code === 'unquoted-braces');
    expect(found).toHaveLength(1);
    expect(found[0]?.cure).toContain(source.includes("'") ? source.replaceAll("'", "''") : source);
    expect(errorsOf(`${text}services: [{name: S}]\n`).filter(({ code }) => /yaml|complex|wrong-type/.test(code))).toEqual([]);
  });

  it('are found inside flows, each alone', () => {
    const spec = 'name: a\nservices: [{name: S, args: [{{ $sys.id }}, x, {{ $sys.namespace }}], image: {{ $sys.id }}}]\n';
    expect(shown(spec)).toEqual(['unquoted-braces @2:29', 'unquoted-braces @2:47', 'unquoted-braces @2:77']);
  });

  it('are said once of an anchored block, with the places that use it', () => {
    const spec = readFileSync(new URL('../fixtures/unquoted-braces.yaml', import.meta.url), 'utf8');
    const { problems } = buildPlan(spec);
    expect(problems).toMatchObject([
      { code: 'unquoted-braces', position: { line: 11, column: 24 }, message: expect.stringContaining('also used at lines 20, 21') },
    ]);
    expect(problems[0]?.places?.map((place) => place.position.line)).toEqual([20, 21]);
  });

  it('of expressions in a block of text are so, too', () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: "{{ $var.gone }}"}';
    const create = `&c {workflow: {entrypoint: a, templates: [{name: a, resource: {action: apply, manifest: *m}}]}}`;
    const block = manifest.split('\n').map((line) => `  ${line}\n`);
    const spec = `x-m: &m |\n${block.join('')}name: P\nservices:\n  - name: S\n    systemWorkflows:\n      create: ${create}\n      modify: *c\n      start: *c\n`;
    expect(buildPlan(spec).problems).toMatchObject([{ code: 'undeclared-variable', position: { line: 5, column: 17 } }]);
  });

  it('are told beside errors of the rest of the text', () => {
    expect(shown('name: {{ $sys.id }}\nservices:\n  - name: S\n   image: x\n')).toEqual(['unquoted-braces @1:7', 'yaml-bad-indent @4:4']);
  });

  it('are no matter in block texts, quotes, comments and maps in maps', () => {
    const spec = 'name: "{{ x }}"\ndescription: |\n  {{ a }}\nx-a: { {a: b}: c } # {{ d }}\nservices: [{name: S}]\n';
    expect(errorsOf(spec).map(({ code }) => code)).not.toContain('unquoted-braces');
  });
});

describe('an error of the YAML', () => {
  it.each([
    [
      'too far left',
      'name: a\nservices:\n  - name: S\n    apiParameters:\n      - key: a\n       name: A\n        type: String\n    image: x\n',
      ['yaml-bad-indent @6:8'],
    ],
    ['too far right', 'name: a\n  description: b\nservices: [{name: S}]\n', ['yaml-bad-indent @2:3']],
    ['a list item between its neighbours', 'name: a\nservices:\n  - name: S\n - name: T\n  - name: U\n', ['yaml-bad-indent @4:2']],
    ['after a block text', 'name: a\ndescription: |\n  a: b\n   c\nservices:\n  - name: S\n     image: x\n', ['yaml-bad-indent @7:6']],
    [
      'an item in the column of the keys above',
      'name: a\nservices:\n  - name: S\n    image: x\n    - name: T\n      image: y\n',
      ['yaml-bad-indent @5:5'],
    ],
    [
      'long text behind it',
      `name: a\nservices:\n  - name: S\n    x-a:\n       a: 1\n      b:\n        c: ${'d e '.repeat(400)}\n      f: g\n`,
      ['yaml-bad-indent @6:7'],
    ],
    ['spaces that are none', 'name: a\nservices:\n  - name: S\n    x-a:\n\u00a0\u00a0    b: 1\n      c: 2\n', ['yaml-odd-space @5:1']],
  ])('of indentation is one, at its line: %s', (_what, spec, findings) => {
    expect(shown(spec)).toEqual(findings);
  });

  it.each([
    [
      'name: a\nservices:\n  - name: S\n    image x\n    description: d\n',
      'yaml-missing-colon @4:5',
      'Write `image: x`, if that is meant.',
    ],
    ['name: a\nservices:\n  - name: S\n    image:x\n    description: d\n', 'yaml-missing-colon @4:5', 'Write `image: x`.'],
    ['name: a\ndescription: @x\nservices: []\n', 'yaml-bad-scalar-start @2:14', 'Quote the value'],
    ['name: a\ndescription: *\nservices: []\n', 'yaml-bad-alias @2:14', 'Quote the value'],
  ])('names the cure: %j', (spec, finding, cure) => {
    expect(shown(spec)).toEqual([finding]);
    expect(errorsOf(spec)[0]?.cure).toContain(cure);
  });

  it('of an alias without an anchor is one, whatever the block needs', () => {
    expect(shown('name: a\nservices:\n  - name: S\n    systemWorkflows:\n      create: *gone\n')).toEqual(['unknown-anchor @5:15']);
  });

  it('does not hide another at the same place', () => {
    const found = errorsOf('on: push\njobs: {}\n').filter(({ code }) => code === 'missing-key');
    expect(found.map(({ message }) => message)).toEqual(['The plan needs `name`.', 'The plan needs `services`.']);
  });

  it('ends its block: others below are told, too', () => {
    const spec =
      'name: a\nservices:\n  - name: S\n    description: "abc: "d"\n    image: x\n  - name: T\n    apiParameters:\n      - key: a\n       type: String\n  - name: U\n    network: {ports: [1}\n';
    expect(shown(spec)).toEqual(['yaml-unexpected-token @4:25', 'yaml-bad-indent @9:8', 'yaml-unclosed-bracket @11:22']);
  });

  it.each(['[', '{'])('is one for a %s that is not closed, however much follows', (bracket) => {
    const item = bracket === '[' ? '{name: S, image: x}' : 'S: {image: x}';
    const spec = `name: a\nservices: ${bracket}\n${Array.from({ length: 400 }, () => `  ${item},`).join('\n')}`;
    expect(shown(spec)).toEqual(['yaml-unclosed-bracket @2:11']);
  });

  it('is one for a quote that is not closed', () => {
    expect(shown('name: "a\nservices:\n  - name: S\n    image: x\n')).toHaveLength(1);
    expect(shown('name: a\nservices:\n  - name: "S\n    image: "x"\n    description: y\n')).toEqual(['yaml-missing-char @3:13']);
    expect(shown('name: a\nx: "open\n  b c "d\nservices: [{name: S}]\n')).toEqual(['yaml-unclosed-quote @2:4']);
  });

  it('is one for a file indented with tabs, with how many lines there are', () => {
    const tabs = example.replaceAll(/^( +)/gm, (indent) => '\t'.repeat(indent.length / 2));
    expect(errorsOf(tabs)).toMatchObject([
      { code: 'yaml-tab-as-indent', message: expect.stringMatching(/\d+ more lines/), cure: 'Indent with spaces.' },
    ]);
  });

  it('does not take long to find in a large text', () => {
    const spec = `name: a\nservices:\n${'  - name: S\n    image: "x\n'.repeat(5000)}`;
    const before = performance.now();
    expect(errorsOf(spec).length).toBeGreaterThan(0);
    expect(performance.now() - before).toBeLessThan(8_000);
  });
});

describe('a key on another level', () => {
  const body = 'name: a\nservices:\n  - name: S\n    systemWorkflows:\n      create:\n        workflow:\n          entrypoint: a\n';
  const templates =
    'templates:\n          - name: a\n            resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: xx}}"}\n';

  it('is one error that says to indent it more', () => {
    expect(shown(`${body}        ${templates}`)).toEqual(['unknown-key @8:9']);
    expect(errorsOf(`${body}        ${templates}`)[0]?.cure).toBe('It is a key of a workflow: indent it more, under `workflow` (line 6).');
  });

  it('is one error that says to indent it less', () => {
    const problem = problemOf(specOf({ parameters: '- key: a\n  limits:\n    minLength: 1\n    modifiable: true' }), 'unknown-key');
    expect(problem.cure).toBe('It is a key of a parameter: indent it less.');
  });
});

describe('words and numbers of older YAML', () => {
  it.each([
    ['name: y', 'y', 'true'],
    ['name: 0123', '0123', '83'],
    ['name: a\n  labels: {a: yes}', 'yes', 'true'],
    ['name: a\n  annotations:\n    version: 1.10', '1.10', '1.1'],
    ['name: a\ndata: {port: 80}', '80', '80'],
  ])('where a manifest needs text are errors with the cure: %s', (metadata, written, read) => {
    const problem = problemOf(specOf({ manifest: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  ${metadata}` }), 'manifest-not-text');
    expect(problem).toMatchObject({ severity: 'error', cure: `Quote it: "${written}".`, message: expect.stringContaining(read) });
  });

  it('are fine in quotes, and where a value is put in', () => {
    expect(
      findingsOf(specOf({ manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "y"\n  labels: {a: "{{ $sys.id }}", b: \'1\'}' })),
    ).toEqual([]);
  });

  it('have the right cure elsewhere', () => {
    const cure = (service: string) => errorsOf(specOf({ service })).map((problem) => problem.cure);
    expect(cure('internal: "yes"')).toEqual(['Write true, without quotes.']);
    expect(cure('compute: {replicaCount: 1_000}')).toEqual(['Write 1000.']);
    expect(cure('internal: y')).toEqual([]);
    expect(problemOf(specOf({ service: 'compute: {replicaCount: 010}' }), 'leading-zero')).toMatchObject({
      severity: 'warning',
      cure: 'Write 10, or 8.',
    });
    expect(problemOf(specOf({ parameters: '- {key: a, defaultValue: 0777}' }), 'unquoted-default').cure).toBe('Quote it: "0777".');
  });
});

describe('a file of another kind', () => {
  it.each([
    ['a Docker Compose file', 'version: "3"\nservices:\n  web:\n    image: nginx\n'],
    ['a Docker Compose file', 'x-omnistrate-service-plan: {name: x}\nservices: {db: {image: postgres}}\n'],
    [
      'a Kubernetes manifest (Deployment of apps/v1)',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n---\napiVersion: v1\nkind: Service\n',
    ],
    ['an Argo Workflow', 'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {entrypoint: a}\n'],
    ['the body of an Argo workflow', 'entrypoint: a\ntemplates: []\n'],
    ['a values file of a Helm chart', 'replicaCount: 1\nimage:\n  repository: nginx\n'],
    ['a Helm chart’s Chart.yaml', 'apiVersion: v2\nname: x\nversion: 1.0.0\n'],
    ['a Kustomize overlay', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n'],
    [
      'a template of a Helm chart',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "x" . }}\n  labels:\n    {{- include "y" . | nindent 4 }}\n',
    ],
  ])('is named: %s', (what, spec) => {
    const { problems } = buildPlan(spec);
    expect(problems).toMatchObject([
      { severity: 'error', code: 'other-file', message: `This is ${what}; Cellplane reads a plan spec (ServicePlanSpec).` },
    ]);
  });

  it('is not what may be a plan with a fault', () => {
    for (const spec of ['name: a\nservice: []\n', 'services: []\n', 'name: a\nversion: "1"\nservices: [{name: S}]\n'])
      expect(buildPlan(spec).problems.map((problem) => problem.code)).not.toContain('other-file');
  });
});

describe('a text that editors make', () => {
  it('is read with a byte order mark, with the ends of lines of Windows, and as JSON', () => {
    expect(errorsOf(new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(example)]))).toEqual([]);
    expect(errorsOf(example.replaceAll('\n', '\r\n'))).toEqual([]);
    expect(errorsOf(JSON.stringify({ name: 'J', services: [{ name: 'S', image: 'x' }] }, undefined, '\t'))).toEqual([]);
  });

  it('is named where it is UTF-16', () => {
    expect(errorsOf(new Uint8Array([0xff, 0xfe, 0x61, 0x00]))).toMatchObject([
      { code: 'not-utf8', message: expect.stringContaining('UTF-16') },
    ]);
  });
});
