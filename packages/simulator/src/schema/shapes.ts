import type { Schema } from './schema.js';

/**
 * Reads the compact table of built-in types into schemas.
 *
 * One type a line: its name, `!` where the whole struct is atomic for server-side apply, then `field:type` with
 * `*` required, `^` a struct that is always there, `=json` default. Types: `s` string, `i` int32, `l` int64, `n` number, `b` boolean, `y` base64 bytes, `t` time, `u` time with
 * microseconds, `q` quantity, `x` integer or string, `any` anything, `raw` anything atomic, `[T]` list, `{T}` map, or another type's name.
 * After a type: `!` atomic, `@` set, `@a,b` list map with those keys, `~key` strategic merge by key, `~` strategic merge of scalars,
 * `%` strategic retainKeys.
 */
export function readShapes(text: string): Map<string, Schema> {
  const types = new Map<string, Schema>();
  const lines = text.split('\n').filter((line) => line !== '');
  // Two passes, since types name each other in any order (JSONSchemaProps names itself).
  for (const line of lines) {
    const head = line.split(' ', 1)[0] ?? '';
    const schema: Schema = { type: 'object', description: head.replace('!', ''), properties: {}, required: [], always: [] };
    if (head.endsWith('!')) schema['x-kubernetes-map-type'] = 'atomic';
    types.set(head.replace('!', ''), schema);
  }
  for (const line of lines) {
    const [head = '', ...fields] = line.split(' ');
    const schema = types.get(head.replace('!', ''));
    if (schema?.properties) for (const field of fields.filter((one) => one !== '')) readField(schema, field, types);
  }
  return types;
}

// Of our own tables alone.
// oxlint-disable-next-line regexp/no-super-linear-backtracking -- a few words, written in this program
const FIELD = /^([^:]+):(.+?)(%)?(\*)?(\^)?(?:=(.+))?$/;

function readField(owner: Schema, text: string, types: Map<string, Schema>): void {
  const match = FIELD.exec(text);
  if (!match || !owner.properties) throw new Error(`unreadable shape "${text}"`);
  const [, name = '', type = '', retainKeys, required, always, fallback] = match;
  const schema = readType(type, types);
  const strategies = [schema['x-kubernetes-patch-strategy'], retainKeys && 'retainKeys'].filter(Boolean);
  const extended = { ...schema, ...(strategies.length > 0 && { 'x-kubernetes-patch-strategy': strategies.join(',') }) };
  // A plain reference stays the same object, so that cyclic types end.
  owner.properties[name] =
    fallback === undefined && strategies.length === 0
      ? schema
      : { ...extended, ...(fallback !== undefined && { default: JSON.parse(fallback) as unknown }) };
  if (required) owner.required?.push(name);
  if (always) owner.always?.push(name);
}

const SCALARS: Record<string, Schema> = {
  s: { type: 'string' },
  i: { type: 'integer', format: 'int32' },
  l: { type: 'integer', format: 'int64' },
  n: { type: 'number' },
  b: { type: 'boolean' },
  y: { type: 'string', format: 'byte' },
  t: { type: 'string', format: 'date-time' },
  u: { type: 'string', format: 'date-time' },
  q: { 'x-kubernetes-int-or-string': true, format: 'quantity' },
  x: { 'x-kubernetes-int-or-string': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  raw: { 'x-kubernetes-preserve-unknown-fields': true, 'x-kubernetes-map-type': 'atomic' },
};

function readType(text: string, types: Map<string, Schema>): Schema {
  if (text.startsWith('[')) {
    const end = text.lastIndexOf(']');
    const schema: Schema = { type: 'array', items: readType(text.slice(1, end), types) };
    const [listing = '', mergeKey] = text.slice(end + 1).split('~');
    if (mergeKey !== undefined) {
      schema['x-kubernetes-patch-strategy'] = 'merge';
      if (mergeKey !== '') schema['x-kubernetes-patch-merge-key'] = mergeKey;
    }
    if (listing === '@') schema['x-kubernetes-list-type'] = 'set';
    else if (listing.startsWith('@')) {
      schema['x-kubernetes-list-type'] = 'map';
      schema['x-kubernetes-list-map-keys'] = listing.slice(1).split(',');
    } else if (listing === '' && mergeKey !== undefined) {
      // Without a list type the merge key decides (kube-openapi schemaconv).
      schema['x-kubernetes-list-type'] = mergeKey === '' ? 'set' : 'map';
      if (mergeKey !== '') schema['x-kubernetes-list-map-keys'] = [mergeKey];
    } else schema['x-kubernetes-list-type'] = 'atomic';
    return schema;
  }
  if (text.startsWith('{')) {
    const end = text.lastIndexOf('}');
    const schema: Schema = { type: 'object', additionalProperties: readType(text.slice(1, end), types) };
    if (text.endsWith('!')) schema['x-kubernetes-map-type'] = 'atomic';
    return schema;
  }
  const atomic = text.endsWith('!');
  const name = atomic ? text.slice(0, -1) : text;
  const known = SCALARS[name] ?? types.get(name);
  if (known === undefined) throw new Error(`unknown type "${name}" in shapes`);
  // Properties are shared by reference: they are filled in the second pass.
  return atomic ? { ...known, 'x-kubernetes-map-type': 'atomic' } : known;
}
