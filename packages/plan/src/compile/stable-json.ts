import type { Json } from '../json.js';

/**
 * JSON text that is the same for equal values: keys sorted, no spaces, undefined members left out. The server hashes it to
 * see whether a rebuilt spec is unchanged.
 */
export function stableJson(value: unknown): string {
  return JSON.stringify(sorted(value as Json));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort((left, right) => (left < right ? -1 : 1));
  return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, sorted(value[key] ?? null)]));
}
