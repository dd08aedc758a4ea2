import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PATTERN_STEPS, PatternBudget, PatternBudgetSpent } from './budget.js';

function compile(pattern: string, budget = new PatternBudget()) {
  const compiled = budget.javascript(pattern);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.value;
}
const whole = (pattern: string, text: string, budget = new PatternBudget()) => compile(pattern, budget).testWhole(text);
const faultOf = (pattern: string) => {
  const compiled = new PatternBudget().javascript(pattern);
  return compiled.ok ? undefined : compiled.problem;
};

describe('what plans of today say', () => {
  it.each([
    ['[1-9][0-9]*(Mi|Gi|Ti)', '20Gi', '20Gib'],
    ['[a-z_][a-z0-9_]{0,62}', 'orders', '1orders'],
    ['[a-z]([-a-z0-9]{0,38}[a-z0-9])?', 'a-b', 'a-'],
    ['https?://.+', 'https://x', 'ftp://x'],
    ['^a|b$', 'b', 'ab'],
    ['(?i)abc', 'ABC', 'abd'],
    ['\\p{L}+', 'Größe', 'a1'],
    ['\\p{Script=Greek}+\\p{Letter}', 'αβ', '1'],
    ['\\u0041\\u{1F600}\\uD83D\\uDE00', 'A😀😀', 'A'],
    ['[^]x[^]', '\nx\n', 'x'],
    ['a[]|b', 'b', 'a'],
    ['\\S+\\s\\S+', 'a\u00a0b', 'ab'],
    ['[\\S]+[\\s]', 'a\ufeff', 'ab'],
    ['.', 'a', '\r'],
    ['[\\w.+-]+@[\\w-]+\\.[\\w.-]+', 'a+b@c.de', 'a@b'],
    ['\\/\\-\\_\\@', '/-_@', '/-'],
    ['a{1,5000}', 'a'.repeat(5000), 'a'.repeat(5001)],
    ['a{2500,}', 'a'.repeat(2500), 'a'.repeat(2499)],
    ['(?:[a-z]{1,63}\\.){1,30}[a-z]{2,63}', 'a.b.example.com', 'a..b'],
    ['(?<year>\\d{4})-\\d\\d', '2024-01', '24-01'],
    ['x{,2}', 'x{,2}', 'xx'],
    ['\\cJ[\\b]', '\n\b', '\n'],
    ['[[:alpha:]]+', 'abc', 'ab1'],
    ['\\Aa+\\z', 'aa', 'ab'],
    ['[a-z&&[]+', 'a&[', 'A'],
    ['\\d{3,4}?', '123', '12'],
    ['', '', 'a'],
  ])('%s', (pattern, fits, fitsNot) => {
    expect([whole(pattern, fits), whole(pattern, fitsNot)]).toEqual([true, false]);
  });

  it('means what it meant to JavaScript', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\d',
      '\\w',
      '\\s',
      '\\S',
      '[ab]',
      '[^a]',
      '[\\s\\d]',
      '[\\W_]',
      '\\b',
      '^',
      '$',
      '\\.',
      'é',
      '\\u00e9',
      '😀',
    );
    const times = fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,3}', '{1,}', '+?', '*?');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 4 },
        fc.tuple(atom, times).map(([one, count]) => (/^(?:\\b|\^|\$)$/.test(one) ? one : one + count)),
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
        fc.tuple(tie('pattern'), times).map(([a, count]) => `(${a})${count}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '\u00a0', '\n', '\r', '.', '_', 'é', '😀'), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, (source, value) => {
        const oracle = new RegExp(`^(?:${source})$`, 'u');
        const compiled = compile(source);
        expect(compiled.testWhole(value), `${source} on ${JSON.stringify(value)}`).toBe(oracle.test(value));
        expect(compiled.test(value), `${source} in ${JSON.stringify(value)}`).toBe(new RegExp(source, 'u').test(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('a count beyond the matcher’s own bound means what it says', () => {
    fc.assert(
      fc.property(fc.nat(1_300), fc.nat(1_300), fc.nat(2_800), fc.constantFrom('a', '(?:ab?)', '(?:a{2})'), (least, more, length, atom) => {
        const budget = new PatternBudget(1e12);
        const compiled = budget.javascript(`${atom}{${least},${least + more}}`);
        const unit = atom === '(?:a{2})' ? 2 : 1;
        const fits = length % unit === 0 && length / unit >= least && length / unit <= least + more;
        const answer = compiled.ok ? compiled.value.testWhole('a'.repeat(length)) : compiled.problem.code;
        expect([fits, 'pattern-too-large']).toContain(answer);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what no linear matcher can do, and what is too large', () => {
  it.each([
    ['(?=a)b', 'pattern-not-linear'],
    ['(?!-)[a-z-]+', 'pattern-not-linear'],
    ['a(?<=a)', 'pattern-not-linear'],
    ['a(?<!b)', 'pattern-not-linear'],
    ['(a)\\1', 'pattern-not-linear'],
    ['(?<x>a)\\k<x>', 'pattern-not-linear'],
    ['((a{1,1000}){1,1000}){1,1000}', 'pattern-too-large'],
    ['a{1,100000}', 'pattern-too-large'],
    [`${'('.repeat(300)}a${')'.repeat(300)}`, 'pattern-too-large'],
    ['a'.repeat(10_001), 'pattern-too-large'],
    ['(', 'pattern-syntax'],
    ['a)', 'pattern-syntax'],
    ['[', 'pattern-syntax'],
    ['a\\', 'pattern-syntax'],
    ['*', 'pattern-syntax'],
    ['a**', 'pattern-syntax'],
    ['a{3,2}', 'pattern-syntax'],
    ['[b-a]', 'pattern-syntax'],
    ['\\p{Nothing}', 'pattern-syntax'],
  ])('%s', (pattern, code) => {
    expect(faultOf(pattern)).toMatchObject({ code, message: expect.stringMatching(/\w/), cure: expect.stringMatching(/\w/) });
  });

  it('whatever is written, the answer is a matcher or a fault', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '(?',
      '(?:',
      '(?P<',
      '[',
      ']',
      '^',
      '-',
      '\\',
      '{',
      '}',
      '1',
      '9',
      ',',
      '*',
      '+',
      '?',
      '|',
      'p',
      'x',
      'u',
      'Q',
      ':',
      'a',
      '.',
      '\ud83d',
      '😀',
      '>',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 40 }), fc.boolean(), (source, asGo) => {
        const budget = new PatternBudget();
        const compiled = asGo ? budget.re2(source) : budget.javascript(source);
        const answer = compiled.ok ? String(compiled.value.test('aaaa1x')) : compiled.problem.message;
        expect(answer).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the budget', () => {
  it('patterns that defeat backtracking cost a few steps a character', () => {
    for (const pattern of ['^(a+)+$', '(a|a)*', '(?:(a+)+c|a+b)', '([a-zA-Z]+)*', '(a?){20}a{20}', '(.*a){12}']) {
      const cost = (length: number) => {
        const budget = new PatternBudget();
        whole(pattern, `${'a'.repeat(length)}!`, budget);
        return budget.spent;
      };
      expect(cost(100_000) - cost(50_000)).toBeLessThan(2 * 50_000);
    }
  });

  it('is shared by all texts, and ends what takes longer', () => {
    const budget = new PatternBudget();
    const compiled = compile('(a|b)*a(a|b){500}c', budget);
    const text = Array.from({ length: 1_000 }, (_, at) => ((at * at) % 7 < 3 ? 'a' : 'b')).join('');
    const match = () => {
      for (let times = 0; times < 100_000; times += 1) compiled.testWhole(text + String(times));
    };
    expect(match).toThrow(PatternBudgetSpent);
    // And once it is spent it stays so.
    expect(() => budget.javascript('a')).toThrow(String(PATTERN_STEPS));
  });

  it('counts the slower engine before it begins', () => {
    const budget = new PatternBudget();
    const compiled = compile('(a|b)*a(a|b){990}[cd]', budget);
    const text = Array.from({ length: 1_000_000 }, (_, at) => (Math.sin(at * at) > 0 ? 'a' : 'b')).join('');
    expect(() => compiled.testWhole(text)).toThrow(PatternBudgetSpent);
  });

  it('compiling takes half of it at most', () => {
    const budget = new PatternBudget();
    const compileMany = () => {
      for (let at = 0; at < 1_000; at += 1) budget.javascript(`[a-z]{1,1000}x${at}`);
    };
    expect(compileMany).toThrow(PatternBudgetSpent);
    // The same pattern is compiled once.
    const other = new PatternBudget();
    for (let at = 0; at < 1_000; at += 1) other.javascript('[a-z]{1,1000}x');
    expect(other.spent).toBeLessThan(1_000_000);
  });
});
