import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Json } from '../json.js';
import { evaluateText } from './evaluate.js';
import type { ExpressionContext } from './context.js';
import { readForeignJson, readJson } from './json/exact-json.js';
import { cutDeep, isTooDeep, jsonLength } from './json/json-size.js';
import { renderText } from './render-text.js';
import { resolveExpressions } from './resolve.js';
import { MAX_WORK, TooMuchText } from './work.js';

const context = (parameters: Record<string, Json>): ExpressionContext => ({
  sys: {},
  parameters: Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => [key, { value, type: typeof value === 'string' ? 'String' : 'Any' }]),
  ),
  secrets: () => undefined,
  resources: {},
  seed: 's',
  place: 'p',
});
const evaluate = (text: string, parameters: Record<string, Json> = {}) => evaluateText(text, context(parameters));
const nested = (times: number, call: (inner: string) => string, inner: string): string =>
  times === 0 ? inner : nested(times - 1, call, call(inner));

describe('results of functions are bounded before they are made', () => {
  const big = 'x'.repeat(1024 * 1024);
  it.each([
    ['replace', '{{ $func.replace($var.a, ",", $var.b) }}', { a: ','.repeat(20_000), b: 'x'.repeat(20_000) }],
    ['replace, nested', `{{ ${nested(24, (inner) => `$func.replace(${inner}, "a", "aa")`, '"a"')} }}`, {}],
    ['join', '{{ $func.join($var.a, $var.b) }}', { a: Array.from({ length: 20_000 }, () => ''), b: 'x'.repeat(20_000) }],
    ['toJson, nested', `{{ ${nested(26, (inner) => `$func.toJson(${inner})`, '"\\\\"')} }}`, {}],
    ['base64encode', '{{ $func.base64encode($var.a) }}', { a: big }],
    ['base64encode, nested', `{{ ${nested(49, (inner) => `$func.base64encode(${inner})`, '"abcdef"')} }}`, {}],
    ['upper', '{{ $func.upper($var.a) }}', { a: 'ß'.repeat(600_000) }],
    ['a deep value', '{{ $func.toJson($func.fromJson($var.a)) }}', { a: `${'['.repeat(5_000)}${']'.repeat(5_000)}` }],
    ['split', '{{ $func.split($var.a, ",") }}', { a: ','.repeat(200_000) }],
    ['split into letters', '{{ $func.split($var.a, "") }}', { a: 'x'.repeat(200_000) }],
    ['digits', '{{ $func.int($var.a) }}', { a: `${'1'.repeat(1_000_000)}x` }],
    ['an argument', '{{ $func.trim($var.a) }}', { a: `${big}x` }],
    [
      'many of them',
      `{{ $func.add(${Array.from({ length: 16 }, () => '$func.int($func.sha256($var.a))').join(', ')}) }}`.repeat(20),
      { a: big },
    ],
  ])('%s', (_name, text, parameters: Record<string, Json>) => {
    const answer = evaluate(text, parameters);
    expect(answer).toMatchObject({ ok: false, problem: { code: 'function-failed', message: expect.stringMatching(/\.$/) } });
    expect(JSON.stringify(answer).length).toBeLessThan(1_000);
  });

  it('a text is bounded too', () => {
    const parameters = { a: 'x'.repeat(1_000_000) };
    expect(evaluate('{{ $var.a }}'.repeat(5), parameters)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining('4194304') },
    });
    expect(evaluate('{{ $var.a }}!', parameters)).toMatchObject({ ok: true });
  });

  it('an expression is', () => {
    expect(evaluate(`{{ $func.trim("${'x'.repeat(30_000)}") }}`)).toMatchObject({
      ok: false,
      problem: { code: 'invalid-expression', message: expect.stringContaining('20000') },
    });
  });

  it('all values of a run together are', () => {
    const expressions = Array.from({ length: 100 }, (_, at) => ({ place: `a#${at}`, text: '$var.a' }));
    const { unresolved } = resolveExpressions(expressions, context({ a: big }));
    expect(unresolved).toEqual([expect.stringContaining(String(MAX_WORK))]);
    expect(resolveExpressions(expressions.slice(0, 50), context({ a: big })).unresolved).toEqual([]);
  });

  it('inputs that are doubled from template to template are', () => {
    let inputs = { x: { parts: [{ text: 'x' }] } };
    const double = () => {
      for (let level = 0; level < 40; level += 1)
        inputs = {
          x: renderText('{{inputs.parameters.x}}{{inputs.parameters.x}}', { inputs, values: {}, place: 'p' }).fragment as typeof inputs.x,
        };
    };
    expect(double).toThrow(TooMuchText);
    const values = { 'p#0': { value: '', source: '$var.a' } };
    let pieces = { x: renderText('{{ $var.a }}', { inputs: {}, values, place: 'p' }).fragment };
    const doublePieces = () => {
      for (let level = 0; level < 40; level += 1)
        pieces = { x: renderText('{{inputs.parameters.x}}{{inputs.parameters.x}}', { inputs: pieces, values: {}, place: 'p' }).fragment };
    };
    expect(doublePieces).toThrow(TooMuchText);
  });
});

describe('the size of JSON', () => {
  it('is that of its text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(jsonLength(value as Json, 1e9)).toBe(JSON.stringify(value).length);
        expect(isTooDeep(JSON.stringify(value))).toBe(false);
      }),
    );
  });

  it('what others nest too deeply is cut where nobody would read it', () => {
    const deep = (levels: number, inner: string) => `${'{"a":['.repeat(levels)}${inner}${']}'.repeat(levels)}`;
    expect(readForeignJson(`[1,${deep(5_000, '1')},"]]",{"b":2}]`)).toMatchObject({ 0: 1, 2: ']]', 3: { b: 2 } });
    expect(isTooDeep(cutDeep(`[${deep(300, '"\\""')}]`))).toBe(false);
    expect(cutDeep(deep(100, '1'))).toBe(deep(100, '1'));
    expect(() => readJson(deep(101, '1'))).toThrow('200 levels');
  });

  it('is infinite beyond the bounds', () => {
    expect(jsonLength('x'.repeat(100), 50)).toBe(Infinity);
    expect(jsonLength(JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as Json, 1e9)).toBe(Infinity);
    expect(isTooDeep(`${'[{"a":'.repeat(101)}1${'}]'.repeat(101)}`)).toBe(true);
    expect(isTooDeep(`"${'['.repeat(1_000)}"`)).toBe(false);
  });
});
