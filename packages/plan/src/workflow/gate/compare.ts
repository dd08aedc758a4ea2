/** Comparison of a live value with an operand, for both levels of the gate grammar. */
import { plainDecimal } from '../../expression/value-text.js';
import type { Json } from '../../json.js';
import { INT64, isWithin } from '../../number-ranges.js';
import type { GateOperator } from './model.js';

const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
const INTEGER = /^[-+]?\d+$/;

/**
 * A JSON value as gjson prints it: `3.0` is `3`, numbers are never in exponent form, null is empty, lists and objects are
 * their JSON (tidwall/gjson Result.String). Integers beyond 2^53 are what JavaScript's JSON makes of them; gjson keeps their digits.
 */
export function textOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : plainDecimal(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

/** Argo's answer for a present value: text against text; `>` and `<` only between integers of 64 bits, else false. */
export function testArgo(live: Json, op: GateOperator, values: string[]): boolean {
  const text = textOf(live);
  switch (op) {
    case '==':
    case 'in':
      return values.includes(text);
    case '!=':
    case 'notin':
      return !values.includes(text);
    case '>':
    case '<': {
      const left = int64(text);
      const right = int64(values[0] ?? '');
      if (left === undefined || right === undefined) return false;
      return op === '>' ? left > right : left < right;
    }
    default:
      return false;
  }
}

function int64(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return isWithin(value, INT64) ? value : undefined;
}

export interface Side {
  text: string;
  quoted: boolean;
  /** The text as a regular expression, values of placeholders escaped. */
  pattern: string;
}

export function equal(live: Json, side: Side): boolean {
  const text = textOf(live);
  if (text === side.text) return true;
  if (live === null || typeof live === 'object') return false;
  if (isBoolean(text) && isBoolean(side.text)) return text.toLowerCase() === side.text.toLowerCase();
  if (typeof live === 'string' && side.quoted) return false;
  return compareNumbers(text, side.text) === 0;
}

function isBoolean(text: string): boolean {
  return /^(true|false)$/i.test(text);
}

export function ordered(live: Json, op: '>' | '>=' | '<' | '<=', right: string): boolean {
  if (typeof live === 'boolean' || typeof live === 'object') return false;
  const left = textOf(live);
  const order = compareNumbers(left, right) ?? (left < right ? -1 : left > right ? 1 : 0);
  if (op === '>') return order > 0;
  if (op === '>=') return order >= 0;
  return op === '<' ? order < 0 : order <= 0;
}

/** -1, 0 or 1 between two numeric texts, exact for integers of any size; undefined if one is not a number. */
function compareNumbers(left: string, right: string): -1 | 0 | 1 | undefined {
  if (!NUMBER.test(left) || !NUMBER.test(right)) return undefined;
  const [a, b] =
    INTEGER.test(left) && INTEGER.test(right)
      ? [BigInt(left.replace(/^\+/, '')), BigInt(right.replace(/^\+/, ''))]
      : [Number(left), Number(right)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
