/** Reads answers.txt, and compares schemas of ours with what it says. */
import type { SchemaShape } from '../schema-shape.testing.js';

export interface Facts {
  /** By method and path. */
  operations: Map<string, { api: string; status: number; type: string }>;
  shapes: Map<string, Member[]>;
}

interface Member {
  name: string;
  required: boolean;
  type: string;
}

export function readFacts(text: string): Facts {
  const facts: Facts = { operations: new Map(), shapes: new Map() };
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const [first = '', ...rest] = line.split(' ');
    if (first.includes('.')) facts.shapes.set(first, rest.map(memberOf));
    else facts.operations.set(`${rest[0]} ${rest[1]}`, { api: first, status: Number(rest[2]), type: rest[3] ?? '' });
  }
  return facts;
}

function memberOf(text: string): Member {
  const at = text.search(/[!:]/);
  return { name: text.slice(0, at), required: text[at] === '!', type: text.slice(at + 1) };
}

const TYPES: Record<string, readonly string[]> = { s: ['string'], i: ['integer'], n: ['number', 'integer'], b: ['boolean'] };

/** What of the schema is not as the type says, by place. */
export function unlike(facts: Facts, type: string, schema: object, place = ''): string[] {
  const { anyOf, items, patternProperties, properties, ...own } = schema as SchemaShape;
  // Clients take null wherever they take a value.
  if (type === '?' || own.type === 'null') return [];
  if (anyOf !== undefined) return anyOf.flatMap((one) => unlike(facts, type, one, place));
  const below = (step: string) => (place === '' ? step : `${place}.${step}`);
  const [inner, values] = [type.slice(type.startsWith('@') ? 1 : 2), Object.values(patternProperties ?? {})];
  const another = [`${place} is ${own.type ?? typeof (own.const ?? own.enum?.[0] ?? undefined)}, not ${type}`];
  if (type.startsWith('[]')) return items === undefined ? another : unlike(facts, inner, items, below('[]'));
  if (type.startsWith('{}')) {
    if (own.type !== 'object') return another;
    return [
      ...values.flatMap((one) => unlike(facts, inner, one, below('*'))),
      ...Object.entries(properties ?? {}).flatMap(([name, one]) => unlike(facts, inner, one, below(name))),
    ];
  }
  if (!type.startsWith('@')) return TYPES[type]?.includes(typeOfValue(own)) === true ? [] : another;
  const members = facts.shapes.get(inner);
  if (members === undefined) throw new Error(`there is no shape ${inner}`);
  if (own.type !== 'object') return another;
  return members.flatMap(({ name, required, type: wanted }) => {
    const found = properties?.[name];
    if (required && (found === undefined || own.required?.includes(name) !== true)) return [`${below(name)} is missing`];
    return found === undefined ? [] : unlike(facts, wanted, found, below(name));
  });
}

function typeOfValue({ type, const: constant, enum: choices }: SchemaShape): string {
  return type ?? typeof (constant ?? choices?.[0]);
}

/** What of a value is not as the type says, by place. */
export function unlikeValue(facts: Facts, type: string, value: unknown, place = ''): string[] {
  if (type === '?') return [];
  const below = (step: string) => (place === '' ? step : `${place}.${step}`);
  const [kind, inner] = type.startsWith('@') ? ['@', type.slice(1)] : [type.slice(0, 2), type.slice(2)];
  const another = [`${place} is ${JSON.stringify(value)?.slice(0, 60)}, not ${type}`];
  if (kind === '[]') return Array.isArray(value) ? value.flatMap((one) => unlikeValue(facts, inner, one, below('[]'))) : another;
  if (kind === '{}')
    return isObject(value) ? Object.entries(value).flatMap(([name, one]) => unlikeValue(facts, inner, one, below(name))) : another;
  if (kind !== '@') return isOfType(type, value) ? [] : another;
  if (!isObject(value)) return another;
  const members = facts.shapes.get(inner);
  if (members === undefined) throw new Error(`there is no shape ${inner}`);
  return members.flatMap(({ name, required, type: wanted }) => {
    const found = value[name];
    if (found === undefined) return required ? [`${below(name)} is missing`] : [];
    // Clients take null where they may do without, and where they take a list.
    if (found === null && (!required || wanted.startsWith('[]'))) return [];
    return unlikeValue(facts, wanted, found, below(name));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'i') return Number.isInteger(value);
  return typeof value === { s: 'string', n: 'number', b: 'boolean' }[type];
}
