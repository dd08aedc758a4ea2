import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareLines, bareScalar } from './bare-expression.js';
import { parseExpression } from './expression-parser.js';
import { parseManifestText, parseText } from './text.js';

/** What is meant, as regular expressions, which take exponential time on some texts. */
const ROOT = '\\$(?:(?:sys|var|secret|func|tasks)(?=[.[\\s]|$)|[A-Za-z][\\w-]*\\.(?:out|var|sys)(?=[.[\\s]|$))';
const IN_FILTER = `(?:"[^"\\n]*"|'[^'\\n]*'|[^()"'\\n])*`;
const STEPS = `(?:[\\w.-]|\\[\\?\\(${IN_FILTER}\\)\\]|\\[(?!\\?\\()[^\\]\\n]*\\]|(?<=\\.)#(?:\\(${IN_FILTER}\\)#?|(?!\\())|\\\\[./][\\w/-]*)*`;
const BARE = `${ROOT}${STEPS}(?:\\([^\\n]*\\)${STEPS})?`;
const SCALAR = new RegExp(`^\\s*(${BARE})\\s*$`);
const LINE = new RegExp(
  `^([ \\t]*(?:- +)*(?:(?:"[^"\\n]*"|'[^'\\n]*'|[^\\s#"'{}][^#"'{}\\n]*?):[ \\t]+)?(["']?))(${BARE})\\2(?:[ \\t]+#.*|[ \\t]*)$`,
  'gm',
);

const isExpression = (text: string | undefined) => text !== undefined && parseExpression(text).ok;

const piece = fc.constantFrom(
  '$sys',
  '$var',
  '.a',
  '$func.f(',
  '$x.out',
  ')',
  '(',
  '"',
  "'",
  ' ',
  '  ',
  '- ',
  'key: ',
  ': ',
  '#',
  '.#(a=="b")',
  '[?(@.a=="b")]',
  '[0]',
  '[',
  ']',
  '\\.b',
  '/c',
  ' # note',
  '\n',
  '$',
  '-',
  ',',
);

describe('bare expressions', () => {
  it('a whole scalar is one where the grammar says so', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const text = pieces.join('');
        const [found, meant] = [bareScalar(text), SCALAR.exec(text)?.[1]];
        // What is no expression may be told otherwise: it is an error, or text.
        const legitimate = isExpression(meant) || isExpression(found);
        expect(legitimate ? found : undefined).toEqual(legitimate ? meant : undefined);
      }),
      { numRuns: 5_000 },
    );
  });

  it('a line of a manifest holds one where the grammar says so', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const meant = [...text.matchAll(LINE)].map((match) => ({ expression: match[3], offset: match.index + (match[1] ?? '').length }));
        const found = bareLines(text);
        expect(found.filter(({ expression }) => isExpression(expression))).toEqual(
          meant.filter(({ expression }) => isExpression(expression)),
        );
      }),
      { numRuns: 5_000, examples: [[['- ', ': ', '$sys', '.a']], [['$func.f(', ': ', '$x.out', '.#(a=="b")']]] },
    );
  });

  it.each([
    ['escaped dots', `  a: $sys.${'\\.aaaa'.repeat(20_000)}!`],
    ['brackets', `$func.f(${')['.repeat(50_000)}`],
    ['keys', 'a: $func.f('.repeat(40_000)],
    ['open tags', '{{'.repeat(250_000)],
    ['open expressions', '{{ $sys'.repeat(60_000)],
    ['open quotes', '{{ $sys.x "'.repeat(40_000)],
    ['raw strings', '{{`'.repeat(150_000)],
    ['tags in one line', `a: ${'{{x}} '.repeat(40_000)}`],
    ['blanks', `${' '.repeat(400_000)}$`],
    ['dashes', `${'- '.repeat(200_000)}$sys.x!`],
    ['lines', '$sys.x(\n'.repeat(50_000)],
  ])('%s of half a megabyte are read at once', (_name, text) => {
    const before = process.cpuUsage();
    parseText(text);
    parseManifestText(text);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});
