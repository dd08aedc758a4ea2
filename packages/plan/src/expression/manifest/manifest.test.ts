import { describe, expect, it } from 'vitest';
import type { Json } from '../../json.js';
import type { Fragment, ResolvedValue } from '../fragment.js';
import { textFragment } from '../fragment-text.js';
import { inspectManifest, renderManifest } from './manifest.js';
import type { RenderScope } from '../render-text.js';

const value = (json: Json, extra: Partial<ResolvedValue> = {}): Fragment => ({ parts: [{ value: json, source: '$var.x', ...extra }] });
const scope = (inputs: Record<string, Fragment>, extra: Partial<RenderScope> = {}): RenderScope => ({
  inputs,
  values: {},
  place: 'templates.t.manifest',
  ...extra,
});

function render(manifest: string, inputs: Record<string, Fragment> = {}, extra: Partial<RenderScope> = {}) {
  const result = renderManifest(manifest, scope(inputs, extra));
  if (!result.ok) throw new Error(`${result.problem.line}: ${result.problem.message} ${result.problem.cure}`);
  return result.value;
}
const problem = (manifest: string, inputs: Record<string, Fragment> = {}) => {
  const result = renderManifest(manifest, scope(inputs));
  return result.ok ? undefined : result.problem;
};

describe('renderManifest', () => {
  it('renders the reference page’s cluster: unquoted numbers stay numbers, quoted ones are text', () => {
    const manifest = `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: "{{inputs.parameters.instanceId}}"
  namespace: "{{inputs.parameters.namespace}}"
spec:
  instances: {{inputs.parameters.numberOfInstances}}
  storage:
    size: "{{inputs.parameters.storageSize}}"
`;
    const inputs = {
      instanceId: value('instance-1'),
      namespace: value('instance-1'),
      numberOfInstances: value(3, { type: 'Float64' }),
      storageSize: value('20Gi', { type: 'String' }),
    };
    const rendered = render(manifest, inputs);
    expect(rendered.object).toEqual({
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: 'instance-1', namespace: 'instance-1' },
      spec: { instances: 3, storage: { size: '20Gi' } },
    });
    expect(rendered).toMatchObject({ warnings: [], secretPaths: [], taintedPaths: [], missing: [] });
    expect(rendered.masked).toEqual(rendered.object);
    expect(rendered.masked).not.toBe(rendered.object);
  });

  it.each<[string, Fragment, Json]>([
    ['a: {{inputs.parameters.x}}', value('3', { type: 'String' }), 3],
    ['a: {{inputs.parameters.x}}', value('yes', { type: 'String' }), true],
    ['a: {{inputs.parameters.x}}', value('null', { type: 'String' }), 'null'],
    ['a: {{inputs.parameters.x}}', value('~'), '~'],
    ['a: {{inputs.parameters.x}}', value(''), ''],
    ['a: {{inputs.parameters.x}}', value('{a: 1}', { type: 'String' }), '{a: 1}'],
    ['a: {{inputs.parameters.x}}', value('[1]', { type: 'String' }), '[1]'],
    ['a: {{inputs.parameters.x}}', value('2001-01-01'), '2001-01-01'],
    ['a: {{inputs.parameters.x}}', value(null), null],
    ['a: {{inputs.parameters.x}}', value(true), true],
    ['a: {{inputs.parameters.x}}', value({ k: [1] }, { type: 'Json' }), { k: [1] }],
    ['a: {{inputs.parameters.x}}', value('{"k":[1]}', { type: 'Json' }), { k: [1] }],
    ['a: {{inputs.parameters.x}}', value('{"k":[1]}', { type: 'Any' }), '{"k":[1]}'],
    ['a: {{inputs.parameters.x}}', value([1, 2], { type: 'Any' }), [1, 2]],
    ['a: {{inputs.parameters.x}}', value(['a', 'b'], { type: 'String' }), ['a', 'b']],
    ['a: {{inputs.parameters.x}}', value([{ a: 1 }], { type: 'String' }), '[{"a":1}]'],
    ['a: {{inputs.parameters.x}}', value({ k: 1 }, { tainted: true }), '{"k":1}'],
    ['a: {{inputs.parameters.x}}', value([1], { tainted: true }), '[1]'],
    ['a: {{inputs.parameters.x}}', value({ k: 1 }), { k: 1 }],
    ['a: "{{inputs.parameters.x}}"', value({ k: 1 }, { type: 'Json' }), '{"k":1}'],
    ['a: "{{inputs.parameters.x}}"', value(3), '3'],
    ["a: '{{inputs.parameters.x}}'", value(1e21), '1000000000000000000000'],
    ['a: {{inputs.parameters.x}}Gi', value(20), '20Gi'],
    ['a: 1{{inputs.parameters.x}}', value(20), 120],
    ['a: {{inputs.parameters.x}}{{inputs.parameters.x}}', value('1'), 11],
    ['a: nul{{inputs.parameters.x}}', value('l'), 'null'],
    ['a: x {{inputs.parameters.x}} y', value('a: b # c'), 'x a: b # c y'],
    ['a: !!str {{inputs.parameters.x}}', value(5), '5'],
    ['a: !!int "{{inputs.parameters.x}}"', value('5'), 5],
    ['a: |\n  p={{inputs.parameters.x}}\n  q', value('1\n  2\n'), 'p=1\n  2\n\nq\n'],
    ['a: >-\n  p\n  {{inputs.parameters.x}}', value('l1\nl2'), 'p l1\nl2'],
    ['a: "{{inputs.parameters.x}}\\n"', value('\\n"'), '\\n"\n'],
    ['a: {{inputs.parameters.x}} # {{inputs.parameters.x}}', value('v'), 'v'],
  ])('%j with %j', (manifest, x, expected) => {
    expect(render(`${manifest}\n`, { x }).object['a']).toEqual(expected);
  });

  it('keeps foreign tags and shell text byte for byte', () => {
    const manifest = `a: {{ .Values.x }}
b: "{{ .Go }} \${HOME}"
c: prefix-{{ .x }}
d: |
  echo \${X} {{ printf "%s" .y }}
  {{- if .z }}
e: {{\`{{ x }}\`}}
f: '{{ $labels.pod }}'
g: {{ $labels.pod }}
`;
    expect(render(manifest).object).toEqual({
      a: '{{ .Values.x }}',
      b: '{{ .Go }} ${HOME}',
      c: 'prefix-{{ .x }}',
      d: 'echo ${X} {{ printf "%s" .y }}\n{{- if .z }}\n',
      e: '{{`{{ x }}`}}',
      f: '{{ $labels.pod }}',
      g: '{{ $labels.pod }}',
    });
  });

  it('makes keys of values as text, and refuses one that exists already', () => {
    expect(render('labels:\n  {{inputs.parameters.k}}: 1\n  x-{{inputs.parameters.k}}: 2\n', { k: value('yes') }).object).toEqual({
      labels: { yes: 1, 'x-yes': 2 },
    });
    expect(render('{{inputs.parameters.k}}: 1\n', { k: value('__proto__') }).object).toEqual(JSON.parse('{"__proto__":1}'));
    expect(problem('l:\n  app: 1\n  {{inputs.parameters.k}}: 2\n', { k: value('app') })).toMatchObject({
      code: 'duplicate-key',
      message: expect.stringContaining('key of l '),
    });
  });

  it('splices threaded blocks that bring their own indentation, their values staying tokens', () => {
    const manifest = 'spec:\n  a: 1\n  {{inputs.parameters.block}}\n  z: 9\n';
    const block: Fragment = {
      parts: [
        { text: 'b:\n    c: ' },
        { value: 'x: y\n- z', source: '$var.c' },
        { text: '\n    d: "' },
        { value: 'q"q', source: '$var.d' },
        { text: '"' },
      ],
    };
    expect(render(manifest, { block }).object).toEqual({ spec: { a: 1, b: { c: 'x: y\n- z', d: 'q"q' }, z: 9 } });
    expect(render(manifest, { block: textFragment('') }).object).toEqual({ spec: { a: 1, z: 9 } });
    expect(render(manifest, { block: value('') }).object).toEqual({ spec: { a: 1, z: 9 } });
    expect(render('{{inputs.parameters.b}}\nz: 1\n', { b: textFragment('x:\n  w: 2') }).object).toEqual({ x: { w: 2 }, z: 1 });
    expect(render('list:\n{{inputs.parameters.b}}\n', { b: textFragment('  - a\n  - b: 1') }).object).toEqual({ list: ['a', { b: 1 }] });
    expect(render('script: |\n  {{inputs.parameters.b}}\n', { b: textFragment('one\n  two') }).object).toEqual({ script: 'one\ntwo\n' });
  });

  it('takes author text in quotes literally', () => {
    const text = textFragment('say "hi" \\d\nnext');
    expect(render('a: "{{inputs.parameters.t}}"\nb: \'<{{inputs.parameters.t}}>\'\n', { t: text }).object).toEqual({
      a: 'say "hi" \\d\nnext',
      b: '<say "hi" \\d\nnext>',
    });
  });

  it('lets no author text leave a comment', () => {
    expect(render('a: 1 # {{inputs.parameters.t}}\n', { t: textFragment('x\nb: 2') }).object).toEqual({ a: 1 });
  });

  it('resolves platform expressions in the manifest, braced or bare', () => {
    const values = {
      'templates.t.manifest#0': { value: 'zone-a', source: '$sys.zone' },
      'templates.t.manifest#1': { value: 5, source: '$var.n' },
    };
    const manifest = 'count: $var.n\nscript: |\n  x: $var.n2\nzone: "{{ $sys.zone }}"\n';
    expect(render(manifest, {}, { values }).object).toEqual({ count: 5, script: 'x: $var.n2\n', zone: 'zone-a' });
  });

  it('reports what is missing and renders it empty', () => {
    const rendered = render('a: "<{{inputs.parameters.gone}}>"\nb: {{inputs.parameters.gone}}\nc: {{ $var.gone }}\nd: $sys.gone\n');
    expect(rendered.object).toEqual({ a: '<>', b: null, c: null, d: '$sys.gone' });
    expect(rendered.missing).toEqual(['{{inputs.parameters.gone}}', '{{inputs.parameters.gone}}', '{{ $var.gone }}']);
    expect(rendered.warnings).toEqual([expect.stringContaining('$sys.gone')]);
  });

  it('refuses a second document, also one that an argument brings: a task has one object', () => {
    const block = { parts: [{ text: 'c: 2\n---\nkind: Secret\n' }] };
    for (const [manifest, inputs, line] of [
      ['---\n---\na: 1\n---\nb: {{inputs.parameters.x}}\n', { x: value(1) }, 5],
      ['a: 1\n---\n# more\n---\nb: 1\n', {}, 5],
      ['a: 1\n{{inputs.parameters.x}}\n', { x: block }, 2],
    ] as const) {
      const rendered = renderManifest(manifest, { inputs, values: {}, place: 'm' });
      expect(rendered).toMatchObject({ ok: false, problem: { code: 'several-objects', line } });
      expect(rendered.ok ? '' : rendered.problem.message).toContain('2 documents');
    }
  });

  it('refuses lists of objects, but no kind of another name or shape', () => {
    const list = (kind: string, rest: string) =>
      renderManifest(`apiVersion: v1\nkind: ${kind}\n${rest}`, { inputs: {}, values: {}, place: 'm' });
    for (const kind of ['List', 'SecretList'])
      expect(list(kind, 'items: []\n')).toMatchObject({ problem: { code: 'several-objects', line: 2 } });
    expect(list('AllowList', 'spec: {items: []}\n').ok).toBe(true);
  });

  it('takes documents without content for none: markers alone, comments', () => {
    for (const manifest of ['a: 1\n---\n', '---\na: 1\n', '# only\n---\n# comments\n---\na: 1\n---\n# behind\n', 'a: 1\n...\n'])
      expect(render(manifest)).toMatchObject({ object: { a: 1 }, warnings: [] });
    expect(render('a: |\n  x\n  ---\n  y\n').object).toEqual({ a: 'x\n---\ny\n' });
  });

  it('reads anchors, merge keys, tags and repeated keys as Kubernetes does', () => {
    expect(render('b: &x {p: 1, q: 0}\nc:\n  <<: *x\n  q: 2\nd: *x\n').object).toEqual({
      b: { p: 1, q: 0 },
      c: { p: 1, q: 2 },
      d: { p: 1, q: 0 },
    });
    expect(render('b: &x {p: 1}\nc:\n  <<: [*x, {p: 2, r: 3}]\n').object['c']).toEqual({ p: 1, r: 3 });
    expect(render('yes: 1\n0x10: 2\nb: !!binary aGk=\nc: !foo 5\nd: ! 5\n').object).toEqual({ true: 1, '16': 2, b: 'hi', c: '5', d: '5' });
    expect(render('on: 1\n').warnings).toEqual(['The key on is read as true, as Kubernetes does; quote it if it is meant as text.']);
    expect(render('a: 1\na: 2\n')).toMatchObject({ object: { a: 2 }, warnings: [expect.stringContaining('a occurs twice')] });
  });

  it('masks scalars that hold secrets, and all data of a Secret', () => {
    const manifest =
      'kind: Secret\nmetadata:\n  name: "{{inputs.parameters.n}}"\n  annotations:\n    a.b/c: pre-{{inputs.parameters.s}}\nstringData:\n  user: app\n  password: "{{inputs.parameters.s}}"\n';
    const rendered = render(manifest, { n: value('n'), s: value('hush', { secret: true }) });
    expect(rendered.masked).toEqual({
      kind: 'Secret',
      metadata: { name: 'n', annotations: { 'a.b/c': '***' } },
      stringData: { user: '***', password: '***' },
    });
    expect(rendered.secretPaths).toEqual(['metadata.annotations["a.b/c"]', 'stringData.password', 'stringData.user']);
    expect(rendered.object).toMatchObject({ stringData: { user: 'app', password: 'hush' } });
    expect(render('env:\n  - value: {{inputs.parameters.s}}\n', { s: value(5, { secret: true }) })).toMatchObject({
      masked: { env: [{ value: '***' }] },
      secretPaths: ['env[0].value'],
    });
  });

  it('shows no secret in paths when it is a key', () => {
    const rendered = render('{{inputs.parameters.s}}:\n  a: "{{inputs.parameters.s}}"\n', { s: value('hush', { secret: true }) });
    expect(rendered).toMatchObject({ object: { hush: { a: 'hush' } }, masked: { '***': { a: '***' } } });
    expect(JSON.stringify(rendered.secretPaths)).not.toContain('hush');
  });

  it('reports tainted paths and their whole texts', () => {
    const rendered = render('a: {b: "s3://{{inputs.parameters.t}}/{{inputs.parameters.t}}"}\n', { t: value('t', { tainted: true }) });
    expect(rendered).toMatchObject({ taintedPaths: ['a.b'], taintedTexts: ['s3://t/t'] });
  });

  it('reports the whole texts that hold what a tenant chose, functions and keys included', () => {
    const chosen = (source: string) => ({ t: { parts: [{ value: 'abc', source }] } });
    const text = 'a: {"x-{{inputs.parameters.t}}": "instance-{{inputs.parameters.t}}"}\n';
    for (const source of ['$var.x', '$func.lower($var.x)', '$db.var.x', '$sys.tenant.name', 'item.x'])
      expect(render(text, chosen(source))).toMatchObject({ chosenTexts: ['x-abc', 'instance-abc'], taintedPaths: [] });
    for (const source of ['$sys.instanceId', '$secret.x', '$db.out.x']) expect(render(text, chosen(source)).chosenTexts).toEqual([]);
  });

  it('names the line and a cure for bad YAML', () => {
    expect(problem('a: 1\nb: [1\nc: 2\n')).toMatchObject({
      code: 'manifest-syntax',
      line: expect.any(Number),
      cure: expect.stringMatching(/./),
    });
    const structural = problem('spec:\n  a: 1\n  {{inputs.parameters.x}}\n  b: 2\n', { x: value('c: 3') });
    expect(structural).toMatchObject({ code: 'manifest-syntax', cure: expect.stringContaining('A value is a scalar') });
    expect(structural?.line).toBe(3);
    expect(JSON.stringify(structural)).not.toMatch(/Q[a-y]{15}/);
    expect(problem('a: 1\n{{inputs.parameters.b}}\nz: 1', { b: textFragment('b: 1\nc: [\nd: 1') })?.line).toBe(2);
    expect(problem('')).toMatchObject({ code: 'manifest-shape' });
    expect(problem('- a\n')).toMatchObject({ code: 'manifest-shape', line: 1 });
    expect(problem('? [a]\n: 1\n')).toMatchObject({ code: 'manifest-key' });
    expect(problem('a: 1\nb: !!int x\n')).toMatchObject({ code: 'manifest-tag', line: 2 });
    expect(problem('a: *nope\n')).toMatchObject({ code: 'manifest-syntax' });
    for (const depth of [300, 20_000])
      expect(problem(`a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`)).toMatchObject({ code: 'manifest-size' });
  });

  it('refuses aliases that explode', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(problem(lines.join('\n'))).toMatchObject({ code: 'manifest-size' });
  });

  it('gives each caller an object of its own', () => {
    const first = render('a: {b: [1]}\nc: {{inputs.parameters.j}}\n', { j: value({ k: 1 }, { type: 'Json' }) });
    (first.object['a'] as { b: number[] }).b.push(2);
    const again = render('a: {b: [1]}\nc: {{inputs.parameters.j}}\n', { j: value({ k: 1 }, { type: 'Json' }) });
    expect(again.object).toEqual({ a: { b: [1] }, c: { k: 1 } });
  });
});

describe('inspectManifest', () => {
  it('shows what is literal and leaves placeholders as text', () => {
    const manifest =
      'apiVersion: v1\nkind: {{inputs.parameters.kind}}\nmetadata:\n  name: "a-{{ $sys.id }}"\n  {{inputs.parameters.block}}\nspec: {{ .go }}\n';
    expect(inspectManifest(manifest)).toEqual({
      ok: true,
      value: {
        object: { apiVersion: 'v1', kind: '{{inputs.parameters.kind}}', metadata: { name: 'a-{{ $sys.id }}' }, spec: '{{ .go }}' },
        warnings: [],
      },
    });
    expect(inspectManifest('a: [')).toMatchObject({ ok: false, problem: { code: 'manifest-syntax', line: 1 } });
  });
});
