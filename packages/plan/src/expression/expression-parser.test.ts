import { describe, expect, it } from 'vitest';
import { references } from './expression.js';
import { parseExpression } from './expression-parser.js';

const parsed = (text: string) => {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

describe('parseExpression', () => {
  it('reads references of every root', () => {
    expect(parsed('$sys.deploymentCell.publicSubnetIDs[*].id')).toMatchObject({
      root: 'sys',
      path: [{ key: 'deploymentCell' }, { key: 'publicSubnetIDs' }, { each: true }, { key: 'id' }],
    });
    expect(parsed('$var.a["key with.dots"][0]')).toMatchObject({
      root: 'var',
      path: [{ key: 'a' }, { key: 'key with.dots' }, { index: 0 }],
    });
    expect(parsed('$secret.AWS_KEY')).toMatchObject({ root: 'secret', path: [{ key: 'AWS_KEY' }] });
    expect(parsed('$infra.out.bucket.name')).toMatchObject({
      root: 'resource',
      name: 'infra',
      scope: 'out',
      path: [{ key: 'bucket' }, { key: 'name' }],
    });
    expect(parsed('$tasks.apply.resource.metadata.annotations.cnpg\\.io/x')).toMatchObject({
      root: 'tasks',
      name: 'apply',
      path: [{ key: 'metadata' }, { key: 'annotations' }, { key: 'cnpg.io/x' }],
    });
  });

  it('reads calls with literals and nested references', () => {
    expect(parsed('$func.random(string, 16)')).toMatchObject({
      name: 'random',
      arguments: [{ value: 'string' }, { value: 16 }],
      ordinal: 0,
    });
    expect(parsed(`$func.replace($var.x, 'a\\'b', "c,d")`)).toMatchObject({
      arguments: [{ root: 'var' }, { value: "a'b" }, { value: 'c,d' }],
    });
    expect(parsed('$func.join($func.split($var.x, ","), $func.lower(A))')).toMatchObject({
      ordinal: 0,
      arguments: [
        { name: 'split', ordinal: 1 },
        { name: 'lower', ordinal: 2, arguments: [{ value: 'A' }] },
      ],
    });
    expect(parsed('$func.fromJson($var.x).a[0]')).toMatchObject({ path: [{ key: 'a' }, { index: 0 }] });
    expect(parsed('$func.default($var.x, 12345678901234567890)')).toMatchObject({ arguments: [{}, { value: '12345678901234567890' }] });
    expect(parsed('$func.uuidv4( )')).toMatchObject({ arguments: [] });
    expect(references(parsed('$func.add($var.a, $func.int($sys.b))')).map((reference) => reference.text)).toEqual(['$var.a', '$sys.b']);
  });

  it.each([
    ['sys.x', 'expression-syntax', 0],
    ['$sys', 'expression-syntax', 0],
    ['$sys.', 'expression-syntax', 5],
    ['$sys.a b', 'expression-syntax', 7],
    ['$sys.a[', 'expression-syntax', 6],
    ['$sys.a[x]', 'expression-syntax', 6],
    ['$sys.a["x]', 'expression-syntax', 7],
    ['$secret.a.b', 'expression-syntax', 0],
    ['$sya.x', 'unknown-root', 0],
    ['$.x', 'unknown-root', 0],
    ['$tasks.a.status', 'expression-syntax', 0],
    ['$infra.out', 'expression-syntax', 0],
    ['$func.z(1)', 'unknown-function', 0],
    ['$func.toString(1)', 'unknown-function', 0],
    ['$func.lower', 'expression-syntax', 11],
    ['$func.lower(a', 'expression-syntax', 13],
    ['$func.lower(,)', 'expression-syntax', 12],
    ['$func.lower(a, b)', 'function-arguments', 0],
    [`${'$func.lower('.repeat(60)}a`, 'expression-syntax', 612],
  ])('refuses %j with %s at %i', (text, code, offset) => {
    const result = parseExpression(text);
    expect(result).toMatchObject({ ok: false, problem: { code, offset, cure: expect.stringMatching(/./) } });
  });
});
