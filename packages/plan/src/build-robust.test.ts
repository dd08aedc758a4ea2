import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { buildPlan, MAX_PROBLEMS } from './build.js';
import { stableJson } from './compile/stable-json.js';

const reference = readFileSync(new URL('./fixtures/reference-minimal.yaml', import.meta.url), 'utf8');
const codes = (spec: string | Uint8Array): string[] => buildPlan(spec).problems.map((problem) => problem.code);

/** Milliseconds that a build takes, and the codes of what it says. */
/** `ms`: of the processor, so that what else the machine does counts for nothing. */
function timed(spec: string): { ms: number; codes: string[] } {
  const before = process.cpuUsage();
  const found = codes(spec);
  return { ms: process.cpuUsage(before).user / 1_000, codes: found };
}

/** Replaces the n-th value of a tree, counted depth first. */
function replaceNth(tree: unknown, count: { left: number }, value: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  const holder = tree as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    count.left -= 1;
    if (count.left === 0) {
      holder[key] = value;
      return;
    }
    replaceNth(holder[key], count, value);
  }
}

describe('text that is no spec', () => {
  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Array.isArray(buildPlan(bytes).problems)).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  it('never throws for YAML-like text', () => {
    const piece = fc.constantFrom(
      'name',
      'services',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '<<: ',
      '"',
      "'",
      '|',
      '>',
      '#',
      '? ',
      '!!set',
      '%YAML 1.1',
      '---',
      '{{',
      '$var.x',
      '\t',
      '0x1',
      '~',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { problems, plan } = buildPlan(pieces.join(''));
        expect(plan === undefined).toBe(problems.some((problem) => problem.severity === 'error'));
      }),
      { numRuns: 200 },
    );
  });

  it('never throws for a plan with any part replaced, and says what is wrong with it', () => {
    const original: unknown = parse(readFileSync(new URL('./fixtures/reference-minimal.yaml', import.meta.url), 'utf8'));
    const junk = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        '',
        'x',
        '{{',
        '{{ $var.x }}',
        '$sys.',
        0,
        -1,
        1e300,
        true,
        [],
        [[]],
        [null],
        {},
        { a: 1 },
        '__proto__',
        'constructor',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), junk), { minLength: 1, maxLength: 3 }), (changes) => {
        const tree = structuredClone(original);
        for (const [at, value] of changes) replaceNth(tree, { left: at }, value);
        const { plan, problems } = buildPlan(stringify(tree));
        expect(plan === undefined).toBe(problems.some((problem) => problem.severity === 'error'));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['empty', '', 'empty-spec'],
    ['only a comment', '# nothing\n', 'empty-spec'],
    ['a list', '- a\n', 'not-a-map'],
    ['a scalar', 'hello', 'not-a-map'],
    ['two documents', 'name: a\n---\nname: b\n', 'several-documents'],
    ['a repeated key', 'name: a\nname: b\nservices: []\n', 'duplicate-key'],
    ['an alias without an anchor', 'name: *nope\n', 'unknown-anchor'],
    ['an alias inside its own anchor', 'x-a: &a\n  b: *a\n', 'alias-cycle'],
    ['a merge of a scalar', 'x-a: {<<: 3}\n', 'bad-merge'],
    ['deep nesting', '['.repeat(5000), 'nested-too-deeply'],
    ['deep nesting by dashes', `${'- '.repeat(2000)}a`, 'nested-too-deeply'],
    ['deep nesting by indentation', Array.from({ length: 1200 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'nested-too-deeply'],
    ['deep nesting that the parser takes', `a: ${'['.repeat(150)}${']'.repeat(150)}`, 'nested-too-deeply'],
  ])('%s is refused by name', (_what, spec, code) => {
    expect(codes(spec)).toContain(code);
  });

  it('reports every error of the YAML parser with its place', () => {
    const { problems } = buildPlan('name: "a\nb: [1, 2\nc: }\n');
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.code.startsWith('yaml-') && problem.position.line > 0 && problem.cure !== '')).toBe(true);
  });

  it('refuses a manifest that nests too deeply, however it is written', () => {
    const spec = reference.replace(/manifest: \|[\s\S]*$/, `manifest: "${'\\x5b'.repeat(20_000)}"\n`);
    expect(codes(spec)).toContain('manifest-size');
  });

  it('says where bytes stop being UTF-8', () => {
    const spec = new Uint8Array([...new TextEncoder().encode('name: ä\nb: '), 0xff, 0xfe]);
    expect(buildPlan(spec).problems).toMatchObject([{ code: 'not-utf8', position: { line: 2, column: 4 } }]);
  });

  it('accepts a byte order mark', () => {
    expect(buildPlan(`\uFEFF${reference}`).problems).toEqual([]);
    expect(buildPlan(new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(reference)])).problems).toEqual([]);
  });
});

