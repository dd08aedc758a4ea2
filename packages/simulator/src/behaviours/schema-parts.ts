import type { Schema } from '../schema/schema.js';

/** Small schemas that CRDs are put together from. */
export const text: Schema = { type: 'string' };
export const number: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
export const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
export const texts: Schema = { type: 'array', items: text };
export const map = (of: Schema): Schema => ({ type: 'object', additionalProperties: of });
export const list = (of: Schema): Schema => ({ type: 'array', items: of });
export const struct = (properties: Record<string, Schema>, required?: string[]): Schema => ({
  type: 'object',
  properties,
  ...(required && { required }),
});
export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
export const named = struct({ name: text }, ['name']);
export const key = struct({ name: text, key: text }, ['name', 'key']);
export const quantity: Schema = {
  'x-kubernetes-int-or-string': true,
  pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
  anyOf: [{ type: 'integer' }, { type: 'string' }],
};
