/**
 * What evaluating expressions may come to: each result is bounded before it is made, and all of them together, for one request or
 * one run. Small texts can ask for much: a replacement in a long text, a list joined with a long separator.
 */
import type { Json } from '../json.js';
import { PatternBudget } from '../pattern/budget.js';
import { jsonLength } from './json/json-size.js';

/** Characters of one argument and of one result of a function. */
export const MAX_TEXT = 1024 * 1024;

/** Characters of a text that values were put into. */
const MAX_RENDERED = 4 * MAX_TEXT;

/** Characters of a rendered object, its keys and the paths that are kept of it: far more than an API server takes. */
export const MAX_OBJECT = 64 * MAX_TEXT;

/** Pieces of one text that values were put into. */
export const MAX_PIECES = 20_000;

/** `code` of a run that is refused because of this. */
export const TEXT_TOO_LONG = 'text-too-long';

/** Characters of all results and arguments of one request or one run. */
export const MAX_WORK = 64 * MAX_TEXT;

/** Thrown where a result would be too large, or all of them would; the message is a sentence without its end. */
export class TooMuchText extends Error {
  override readonly name = 'TooMuchText';
}

export class ExpressionWork {
  readonly patterns = new PatternBudget();
  private left = MAX_WORK;

  /** @throws TooMuchText */
  spend(characters: number): void {
    this.left -= characters;
    if (this.left < 0) throw new TooMuchText(`all texts together would have more than ${MAX_WORK} characters`);
  }

  /** Spends what a value takes where it is stored; false if that is more than what is left. */
  holds(value: Json): boolean {
    this.left -= typeof value === 'string' ? value.length : jsonLength(value, MAX_WORK);
    return this.left >= 0;
  }

  /** The characters of a value as text, which are spent. @throws TooMuchText */
  take(value: Json): number {
    const length = textLength(value);
    this.spend(length);
    return length;
  }
}

/** Characters of `valueText(value)`, at most `MAX_RENDERED` of them. @throws TooMuchText */
export function textLength(value: Json): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 32;
  const length = jsonLength(value, MAX_RENDERED);
  if (length > MAX_RENDERED)
    throw new TooMuchText(`the text of a list or an object would have more than ${MAX_RENDERED} characters, or it is nested too deeply`);
  return length;
}

/** @throws TooMuchText for a text that is larger than one may be after values were put into it */
export function boundText(length: number): void {
  if (length > MAX_RENDERED) throw new TooMuchText(`the text would have more than ${MAX_RENDERED} characters`);
}

/** @throws TooMuchText for a function's result that is larger than one may be */
export function boundResult(length: number): void {
  if (length > MAX_TEXT) throw new TooMuchText(`the result would have more than ${MAX_TEXT} characters`);
}