describe('size and time', () => {
  it('refuses a spec of 10 MB at once', () => {
    const { problems } = buildPlan('a'.repeat(10_000_000));
    expect(problems.map((problem) => problem.code)).toEqual(['spec-too-large']);
    expect(timed('a: b\n'.repeat(2_000_000)).ms).toBeLessThan(500);
  });

  it.each([
    ['items', (count: number) => `x-a: [${'1, '.repeat(count / 4)}1]\n`],
    ['keys', (count: number) => Array.from({ length: count / 4 }, (_, at) => `x-${at}: 1\n`).join('')],
    ['empty lists', (count: number) => `x-a: [${'[],'.repeat(count / 3)}1]\n`],
    ['keys without names', (count: number) => `x-a: [${':,'.repeat(count / 2)}1]\n`],
    ['tags', (count: number) => `x-a: [${'!a '.repeat(count / 2)}1]\n`],
    ['closed brackets', (count: number) => `x-a: ${']'.repeat(count)}\n`],
    ['documents', (count: number) => '---\n'.repeat(count / 2)],
    ['line ends', (count: number) => '\n'.repeat(count)],
  ])('refuses a spec of a quarter of a million %s, words and spaces, with the number', (_what, of) => {
    expect(buildPlan(of(264_000)).problems).toMatchObject([{ code: 'too-many-words', message: expect.stringContaining('250000') }]);
  });

  it('reads five thousand tasks that are written out, and long texts of any lines', () => {
    const tasks = Array.from({ length: 5000 }, (_, at) => ({
      name: `t${at}`,
      template: 'a',
      arguments: { parameters: [{ name: 'v', value: 'x' }] },
    }));
    expect(codes(`x-a: ${JSON.stringify(tasks).replaceAll('","', '", "')}`)).not.toContain('too-many-words');
    expect(codes(`x-a: |\n${'  a: [1, 2, 3]\n'.repeat(50_000)}`)).not.toContain('too-many-words');
  });

  it('refuses a manifest of a quarter of a million words, with the number', () => {
    const { problems } = buildPlan(
      reference.replace(/manifest: \|[\s\S]*$/, `manifest: |\n${' '.repeat(30)}a: [${'[],'.repeat(90_000)}1]\n`),
    );
    expect(problems).toContainEqual(expect.objectContaining({ code: 'manifest-size', message: expect.stringContaining('250000') }));
  });

  it('bounds what aliases stand for', () => {
    const levels = Array.from({ length: 30 }, (_, level) => `  l${level + 1}: &l${level + 1} [*l${level}, *l${level}, *l${level}]`);
    const bomb = `name: a\nx-bomb:\n  l0: &l0 [a, b]\n${levels.join('\n')}\nservices: *l30\n`;
    const built = timed(bomb);
    // Unbounded it would be 3^30 nodes: no machine is that fast, and every one is done in this time.
    expect(built.ms).toBeLessThan(20_000);
    expect(built.codes).toContain('alias-expansion');
  });

  it('lists 300 problems of many kinds within a second', () => {
    const parameters = Array.from(
      { length: 150 },
      (_, index) => `      - key: k${index}\n        typ: String\n        defaultValue: ${index}`,
    );
    const spec = `name: a\nservices:\n  - name: b\n    apiParameters:\n${parameters.join('\n')}\n`;
    const { ms, codes: found } = timed(spec);
    expect(found).toHaveLength(300);
    expect(ms).toBeLessThan(1000);
  });

  it('cuts the list above 1000 problems and says so', () => {
    const spec = `name: a\nservices:\n  - name: b\n    apiParameters:\n${Array.from({ length: 1500 }, (_, index) => `      - {key: k${index}, defaultValue: 1}`).join('\n')}\n`;
    const { problems } = buildPlan(spec);
    expect(problems).toHaveLength(MAX_PROBLEMS + 1);
    expect(problems.at(-1)).toMatchObject({ code: 'more-problems', severity: 'error' });
  });

  it('orders problems by their place', () => {
    const { problems } = buildPlan('zz: 1\nservices:\n  - {name: a, foo: 1, bar: 2}\n  - {foo: 2}\nyy: 1\n');
    const lines = problems.map((problem) => problem.position.line * 1000 + problem.position.column);
    expect(lines).toEqual(lines.toSorted((left, right) => left - right));
  });

  it('reads a long spec on one line', () => {
    const many = Array.from({ length: 1500 }, (_, index) => `"k${index}": 1, "l${index}": [{}]`).join(', ');
    expect(codes(`{"name": "a", "x-data": {${many}}, "services": [{"name": "b"}]}`)).toEqual(['resource-not-served']);
  });

  it('copes with very many unknown keys', () => {
    const spec = Array.from({ length: 200_000 }, (_, index) => `k${index}: 1`)
      .join('\n')
      .slice(0, 2_000_000);
    expect(timed(spec).ms).toBeLessThan(10_000);
  });
});

describe('letter case', () => {
  const keys = [
    'name',
    'deployment',
    'hostedDeployment',
    'awsAccountId',
    'awsBootstrapRoleAccountArn',
    'tenancyType',
    'services',
    'compute',
    'instanceTypes',
    'apiParam',
    'cloudProvider',
    'apiParameters',
    'key',
    'type',
    'modifiable',
    'defaultValue',
    'endpointConfiguration',
    'host',
    'ports',
    'primary',
    'networkingType',
    'operatorCRDConfiguration',
    'helmChartDependencies',
    'chartName',
    'chartVersion',
    'chartRepoName',
    'chartRepoURL',
    'systemWorkflows',
    'create',
    'outputParameters',
    'workflow',
    'entrypoint',
    'arguments',
    'parameters',
    'value',
    'templates',
    'inputs',
    'dag',
    'tasks',
    'template',
    'resource',
    'action',
    'successCondition',
    'failureCondition',
    'manifest',
  ];

  it('of schema keys makes no difference', () => {
    const expected = stableJson(buildPlan(reference).plan);
    const cases = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(cases, (flips) => {
        const manifestAt = reference.indexOf('manifest:');
        const mixed = reference.slice(0, manifestAt).replaceAll(/^([ ]*(?:- )?)([A-Za-z]+):/gm, (all, lead: string, key: string) => {
          if (!keys.includes(key)) return all;
          return `${lead}${Array.from(key)
            .map((letter, index) => (flips[index % 40] ? letter.toUpperCase() : letter.toLowerCase()))
            .join('')}:`;
        });
        // Names of outputs and endpoints are the author's own.
        const { plan, problems } = buildPlan(mixed + reference.slice(manifestAt));
        expect(problems).toEqual([]);
        expect(stableJson(plan)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });
});
