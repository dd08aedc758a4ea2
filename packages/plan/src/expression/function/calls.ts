import type { Json } from '../../json.js';
import { failed, ok, type Result } from '../../result.js';
import { readJson } from '../json/exact-json.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { hexadecimal, sha256 } from './sha256.js';
import { RANDOM_KINDS, randomInteger, type RandomSite, randomText, randomUuid } from './stable-random.js';
import { jsonLength } from '../json/json-size.js';
import { valueText } from '../value-text.js';
import { boundResult, type ExpressionWork, MAX_TEXT, TooMuchText } from '../work.js';

type Called = Result<Json, string>;
type Implementation = (given: readonly Json[], site: RandomSite) => Called;

/** Parts that a text can be split into, at most. */
const MAX_PARTS = 100_000;

/** Digits of a number's text. */
const MAX_DIGITS = 400;

/** Longest `$func.random`, characters. */
const MAX_RANDOM_LENGTH = 4096;

/**
 * Calls a function by name with evaluated arguments; their number was checked by the parser. The failure is a sentence
 * that never quotes an argument, since arguments may be secrets. `default` is not here: it looks at what is missing
 * (evaluate.ts). A result is bounded before it is made.
 * @throws TooMuchText
 */
export function callFunction(name: string, given: readonly Json[], site: RandomSite, work: ExpressionWork): Called {
  const implementation = Object.hasOwn(IMPLEMENTATIONS, name) ? IMPLEMENTATIONS[name] : undefined;
  if (implementation === undefined) return failed(`there is no function $func.${name}`);
  for (const argument of given) boundArgument(work.take(argument));
  const called = implementation(given, site);
  if (called.ok) boundResult(work.take(called.value));
  return called;
}

function boundArgument(length: number): void {
  if (length > MAX_TEXT) throw new TooMuchText(`an argument has more than ${MAX_TEXT} characters`);
}

const IMPLEMENTATIONS: Readonly<Record<string, Implementation>> = {
  base64encode: ([x]) => {
    // A third more than the bytes, of which a character has up to three.
    boundResult((text(x).length * 4) / 3);
    const bytes = new TextEncoder().encode(text(x));
    boundResult(Math.ceil(bytes.length / 3) * 4);
    return ok(encodeBase64(text(x)));
  },
  base64decode: ([x]) => {
    const decoded = decodeBase64(text(x));
    return decoded === undefined ? failed('the argument is not the base64 of a UTF-8 text') : ok(decoded);
  },
  random: ([kind, length], site) => {
    const name = text(kind).toLowerCase();
    const known = Object.hasOwn(RANDOM_KINDS, name) ? RANDOM_KINDS[name] : undefined;
    if (known === undefined) return failed(`the first argument must be one of ${Object.keys(RANDOM_KINDS).join(', ')}`);
    const count = number(length);
    if (!Number.isInteger(count) || count < 1 || count > MAX_RANDOM_LENGTH)
      return failed(`the length must be an integer from 1 to ${MAX_RANDOM_LENGTH}`);
    return ok(randomText(site, known, count));
  },
  randomminmax: ([min, max, seed], site) => {
    const [least, most] = [number(min), number(max)];
    if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least > most || most - least >= 2 ** 48) {
      return failed('min and max must be integers, min not above max');
    }
    const key = seed === undefined ? [site.seed, site.place, String(site.ordinal)] : [text(seed)];
    return ok(randomInteger(key, least, most));
  },
  uuidv4: (_, site) => ok(randomUuid(site)),
  lower: ([x]) => ok(text(x).toLowerCase()),
  upper: ([x]) => ok(text(x).toUpperCase()),
  trim: ([x]) => ok(text(x).trim()),
  replace: ([x, old, replacement]) => {
    if (text(old) === '') return failed('the text to replace is empty');
    boundResult(text(x).length + occurrences(text(x), text(old)) * (text(replacement).length - text(old).length));
    return ok(text(x).replaceAll(text(old), () => text(replacement)));
  },
  join: ([list, separator]) => {
    if (!Array.isArray(list)) return failed('the first argument is not a list');
    const between = separator === undefined ? ',' : text(separator);
    const texts = list.map(valueText);
    boundResult(texts.reduce((sum, one) => sum + one.length, between.length * Math.max(0, texts.length - 1)));
    return ok(texts.join(between));
  },
  split: ([x, separator]) => {
    const parts = text(separator) === '' ? text(x).length : occurrences(text(x), text(separator)) + 1;
    if (parts > MAX_PARTS) return failed(`the text would be split into ${parts} parts, and may be into ${MAX_PARTS}`);
    return ok(text(x) === '' ? [] : text(x).split(text(separator)));
  },
  toJson: ([x]) => {
    boundResult(jsonLength(x ?? null, MAX_TEXT));
    return ok(JSON.stringify(x ?? null));
  },
  fromJson: ([x]) => {
    try {
      return ok(readJson(text(x)));
    } catch {
      return failed('the argument is not JSON');
    }
  },
  sha256: ([x]) => ok(hexadecimal(sha256(text(x)))),
  substr: ([x, start, length]) => {
    const from = number(start);
    const count = length === undefined ? Number.POSITIVE_INFINITY : number(length);
    if (!Number.isInteger(from) || from < 0 || !(count >= 0)) return failed('start and length must be integers, not negative');
    // By code points, so that no character is cut in two.
    return ok(
      Array.from(text(x))
        .slice(from, from + count)
        .join(''),
    );
  },
  add: (given) => arithmetic(given, (a, b) => a + b),
  sub: (given) => arithmetic(given, (a, b) => a - b),
  int: ([x]) => {
    const value = Math.trunc(number(x));
    return Number.isSafeInteger(value) ? ok(value === 0 ? 0 : value) : failed('the argument is not a number');
  },
};

function occurrences(of: string, part: string): number {
  let count = 0;
  for (let at = of.indexOf(part); at !== -1; at = of.indexOf(part, at + part.length)) count += 1;
  return count;
}

function arithmetic(given: readonly Json[], combine: (a: number, b: number) => number): Called {
  const result = given.map(number).reduce(combine);
  return Number.isFinite(result) ? ok(result) : failed('an argument is not a number');
}

function text(value: Json | undefined): string {
  return valueText(value ?? null);
}

/** NaN if it isn't a number or the decimal text of one. */
function number(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  const digits = typeof value === 'string' ? value.trim() : '';
  if (digits.length > MAX_DIGITS) return Number.NaN;
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(digits) ? Number(digits) : Number.NaN;
}
