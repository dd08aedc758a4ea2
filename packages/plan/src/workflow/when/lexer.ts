/**
 * The tokens of a `when`, as govaluate reads them (Knetic/govaluate at Argo 3.7's pin): symbols are read until a letter, a
 * digit, a quote, a bracket or a blank ends them (so `a==-1` is no expression, `a == -1` is one); either quote closes
 * either; a backslash takes the next character as it is; a quoted date is a number of seconds.
 */
import { cut } from '../../cut.js';
import type { PatternBudget } from '../../pattern/budget.js';
import type { PatternFault } from '../../pattern/pattern-fault.js';
import { MAX_CONDITION_DEPTH, MAX_CONDITION_PARTS, SMALLER, TOO_DEEP, TOO_MANY_PARTS } from '../condition-bounds.js';
import { WhenFault } from './model.js';
import { instantOf } from './time.js';
import { isToken } from '../word.js';

type LexemeKind =
  | 'start'
  | 'prefix'
  | 'number'
  | 'boolean'
  | 'text'
  | 'pattern'
  | 'time'
  | 'word'
  | 'accessor'
  | 'open'
  | 'close'
  | 'modifier'
  | 'comparator'
  | 'logical'
  | 'ternary'
  | 'separator';

export interface Lexeme {
  kind: LexemeKind;
  text: string;
  /** The value of a number or a time. */
  number?: number;
  offset: number;
}

const PREFIXES = new Set(['-', '!', '~']);
const SYMBOLS: ReadonlyMap<string, LexemeKind> = new Map<string, LexemeKind>([
  ...['+', '-', '*', '/', '%', '**', '&', '|', '^', '>>', '<<'].map((symbol) => [symbol, 'modifier'] as const),
  ...['&&', '||'].map((symbol) => [symbol, 'logical'] as const),
  ...['==', '!=', '>', '>=', '<', '<=', '=~', '!~'].map((symbol) => [symbol, 'comparator'] as const),
  ...['?', ':', '??'].map((symbol) => [symbol, 'ternary'] as const),
]);

const values = ['number', 'boolean', 'word', 'accessor'] as const;
const afterValue = ['modifier', 'comparator', 'logical', 'close', 'separator'] as const;

/** What may follow what. Bare words become texts after this was asked once, so it is asked again with them as texts. */
const FOLLOWS: Record<LexemeKind, readonly LexemeKind[]> = {
  start: ['prefix', ...values, 'text', 'pattern', 'time', 'open'],
  open: ['prefix', ...values, 'text', 'pattern', 'time', 'open', 'close'],
  close: [...afterValue, 'number', 'boolean', 'word', 'text', 'pattern', 'time', 'open', 'ternary'],
  number: [...afterValue, 'ternary'],
  boolean: [...afterValue, 'ternary'],
  text: [...afterValue, 'ternary'],
  word: [...afterValue, 'ternary'],
  accessor: [...afterValue, 'open', 'ternary'],
  time: ['modifier', 'comparator', 'logical', 'close', 'separator'],
  pattern: ['modifier', 'comparator', 'logical', 'close', 'separator'],
  modifier: ['prefix', ...values, 'text', 'open', 'close'],
  comparator: ['prefix', ...values, 'text', 'time', 'open', 'close', 'pattern'],
  logical: ['prefix', ...values, 'text', 'time', 'open', 'close'],
  prefix: [...values, 'open', 'close'],
  ternary: ['prefix', ...values, 'text', 'time', 'open', 'separator'],
  separator: ['prefix', ...values, 'text', 'time', 'open'],
};
const MAY_END: ReadonlySet<LexemeKind> = new Set<LexemeKind>(['close', 'number', 'boolean', 'text', 'time', 'pattern', 'word', 'accessor']);

