/**
 * How much a request may say. Bounds are here, in one place: a row of the operation table has them without asking, and a field that may
 * hold more says so itself (`maxLength`, `maxItems`, `maxProperties` in its schema).
 */
import type { TSchema } from 'typebox';

/** Bodies of operations that need no session. Bytes. */
export const SESSION_BODY_LIMIT = 64 * 1024;
/** Bodies of all others. Bytes. */
export const BODY_LIMIT = 1024 * 1024;
/** Bodies that carry a plan spec: 1 MiB of text, in base64, and room to say kindly that a larger one is too large. Bytes. */
export const SPEC_BODY_LIMIT = 4 * 1024 * 1024;

/** Characters of an id, a key or a name. */
export const ID_LIMIT = 256;
/** Characters of any other text. */
export const TEXT_LIMIT = 16 * 1024;
/** Items of a list; members of an object that may have any. */
const LIST_LIMIT = 1_000;

const IS_ID = /(?:^|[a-z_])(?:[iI][dD]|[kK]ey|[nN]ame)$/;

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

/** The schema of a query or body with a limit wherever it has none. Values of any shape (`Unknown`) are bounded by the body's limits. */
export function withLimits<T extends TSchema>(schema: T): T {
  return limited(schema, '') as T;
}

function limited(schema: Schema, name: string): Schema {
  const bounded = copyOf(schema);
  if (schema.type === 'string' && schema.const === undefined && schema.enum === undefined)
    bounded.maxLength ??= IS_ID.test(name) ? ID_LIMIT : TEXT_LIMIT;
  if (schema.type === 'array') bounded.maxItems ??= LIST_LIMIT;
  if (schema.patternProperties !== undefined) bounded.maxProperties ??= LIST_LIMIT;
  if (schema.items !== undefined) bounded.items = limited(schema.items, name);
  if (schema.anyOf !== undefined) bounded.anyOf = schema.anyOf.map((one) => limited(one, name));
  if (schema.properties !== undefined) bounded.properties = limitedMembers(schema.properties);
  if (schema.patternProperties !== undefined) bounded.patternProperties = limitedMembers(schema.patternProperties);
  return bounded;
}

function limitedMembers(members: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, limited(member, name)]));
}

/** The schema library keeps its own marks in members that are not enumerable. */
function copyOf(schema: Schema): Schema {
  return Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as Schema;
}
