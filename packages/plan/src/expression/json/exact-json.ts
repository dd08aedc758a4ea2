/**
 * JSON text whose numbers JavaScript could not hold. Nothing is rounded in silence: what people send is refused by name
 * (`inexactNumbers`), what is read from elsewhere keeps its digits, as text (`readJson`).
 */
import type { Json } from '../../json.js';
import { isExactNumber } from './exact-number.js';
import { cutDeep, isTooDeep, MAX_JSON_DEPTH } from './json-size.js';

/** A number of a JSON text. */
export interface JsonNumber {
  /** `a.b[0]`; empty for the text as a whole. */
  path: string;
  /** The same, key by key. */
  steps: (string | number)[];
  literal: string;
  /** Where it begins in the text. */
  offset: number;
}

/** What begins like a number and has sixteen digits, or an exponent: without one of them every number is exact. */
const SUSPECT = /(?:^|[:[,\s])-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE])/;

/** Like `JSON.parse`; a number that would be rounded becomes the text of its digits. @throws SyntaxError also for what is nested too deeply */
export function readJson(text: string): Json {
  if (isTooDeep(text)) throw new SyntaxError(`nested more than ${MAX_JSON_DEPTH} levels deep`);
  const value = JSON.parse(text) as Json;
  if (!SUSPECT.test(text)) return value;
  const inexact = inexactNumbers(text);
  if (inexact.length === 0) return value;
  let exact = '';
  let end = 0;
  for (const { literal, offset } of inexact) {
    exact += `${text.slice(end, offset)}"${literal}"`;
    end = offset + literal.length;
  }
  return JSON.parse(exact + text.slice(end)) as Json;
}

/**
 * Like `readJson` for what others wrote, such as objects of a cluster: one that is nested too deeply, where nothing would read it, has
 * null there. A list would be lost to everybody for the sake of one object in it.
 */
export function readForeignJson(text: string): Json {
  return readJson(isTooDeep(text) ? cutDeep(text) : text);
}

/** The numbers of a valid JSON text that would be rounded, in order; the first `most` of them. */
export function inexactNumbers(text: string, most = Number.POSITIVE_INFINITY): JsonNumber[] {
  return SUSPECT.test(text) ? jsonNumbers(text, { wanted: (literal) => !isExactNumber(literal), most }) : [];
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/**
 * The numbers of a valid JSON text, in order. Of all those that it has, only the `wanted` ones (by literal and level) get a path, which costs
 * as much as they lie deep; and no more than `most` of them.
 */
export function jsonNumbers(
  text: string,
  { wanted = () => true, most = Number.POSITIVE_INFINITY }: { wanted?: (literal: string, level: number) => boolean; most?: number } = {},
): JsonNumber[] {
  const numbers: JsonNumber[] = [];
  // Of each list the index at hand, of each object the key at hand.
  const open: (number | string)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length && numbers.length < most; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = endOfText(text, at);
      if (isKey) open[open.length - 1] = JSON.parse(text.slice(at, end)) as string;
      isKey = false;
      at = end - 1;
    } else if (character === '{' || character === '[') {
      open.push(character === '[' ? 0 : '');
      isKey = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      isKey = false;
    } else if (character === ',') {
      const index = open.at(-1);
      if (typeof index === 'number') open[open.length - 1] = index + 1;
      else isKey = true;
    } else if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) {
      NUMBER.lastIndex = at;
      const literal = NUMBER.exec(text)?.[0] ?? character;
      if (wanted(literal, open.length)) numbers.push({ path: pathOf(open), steps: [...open], literal, offset: at });
      at += literal.length - 1;
    }
  }
  return numbers;
}

/** The offset behind the quotation mark that ends the text which begins here. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
}

function pathOf(open: readonly (number | string)[]): string {
  return open.reduce<string>((path, step) => (typeof step === 'number' ? `${path}[${step}]` : path === '' ? step : `${path}.${step}`), '');
}
