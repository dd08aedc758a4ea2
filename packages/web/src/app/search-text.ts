/**
 * How members of an address are read and written. As the router does it, but for numbers that are not what was written: a token such as
 * 12345678901234567890, or a code such as 1e5, stays the text that it is.
 */
import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router';

/** @throws SyntaxError for what is a text */
export function exactValue(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'number' && String(value) !== text) throw new SyntaxError('not the number that is written');
  return value;
}

export const parseSearch = parseSearchWith(exactValue);
export const stringifySearch = stringifySearchWith(JSON.stringify, exactValue);