/** Reads the tokens of neutral text and checks their order. Throws a WhenFault. */
export function lexWhen(text: string, patterns: PatternBudget): Lexeme[] {
  const reader = new Reader(text);
  const lexemes: Lexeme[] = [];
  let previous: LexemeKind = 'start';
  for (let lexeme = reader.next(previous); lexeme !== undefined; lexeme = reader.next(previous)) {
    lexemes.push(lexeme);
    previous = lexeme.kind;
  }
  if (lexemes.length > MAX_CONDITION_PARTS) throw new WhenFault(TOO_MANY_PARTS, 0, SMALLER);
  let depth = 0;
  for (const { kind, offset } of lexemes) {
    depth += kind === 'open' ? 1 : kind === 'close' ? -1 : 0;
    if (depth > MAX_CONDITION_DEPTH) throw new WhenFault(TOO_DEEP, offset, SMALLER);
  }
  if (depth !== 0) throw new WhenFault('Unbalanced parenthesis', text.length);
  checkOrder(lexemes, text.length);
  const quotedPatterns = lexemes.map((lexeme, index) =>
    lexeme.kind === 'text' ? asPattern(lexeme, lexemes[index - 1], patterns) : lexeme,
  );
  checkOrder(
    quotedPatterns.map((lexeme) => (lexeme.kind === 'word' && !isToken(lexeme.text) ? { ...lexeme, kind: 'text' } : lexeme)),
    text.length,
  );
  return quotedPatterns.map((lexeme, index) => (lexeme.kind === 'word' ? asPattern(lexeme, quotedPatterns[index - 1], patterns) : lexeme));
}

/** A text right of `=~` is compiled before anything is evaluated; one with placeholders cannot be. */
function asPattern(lexeme: Lexeme, before: Lexeme | undefined, patterns: PatternBudget): Lexeme {
  if (!isMatch(before) || Array.from(lexeme.text).some(isToken)) return lexeme;
  const pattern = patterns.re2(lexeme.text);
  if (!pattern.ok) throw badPattern(lexeme.text, pattern.problem, lexeme.offset);
  return { ...lexeme, kind: 'pattern' };
}

/** Argo's words for a pattern that Go cannot compile, and why. */
export function badPattern(source: string, fault: PatternFault, offset: number): WhenFault {
  return new WhenFault(`Unable to compile regexp pattern '${source}': it ${fault.message}`, offset, fault.cure);
}

function isMatch(lexeme: Lexeme | undefined): boolean {
  return lexeme?.kind === 'comparator' && (lexeme.text === '=~' || lexeme.text === '!~');
}

function checkOrder(lexemes: readonly Lexeme[], end: number): void {
  let previous: Lexeme = { kind: 'start', text: '', offset: 0 };
  for (const lexeme of lexemes) {
    if (!FOLLOWS[previous.kind].includes(lexeme.kind)) {
      const shown = isToken(lexeme.text[0]) ? '{{…}}' : lexeme.text;
      if (previous.kind === 'word' && lexeme.kind === 'open') throw new WhenFault(`Undefined function ${previous.text}`, lexeme.offset);
      throw new WhenFault(`Cannot use '${shown}' here, after '${previous.text}'`, lexeme.offset);
    }
    previous = lexeme;
  }
  if (!MAY_END.has(previous.kind)) throw new WhenFault('Unexpected end of expression', end);
}

class Reader {
  private at = 0;
  private readonly characters: readonly string[];
  private readonly offsets: readonly number[];

  constructor(text: string) {
    this.characters = Array.from(text);
    let offset = 0;
    this.offsets = this.characters.map((character) => {
      offset += character.length;
      return offset - character.length;
    });
  }

