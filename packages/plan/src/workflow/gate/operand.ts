/** Values in the wide gate grammar: quoted texts, bare texts of several words, numbers, true, false, null and paths. */
import type { GateOperand, GatePath } from './model.js';
import { type Cursor, fail, skipBlanks } from './cursor.js';
import { wordOf } from '../word.js';

/** What reads a path at the cursor: the operands of a path's filters are paths again. */
interface Paths {
  read(): GatePath;
}

/** Bare right sides that begin so are paths; nobody's phase is called `spec.replicas`. */
const PATH_START = /^(\$\.|\.[A-Za-z_]|\{\$?\.|(spec|status|metadata)\.[A-Za-z_"'\\])/;
const OPERATOR_INSIDE = /==|!=|>=|<=|=~|[<>=]/;

/**
 * Reads one operand at the cursor. `left` reads a quoted text or a number before an operator; `pattern` is a regular
 * expression, which may hold operators; `filter` ends at `]`, `)` or `&&`.
 */
export function readOperand(cursor: Cursor, paths: Paths, place: 'value' | 'left' | 'pattern' | 'filter'): GateOperand {
  skipBlanks(cursor);
  const start = cursor.at;
  const first = cursor.text[start];
  if (first === '"' || first === "'") return readQuoted(cursor, place);
  if (place === 'left') {
    const number = /^[-+]?\d+(\.\d+)?/.exec(cursor.text.slice(start))?.[0] ?? '';
    cursor.at += number.length;
    return { kind: 'text', word: wordOf(cursor.neutral, number), quoted: false };
  }
  const bare = bareText(cursor, place === 'filter');
  if (bare === '') {
    throw fail({
      code: 'gate-syntax',
      offset: start,
      message: 'A value is missing after the operator',
      cure: "Write the value; the empty text is ''.",
    });
  }
  if (place === 'value' && PATH_START.test(bare) && !/\s/.test(bare)) {
    cursor.at = start;
    return { kind: 'path', path: paths.read() };
  }
  const operator = place === 'pattern' ? null : OPERATOR_INSIDE.exec(bare);
  if (operator) {
    throw fail({
      code: 'gate-syntax',
      offset: start + operator.index,
      message: `The operator ${operator[0]} stands inside a value`,
      cure: 'Write && or || between two comparisons, or put the value in quotes.',
    });
  }
  if (place !== 'pattern' && /(^|[^&])&([^&]|$)|(^|[^|])\|([^|]|$)/.test(bare)) {
    throw fail({
      code: 'gate-syntax',
      offset: start,
      message: 'A single & or | stands inside a value',
      cure: 'Write && or ||, or put the value in quotes.',
    });
  }
  if (bare === 'null') return { kind: 'null' };
  return { kind: 'text', word: wordOf(cursor.neutral, bare), quoted: false };
}

/** Text up to the next `&&`, `||`, comma, unmatched closing bracket or the end; the cursor is left there. */
function bareText(cursor: Cursor, inBrackets: boolean): string {
  const start = cursor.at;
  let depth = 0;
  for (; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at];
    if (cursor.text.startsWith('&&', cursor.at) || cursor.text.startsWith('||', cursor.at)) break;
    if (character === ',' && depth === 0) break;
    if (character === '(') depth += 1;
    if (character === ')') {
      if (depth === 0) break;
      depth -= 1;
    }
    if (character === ']' && inBrackets && depth === 0) break;
  }
  return cursor.text.slice(start, cursor.at).trim();
}

function readQuoted(cursor: Cursor, place: string): GateOperand {
  const start = cursor.at;
  const value = readQuotedText(cursor);
  skipBlanks(cursor);
  const rest = cursor.text.slice(cursor.at);
  if (place !== 'left' && rest !== '' && !/^(&&|\|\||[,)\]}])/.test(rest)) {
    throw fail({
      code: 'gate-syntax',
      offset: cursor.at,
      message: 'Text follows a quoted value',
      cure: 'Write && or || between two comparisons.',
    });
  }
  if (start === cursor.at) throw new RangeError('a quoted text has two quotes');
  return { kind: 'text', word: wordOf(cursor.neutral, value), quoted: true };
}

/** Reads a text in single or double quotes; a backslash escapes a quote or a backslash, and nothing else. */
export function readQuotedText(cursor: Cursor): string {
  const open = cursor.at;
  const quote = cursor.text[open];
  let value = '';
  for (cursor.at += 1; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at];
    const next = cursor.text[cursor.at + 1];
    if (character === '\\' && (next === quote || next === '\\')) {
      value += next;
      cursor.at += 1;
      continue;
    }
    if (character === quote) {
      cursor.at += 1;
      return value;
    }
    value += character;
  }
  throw fail({ code: 'gate-syntax', offset: open, message: 'A quote is opened and never closed', cure: `Close it with ${quote}.` });
}
