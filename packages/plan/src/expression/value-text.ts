import type { Json } from '../json.js';

/** Texts of lists and objects that were written before: values are never changed, and a run asks for those of a wide loop at each of its steps. */
const written = new WeakMap<object, string>();

/**
 * A value as it stands in a text: numbers in plain decimal and integers without a fraction (`3`, never `3.0` or `3e0`:
 * Float64 inputs feed integer fields, docs/reference/plan-language.md#rendering), lists and objects as JSON, null as nothing.
 */
export function valueText(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return plainDecimal(value);
  if (typeof value === 'boolean') return String(value);
  const known = written.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  written.set(value, text);
  return text;
}

/** A finite number without an exponent, with the digits that JavaScript prints for it. */
export function plainDecimal(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text === '-0' ? '0' : text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? `${sign}${digits}${'0'.repeat(point - digits.length)}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
