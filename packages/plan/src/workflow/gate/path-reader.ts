/** Reads a path of the wide gate grammar at a cursor: gjson's, JSONPath's and plain dotted ways. */
import { type Cursor, fail, type GateFault, skipBlanks } from './cursor.js';
import type { PatternBudget } from '../../pattern/budget.js';
import { MAX_CONDITION_PARTS, SMALLER } from '../condition-bounds.js';
import { readOperand, readQuotedText } from './operand.js';
import { checkPattern } from './pattern.js';
import type { FilterTest, GatePath, PathSegment } from './model.js';
import { wordOf } from '../word.js';

const KEY_END = new Set(' \t\r\n.[](){}=!<>,&|"\'~');
const FILTER_OPERATORS = ['==', '!=', '>=', '<=', '=~', '=', '>', '<'] as const;

/** Filters inside filters; more would exhaust the stack. */
const MAX_DEPTH = 20;

export class PathReader {
  private depth = 0;
  private parts = 0;

  constructor(
    private readonly cursor: Cursor,
    private readonly patterns: PatternBudget | undefined,
  ) {}

  /** Reads the longest path at the cursor. Throws a GateFault if none stands there. */
  read(): GatePath {
    const { cursor } = this;
    skipBlanks(cursor);
    const start = cursor.at;
    const braces = this.take('{');
    const rooted = this.take('$') || this.take('@');
    const dotted = this.take('.');
    const segments: PathSegment[] = [];
    let open = true;
    for (;;) {
      if (cursor.text[cursor.at] === '[') segments.push(this.bracket());
      else if (open && this.canBeginKey()) segments.push(this.keyOrHash());
      else break;
      open = this.take('.');
      if (open && !this.canBeginKey() && cursor.text[cursor.at] !== '[')
        throw this.broken('The path ends with a dot', 'Remove the dot, or write the key after it.');
    }
    if (braces && !this.take('}')) throw this.broken('The path is opened with { and never closed', 'Close it with }.');
    if (segments.length === 0) {
      const found = cursor.text[cursor.at];
      if (rooted || dotted || braces) throw this.broken('The path names no field', 'Write a path such as status.phase.');
      throw fail({
        code: 'gate-syntax',
        offset: cursor.at,
        message: found === undefined ? 'A condition is missing at the end' : `'${found}' was not expected here, a path of the object was`,
        cure: 'Write path == value, for example status.phase == Ready.',
      });
    }
    return { source: wordOf(cursor.neutral, cursor.text.slice(start, cursor.at)), segments };
  }

  /** Reads one segment that looks into a list: `#…` or `[…]`. Throws a GateFault if none stands at the cursor. */
  segment(): PathSegment {
    return this.cursor.text[this.cursor.at] === '[' ? this.bracket() : this.keyOrHash();
  }

  private canBeginKey(): boolean {
    const character = this.cursor.text[this.cursor.at];
    return character !== undefined && !KEY_END.has(character);
  }

  private keyOrHash(): PathSegment {
    const { cursor } = this;
    if (cursor.text[cursor.at] === '#') {
      cursor.at += 1;
      if (cursor.text[cursor.at] !== '(') return { kind: cursor.text[cursor.at] === '.' ? 'every' : 'count' };
      cursor.at += 1;
      const tests = this.tests(')');
      return { kind: 'filter', tests, all: this.take('#') };
    }
    let key = '';
    for (;;) {
      const character = cursor.text[cursor.at];
      if (character === undefined || KEY_END.has(character)) break;
      if (character === '*' || character === '?')
        throw this.broken(
          `The wildcard ${character} is not supported in a path`,
          'Write the key in full, or use #(…) for an element of a list.',
        );
      if (character === '\\') cursor.at += 1;
      key += cursor.text[cursor.at] ?? '';
      cursor.at += 1;
    }
    return { kind: 'key', word: wordOf(cursor.neutral, key) };
  }

  private bracket(): PathSegment {
    const { cursor } = this;
    const open = cursor.at;
    cursor.at += 1;
    skipBlanks(cursor);
    const rest = cursor.text.slice(cursor.at);
    let segment: PathSegment;
    const index = /^-?\d+(?=\s*\])/.exec(rest.slice(0, 100))?.[0];
    if (rest.startsWith('"') || rest.startsWith("'")) {
      segment = { kind: 'key', word: wordOf(cursor.neutral, readQuotedText(cursor)) };
    } else if (index !== undefined) {
      cursor.at += index.length;
      segment = { kind: 'index', index: Number(index) };
    } else if (rest.startsWith('*')) {
      cursor.at += 1;
      segment = { kind: 'every' };
    } else if (rest.startsWith('?(')) {
      cursor.at += 2;
      segment = { kind: 'filter', tests: this.tests(')'), all: false };
    } else {
      segment = { kind: 'filter', tests: this.tests(']'), all: false };
      cursor.at -= 1;
    }
    skipBlanks(cursor);
    if (!this.take(']'))
      throw fail({
        code: 'gate-path',
        offset: open,
        message: 'A bracket in the path is opened and never closed',
        cure: 'Close it with ].',
      });
    return segment;
  }

  /** The tests of a filter, joined by &&, and the closing character. */
  private tests(close: ')' | ']'): FilterTest[] {
    const { cursor } = this;
    const tests: FilterTest[] = [];
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw this.broken('Filters are nested too deeply', `Use at most ${MAX_DEPTH} levels.`);
    do {
      this.parts += 1;
      if (this.parts > MAX_CONDITION_PARTS) throw this.broken('The filters of the path have too many tests', SMALLER);
      skipBlanks(cursor);
      const path = this.read();
      skipBlanks(cursor);
      const op = FILTER_OPERATORS.find((symbol) => cursor.text.startsWith(symbol, cursor.at));
      if (op === undefined) {
        tests.push({ path, op: 'exists' });
      } else {
        cursor.at += op.length;
        const at = cursor.at;
        const operand = readOperand(cursor, this, 'filter');
        if (op === '=~') checkPattern(operand, at, this.patterns);
        tests.push({ path, op: op === '=' ? '==' : op, operand });
      }
      skipBlanks(cursor);
    } while (this.take('&&'));
    this.depth -= 1;
    if (!this.take(close))
      throw this.broken(`The filter in the path is not closed with ${close}`, 'Write for example conditions.#(type=="Ready").status.');
    return tests;
  }

  private take(text: string): boolean {
    if (!this.cursor.text.startsWith(text, this.cursor.at)) return false;
    this.cursor.at += text.length;
    return true;
  }

  private broken(message: string, cure: string): GateFault {
    return fail({ code: 'gate-path', offset: this.cursor.at, message, cure });
  }
}
