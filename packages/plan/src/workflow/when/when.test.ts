import { describe, expect, it } from 'vitest';
import { evaluateWhen, parseWhen } from './when.js';

function answer(text: string, values: Record<string, string> = {}): boolean | string {
  const parsed = parseWhen(text);
  if (!parsed.ok) return parsed.problem.message;
  const value = evaluateWhen(parsed.value, (placeholder) => values[placeholder]);
  return value.ok ? value.value : value.problem.message;
}

describe('when', () => {
  it.each([
    ['', true],
    ['true', true],
    ['foo == foo', true],
    ['foo != bar', true],
    ['"foo-bar" == "foo-bar"', true],
    ["'20Gi' == '20Gi'", true],
    ['5 == "5"', false],
    ['5 == 5.0', true],
    ['3 > 2 && 2 >= 2', true],
    ['3 < 2 || 2 <= 1', false],
    ['abc < abd', true],
    ['!(1 == 2)', true],
    ['1 + 2 * 3 == 7', true],
    ['(1 + 2) * 3 == 9', true],
    ['7 % 4 == 3', true],
    ['-1 < 0', true],
    ['"a" + 1 == "a1"', true],
    ['foo in (foo, bar)', true],
    ['foo in (baz, bar)', false],
    ['"prod-eu" =~ "^prod"', true],
    ['prod !~ "^dev"', true],
    ['1 == 1 ? true : false', true],
    ['false && foo', false],
    ['true || foo', true],
    // How govaluate reads: rows from the left, also choices and powers; the rest after a whole expression is passed over.
    ['2 ** 3 ** 2 == 64', true],
    ['false ? true : true ? false : true', false],
    ['(false ? true) ?? true', true],
    ['(true) false', true],
    ['[a-b] == "a-b"', true],
    [String.raw`foo\-bar == "foo-bar"`, true],
    [`'a" == "a'`, true],
    ['0x1F == 31', true],
    ['5 & 4 == 4', true],
    ['1 << 4 == 16', true],
    ['10 > -1 << 0x1F << 3', false],
    ['"2024-01-02" < "2024-01-02T10:00:00Z"', true],
    ['1000000 + "x" == "1e+06x"', true],
    ['foo =~ "(?i)FOO"', true],
    ['(1, 2), 3', "Expected boolean evaluation for '(1, 2), 3'. Got [1 2 3]"],
    ['true || a.B', true],
  ])('%s → %s', (text, value) => {
    expect(answer(text)).toBe(value);
  });

  it.each([
    'foo-bar == foo-bar',
    '20Gi == 20Gi',
    'a.b == a.b',
    'http://x == http://x',
    'a == ',
    '(a == b',
    'a = b',
    '"a == b',
    'a b',
    ' ',
    '_a == _a',
    'a==-1',
    '!foo',
    `"it's" == x`,
    'a in (a)',
    'foo =~ "f(?=o)"',
    '"" ?? true',
    '"2024-01-02" + 1 ? true : false',
    'true || foo =~ "["',
  ])('%s is an error, as in Argo', (text) => {
    expect(answer(text)).toMatch(/^(Invalid 'when' expression|Failed to evaluate 'when' expression|Expected boolean evaluation for) '/);
  });

  it.each([
    ['3', "Expected boolean evaluation for '3'. Got 3"],
    ['foo', "Expected boolean evaluation for 'foo'. Got foo"],
    [
      'foo && true',
      "Failed to evaluate 'when' expression 'foo && true': Value 'foo' cannot be used with the logical operator '&&', it is not a bool",
    ],
    ['foo > 3', "Failed to evaluate 'when' expression 'foo > 3': Value 'foo' cannot be used with the comparator '>', it is not a number"],
    [
      '{{inputs.parameters.x}} == 1',
      "Failed to evaluate 'when' expression '{{inputs.parameters.x}} == 1': failed to resolve {{inputs.parameters.x}}",
    ],
  ])('%s → %s', (text, message) => {
    expect(answer(text)).toBe(message);
  });

  it('reads a value as the same bare word would be, and hints at quotes', () => {
    const n = 'inputs.parameters.n';
    expect(answer(`{{${n}}} == 3`, { [n]: '3' })).toBe(true);
    expect(answer(`"{{${n}}}" == "3"`, { [n]: '3' })).toBe(true);
    expect(answer(`{{${n}}} == "3"`, { [n]: '3' })).toBe(false);
    expect(answer(`{{${n}}}`, { [n]: 'true' })).toBe(true);
    expect(answer(`{{${n}}} == foo`, { [n]: 'foo' })).toBe(true);
    expect(answer(`{{${n}}} > 2`, { [n]: '10' })).toBe(true);
    expect(answer('a b')).toContain('(hint: try wrapping the affected expression in quotes ("))');
  });

  it('never lets a value add to the expression', () => {
    for (const hostile of ['x || true', '" || "" == "', '1 == 1', "') || (true", '{{item}}']) {
      expect(answer('{{v}} == no', { v: hostile })).toBe(false);
      expect(answer('"{{v}}" == "no"', { v: hostile })).toBe(false);
    }
  });
});