  next(previous: LexemeKind): Lexeme | undefined {
    while (this.at < this.characters.length && isBlank(this.characters[this.at])) this.at += 1;
    const first = this.characters[this.at];
    if (first === undefined) return undefined;
    const offset = this.offsets[this.at] ?? 0;
    if (isNumeric(first)) return { kind: 'number', ...this.number(offset), offset };
    if (first === ',') return this.single('separator', offset);
    if (first === '(') return this.single('open', offset);
    if (first === ')') return this.single('close', offset);
    if (first === '[') return { kind: 'word', text: this.upTo((character) => character === ']', 'Unclosed parameter bracket'), offset };
    if (isQuote(first)) {
      const text = this.upTo(isQuote, 'Unclosed string literal');
      const instant = instantOf(text);
      return instant === undefined ? { kind: 'text', text, offset } : { kind: 'time', text, number: instant, offset };
    }
    if (isLetter(first) || isToken(first)) return this.word(offset);
    const text = this.run(
      (character) => !isLetter(character) && !isToken(character) && !isDigit(character) && !/["'()[\]]/.test(character),
    );
    if (FOLLOWS[previous].includes('prefix') && PREFIXES.has(text)) return { kind: 'prefix', text, offset };
    const kind = SYMBOLS.get(text);
    if (kind === undefined) throw new WhenFault(`Invalid token: '${cut(text)}'`, offset);
    return { kind, text, offset };
  }

  private single(kind: LexemeKind, offset: number): Lexeme {
    this.at += 1;
    return { kind, text: this.characters[this.at - 1] ?? '', offset };
  }

  private number(offset: number): { text: string; number: number } {
    if (this.characters[this.at] === '0' && this.characters[this.at + 1] === 'x' && this.at + 2 < this.characters.length) {
      this.at += 2;
      const text = this.run((character) => isDigit(character) || /[a-f]/i.test(character));
      if (!/^[0-9a-f]+$/i.test(text) || BigInt(`0x${text}`) >= 2n ** 64n)
        throw new WhenFault(`Unable to parse hex value '${cut(text)}' to uint64`, offset);
      return { text: `0x${text}`, number: Number(BigInt(`0x${text}`)) };
    }
    const text = this.run(isNumeric);
    if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text) || !Number.isFinite(Number(text)))
      throw new WhenFault(`Unable to parse numeric value '${cut(text)}' to float64`, offset);
    return { text, number: Number(text) };
  }

  private word(offset: number): Lexeme {
    const text = this.run(
      (character) => isLetter(character) || isDigit(character) || isToken(character) || character === '_' || character === '.',
    );
    if (text === 'true' || text === 'false') return { kind: 'boolean', text, offset };
    if (text === 'in' || text === 'IN') return { kind: 'comparator', text: 'in', offset };
    if (text.indexOf('.') <= 0) return { kind: 'word', text, offset };
    if (text.endsWith('.')) throw new WhenFault(`Hanging accessor on token '${text}'`, offset);
    for (const field of text.split('.').slice(1)) {
      const first = Array.from(field)[0] ?? '';
      if (first.toUpperCase() !== first) throw new WhenFault(`Unable to access unexported field '${field}' in token '${text}'`, offset);
    }
    return { kind: 'accessor', text, offset };
  }

  /** Text from the cursor while `belongs`, ended by a blank; a backslash takes the next character. */
  private run(belongs: (character: string) => boolean): string {
    let text = '';
    for (; this.at < this.characters.length; this.at += 1) {
      const character = this.characters[this.at] as string;
      if (character === '\\') {
        this.at += 1;
        const escaped = this.characters[this.at];
        if (escaped === undefined) throw new WhenFault('A backslash stands at the end', this.offsets[this.at - 1] ?? 0);
        text += escaped;
      } else if (isBlank(character)) {
        if (text !== '') break;
      } else if (belongs(character)) {
        text += character;
      } else break;
    }
    return text;
  }

  /** Text after the opening character at the cursor, up to the closing one. */
  private upTo(closes: (character: string) => boolean, unclosed: string): string {
    const open = this.offsets[this.at] ?? 0;
    let text = '';
    for (this.at += 1; this.at < this.characters.length; this.at += 1) {
      const character = this.characters[this.at] as string;
      if (character === '\\') {
        this.at += 1;
        text += this.characters[this.at] ?? '';
      } else if (closes(character)) {
        this.at += 1;
        return text;
      } else text += character;
    }
    throw new WhenFault(unclosed, open);
  }
}

/** Go's unicode.IsSpace. */
function isBlank(character: string | undefined): boolean {
  return character !== undefined && /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(character);
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character);
}

function isNumeric(character: string): boolean {
  return character === '.' || isDigit(character);
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}
