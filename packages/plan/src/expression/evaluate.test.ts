import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.js';
import { evaluateExpression, evaluateText } from './evaluate.js';
import type { ExpressionContext } from './context.js';
import { parseExpression } from './expression-parser.js';
import { resolveExpressions } from './resolve.js';
import { hexadecimal, sha256 } from './function/sha256.js';

const context = (extra: Partial<ExpressionContext> = {}): ExpressionContext => ({
  sys: {
    id: 'instance-1',
    deploymentCell: { publicSubnetIDs: [{ id: 'subnet-1' }, { id: 'subnet-2' }], accountTags: { 'a.b/c': 'tag' } },
    restore: { snapshotId: 'ss-1', metadata: { backupId: 'b1' } },
  },
  parameters: {
    n: { value: 3, type: 'Float64' },
    password: { value: 'päss', type: 'Password' },
    json: { value: { a: [1, { b: 'x' }] }, type: 'Json' },
    jsonText: { value: '{"a":{"b":2}}', type: 'Json' },
    empty: { value: '', type: 'String' },
    none: { value: null, type: 'String' },
  },
  secrets: (name) => (name === 'AWS' ? 'shh' : undefined),
  resources: { redisCluster: { out: { bucket: { name: 'b' } }, var: { pw: 'p', size: 5 }, sys: { id: 'r1' }, types: { pw: 'Password' } } },
  seed: 'seed-1',
  place: 'arguments.x#0',
  ...extra,
});

function evaluate(text: string, extra: Partial<ExpressionContext> = {}) {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const evaluated = evaluateExpression(parsed.value, context(extra));
  return evaluated.ok ? evaluated.value : evaluated.problem;
}
const valueOf = (text: string, extra: Partial<ExpressionContext> = {}): Json | undefined => {
  const result = evaluate(text, extra);
  return 'value' in result ? result.value : undefined;
};

