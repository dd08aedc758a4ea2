import { parseText } from '../expression/text.js';
import type { Json } from '../json.js';

/**
 * An object of the spec as manifest text. A scalar that is exactly one expression is written bare, so that its value keeps
 * its type; every other text is written in quotes, so that it stays text.
 */
export function manifestText(value: Json): string {
  return `${block(value, '').join('\n')}\n`;
}

function block(value: Json, indent: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (!isBranch(item)) return [`${indent}- ${scalar(item)}`];
      const [first = '', ...rest] = block(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof value !== 'object' || value === null) return [`${indent}${scalar(value)}`];
  return Object.entries(value).flatMap(([key, member]) => {
    const name = `${indent}${JSON.stringify(key)}:`;
    return isBranch(member) ? [name, ...block(member, `${indent}  `)] : [`${name} ${scalar(member)}`];
  });
}

function isBranch(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function scalar(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const [only, second] = parseText(value);
  if (only?.type !== 'platform' || second) return JSON.stringify(value);
  // A bare expression must be one plain scalar for YAML; one that is not goes in braces.
  return /^[^\s"'#{}:]+$/.test(only.expression) ? only.expression : `{{ ${only.expression} }}`;
}
