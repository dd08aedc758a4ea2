import { Lexer } from 'yaml';
import type { Position } from '../problem.js';

/**
 * Words, marks, spaces and line ends of a YAML text that are read. The library makes several objects of each, so a text of a megabyte that
 * has hardly anything else takes seconds and a gigabyte; five thousand tasks that are written out one by one stay below. A quoted text or
 * a block of literal text counts as one.
 */
export const MAX_LEXEMES = 250_000;

/** Where a text holds more than `MAX_LEXEMES`. The reading ends there. */
export function lexemeFault(text: string): Position | undefined {
  // A lexeme has a character at least; a scalar brings a mark of its own.
  if (text.length * 2 <= MAX_LEXEMES) return undefined;
  let count = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_LEXEMES) {
      const before = text.slice(0, offset).split('\n');
      return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    }
    if (!MARKS.has(lexeme)) offset += lexeme.length;
  }
  return undefined;
}

/** Of the lexer, for a document, the end of a broken flow and a scalar: they stand for no text. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);