describe('evaluateExpression', () => {
  it.each<[string, Json]>([
    ['$sys.id', 'instance-1'],
    ['$sys.deploymentCell.publicSubnetIDs[*].id', 'subnet-1,subnet-2'],
    ['$sys.deploymentCell.publicSubnetIDs[1].id', 'subnet-2'],
    ['$sys.deploymentCell.publicSubnetIDs.0.id', 'subnet-1'],
    ['$sys.deploymentCell.accountTags["a.b/c"]', 'tag'],
    ['$var.n', 3],
    ['$var.none', null],
    ['$var.json.a[1].b', 'x'],
    ['$var.jsonText.a.b', 2],
    ['$secret.AWS', 'shh'],
    ['$redisCluster.out.bucket.name', 'b'],
    ['$redis-cluster.sys.id', 'r1'],
    ['$func.base64encode($var.password)', 'cMOkc3M='],
    ['$func.base64decode($func.base64encode($var.password))', 'päss'],
    ['$func.lower(ABC)', 'abc'],
    ['$func.upper(abc)', 'ABC'],
    ['$func.trim("  a ")', 'a'],
    ['$func.replace("a.b.c", ".", "$&")', 'a$&b$&c'],
    ['$func.join($func.split("a,b", ","), "-")', 'a-b'],
    ['$func.default($var.missing, 7)', 7],
    ['$func.default($var.empty, $var.n)', 3],
    ['$func.default($var.n, $var.missing)', 3],
    ['$func.default($func.lower($var.missing), x)', 'x'],
    ['$func.toJson($var.json)', '{"a":[1,{"b":"x"}]}'],
    ['$func.fromJson($var.jsonText).a.b', 2],
    ['$func.sha256(abc)', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$func.substr("añ😀b", 1, 2)', 'ñ😀'],
    ['$func.substr(abc, 1)', 'bc'],
    ['$func.add($var.n, 1, "2")', 6],
    ['$func.sub($var.n, 5)', -2],
    ['$func.int("3.9")', 3],
  ])('%s is %j', (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it.each([
    ['$var.missing', '$var.missing'],
    ['$sys.a.b', '$sys.a.b'],
    ['$sys.id.length', '$sys.id.length'],
    ['$sys.constructor', '$sys.constructor'],
    ['$secret.NOPE', '$secret.NOPE'],
    ['$other.out.x', '$other.out.x'],
    ['$func.lower($var.missing)', '$var.missing'],
    ['$sys.deploymentCell.publicSubnetIDs[*].name', '$sys.deploymentCell.publicSubnetIDs[*].name'],
    ['$func.fromJson("{}").a', '$func.fromJson("{}").a'],
  ])('%s is unresolved, naming %s', (text, expression) => {
    expect(evaluate(text)).toMatchObject({ code: 'unresolved', expression });
  });

  it.each([
    '$func.int(x)',
    '$func.random(odd, 3)',
    '$func.random(string, 0)',
    '$func.randomminmax(5, 1, x)',
    '$func.fromJson($secret.AWS)',
    '$func.base64decode("*")',
    '$func.join(a)',
  ])('%s fails without quoting a value', (text) => {
    const problem = evaluate(text);
    expect(problem).toMatchObject({ code: 'function-failed', expression: text });
    expect(JSON.stringify(problem)).not.toContain('shh');
  });

  it('carries secrecy and taint through functions', () => {
    expect(evaluate('$var.password')).toMatchObject({ secret: true, type: 'Password' });
    expect(evaluate('$func.base64encode($secret.AWS)')).toMatchObject({ secret: true });
    expect(evaluate('$redisCluster.var.pw')).toMatchObject({ secret: true });
    expect(evaluate('$func.lower($redisCluster.out.bucket.name)')).toMatchObject({ tainted: true });
    expect(evaluate('$sys.restore.metadata.backupId')).toMatchObject({ tainted: true });
    expect(evaluate('$sys.restore.snapshotId')).not.toHaveProperty('tainted');
    expect(evaluate('$var.n')).toEqual({ value: 3, source: '$var.n', type: 'Float64' });
  });
});

describe('stable random values', () => {
  it('are the same for the same seed and place, and differ otherwise', () => {
    for (const text of ['$func.random(string, 24)', '$func.uuidv4()']) {
      expect(valueOf(text)).toBe(valueOf(text));
      expect(valueOf(text)).not.toBe(valueOf(text, { seed: 'seed-2' }));
      expect(valueOf(text)).not.toBe(valueOf(text, { place: 'arguments.x#1' }));
    }
    expect(evaluateText('{{ $func.uuidv4() }} {{ $func.uuidv4() }}', context())).toMatchObject({
      ok: true,
      value: { value: expect.stringMatching(/^(\S+) (?!\1)\S+$/) },
    });
  });

  it('are pinned: a change would rotate passwords of running instances', () => {
    expect(valueOf('$func.random(string, 16)')).toMatchInlineSnapshot(`"XbERoqEshD1gyz5b"`);
    expect(valueOf('$func.uuidv4()')).toMatchInlineSnapshot(`"395e24d0-31a9-4d04-86f3-563d783df498"`);
    expect(valueOf('$func.randomminmax(5000, 6000, 1234)')).toMatchInlineSnapshot(`5299`);
  });

  it('have the promised form and no bias', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 400; index += 1) {
      const text = String(valueOf('$func.random(string, 32)', { seed: `s${index}` }));
      expect(text).toMatch(/^[A-Za-z][A-Za-z0-9]{31}$/);
      for (const character of text.slice(1)) counts.set(character, (counts.get(character) ?? 0) + 1);
      expect(valueOf('$func.uuidv4()', { seed: `s${index}` })).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      const port = Number(valueOf(`$func.randomminmax(5000, 5003, ${index})`));
      expect([5000, 5001, 5002, 5003]).toContain(port);
    }
    // 12,400 draws of 62 characters: 200 each; five standard deviations.
    expect(counts.size).toBe(62);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(71);
  });

  it('of randomminmax depend on the given seed only', () => {
    expect(valueOf('$func.randomminmax(1, 1000000, 7)')).toBe(valueOf('$func.randomminmax(1, 1000000, 7)', { seed: 'other', place: 'q' }));
    expect(valueOf('$func.randomminmax(1, 1000000)')).not.toBe(valueOf('$func.randomminmax(1, 1000000)', { seed: 'other' }));
  });
});

describe('sha256 and base64', () => {
  it('agree with the platform', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(hexadecimal(sha256(text))).toBe(createHash('sha256').update(text).digest('hex'));
        expect(valueOf('$func.base64encode($var.x)', { parameters: { x: { value: text, type: 'String' } } })).toBe(
          Buffer.from(text).toString('base64'),
        );
        expect(valueOf('$func.base64decode($func.base64encode($var.x))', { parameters: { x: { value: text, type: 'String' } } })).toBe(
          text,
        );
      }),
    );
  });
});

describe('resolveExpressions', () => {
  it('gives values by place and names what is missing once', () => {
    const { values, unresolved } = resolveExpressions(
      [
        { place: 'arguments.a#0', text: '$var.n' },
        { place: 'arguments.b#0', text: '$var.missing' },
        { place: 'arguments.c#0', text: '$func.lower($var.missing)' },
        { place: 'arguments.d#0', text: '$func.int(x)' },
        { place: 'arguments.e#0', text: '$nope' },
      ],
      context(),
    );
    expect(values).toEqual({ 'arguments.a#0': { value: 3, source: '$var.n', type: 'Float64' } });
    expect(unresolved).toEqual(['$var.missing', expect.stringMatching(/^\$func\.int\(x\) \(/), expect.stringMatching(/^\$nope \(/)]);
  });

  it('gives a random value that does not depend on other expressions', () => {
    const alone = resolveExpressions([{ place: 'arguments.p#0', text: '$func.random(string, 8)' }], context());
    const among = resolveExpressions(
      [
        { place: 'arguments.a#0', text: '$func.random(string, 8)' },
        { place: 'arguments.p#0', text: '$func.random(string, 8)' },
      ],
      context(),
    );
    expect(among.values['arguments.p#0']).toEqual(alone.values['arguments.p#0']);
    expect(among.values['arguments.a#0']).not.toEqual(alone.values['arguments.p#0']);
  });
});

it('marks what the platform says is secret in $sys, by its path and by what holds it', () => {
  const secretSys = [['restore', 'metadata', 'backupId']];
  const isSecret = (text: string) => 'secret' in evaluate(text, { secretSys });
  expect(['$sys.restore.metadata.backupId', '$sys.restore.metadata', '$sys.restore.snapshotId', '$sys.id'].map(isSecret)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
