import { flag, list, named, number, oneOf, open, struct, text } from '../schema-parts.js';
import { immutable } from './schemas.js';

const ensure = { ...oneOf('present', 'absent'), default: 'present' };

const part = struct({ name: text, ensure, version: text, schema: text, owner: text }, ['name']);

/** The fields of a Database that plans use; rules between fields are not checked by the cell. */
export const databaseSpec = struct(
  {
    cluster: named,
    name: {
      ...text,
      'x-kubernetes-validations': [
        { message: 'name is immutable', rule: 'self == oldSelf' },
        ...['postgres', 'template0', 'template1'].map((name) => ({ message: `the name ${name} is reserved`, rule: `self != '${name}'` })),
      ],
    },
    owner: text,
    ensure,
    databaseReclaimPolicy: { ...oneOf('delete', 'retain'), default: 'retain' },
    allowConnections: flag,
    connectionLimit: number,
    isTemplate: flag,
    tablespace: text,
    ...Object.fromEntries(
      [
        'template',
        'encoding',
        'locale',
        'localeProvider',
        'localeCollate',
        'localeCType',
        'icuLocale',
        'icuRules',
        'builtinLocale',
        'collationVersion',
      ].map((name) => [name, immutable(name, text)]),
    ),
    extensions: list(part),
    schemas: list(part),
    fdws: list(open),
    servers: list(open),
  },
  ['cluster', 'name', 'owner'],
);

const applied = struct({ name: text, applied: flag, message: text }, ['name', 'applied']);

export const databaseStatus = struct({
  applied: flag,
  message: text,
  observedGeneration: { type: 'integer', format: 'int64' },
  extensions: list(applied),
  schemas: list(applied),
  fdws: list(applied),
  servers: list(applied),
});
