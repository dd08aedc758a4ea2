/** Members of an answer that its schema does not have: nobody has decided to tell them. */
import type { SchemaShape } from '../../packages/api/src/schema-shape.testing.js';

export function undeclared(schema: SchemaShape, value: unknown, place = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const choices = schema.anyOf?.filter(({ type }) => type !== 'null');
  // What one of several may be is told by the one that fits best.
  if (choices !== undefined) {
    const [best = []] = choices.map((one) => undeclared(one, value, place)).toSorted((one, other) => one.length - other.length);
    return best;
  }
  if (Array.isArray(value)) return value.flatMap((one) => undeclared(schema.items ?? {}, one, `${place}[]`));
  // A schema without members takes any.
  const { properties, patternProperties } = schema;
  if (properties === undefined && patternProperties === undefined) return [];
  const [pattern] = Object.values(patternProperties ?? {});
  return Object.entries(value).flatMap(([name, inner]) => {
    const own = properties?.[name] ?? pattern;
    const at = place === '' ? name : `${place}.${name}`;
    return own === undefined ? [`${at} is told, and the schema has no such member`] : undeclared(own, inner, at);
  });
}
