import { decodeBuiltin } from '../schema/decode.js';
import { applyDefaults, dropNulls } from '../schema/defaults.js';
import { prune } from '../schema/prune.js';
import { METADATA } from '../kinds/builtin.js';
import { builtinDefaults } from '../kinds/builtin-defaults.js';
import { apiVersionOf, type Kind } from '../kinds/kind.js';
import { equal, isObject, type JsonObject, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';
import type { WriteOptions } from './cell.js';
import { badRequest, invalid, invalidValue, shortened } from './status.js';

/**
 * A request's object in the form that is stored: of this kind, without what the kind does not know, with its defaults.
 * Unknown fields are refused (`Strict`), warned of (`Warn`) or dropped. Throws 400.
 */
export function decodeObject(kind: Kind, body: unknown, options: WriteOptions): Stored {
  if (!isObject(body))
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error`);
  const apiVersion = apiVersionOf(kind);
  checkType(kind, apiVersion, body, options);
  const unknown: string[] = [];
  const object = kind.custom
    ? decodeCustom(kind, body, unknown, options.keepNulls === true)
    : decodeBuiltin(kind.schema, body, kind.kind, apiVersion, { unknown });
  report(kind, unknown, options);
  const typed: Stored = { ...object, apiVersion, kind: kind.kind, metadata: isObject(object.metadata) ? object.metadata : {} };
  return kind.custom ? typed : builtinDefaults(kind, typed);
}

function checkType(kind: Kind, apiVersion: string, body: JsonObject, options: WriteOptions): void {
  if (kind.custom && !('kind' in body)) {
    const text = JSON.stringify(body);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): Object 'Kind' is missing in '${text}' (${shortened(text)})`,
    );
  }
  if (body.apiVersion !== undefined && body.apiVersion !== apiVersion) {
    if (kind.custom && options.fieldValidation !== 'Ignore') {
      const rest = Object.keys(body).filter((name) => !['apiVersion', 'kind', 'metadata'].includes(name));
      options.warnings.push(...rest.sort().map((name) => `unknown field "${name}"`));
    }
    if (kind.custom)
      throw badRequest(`the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${apiVersion})`);
    if (body.kind === kind.kind)
      throw badRequest(
        `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: no kind "${kind.kind}" is registered for version "${String(body.apiVersion)}" in scheme "pkg/runtime/scheme.go:110"`,
      );
  }
  if (body.kind !== undefined && body.kind !== kind.kind && kind.custom) {
    throw invalid({ group: kind.group, kind: String(body.kind) }, stringAt(body, 'metadata', 'name'), [
      invalidValue('kind', body.kind, `must be ${kind.kind}`),
    ]);
  }
  if (body.kind !== undefined && body.kind !== kind.kind) {
    throw badRequest(
      `${String(body.kind)} in version "${kind.version}" cannot be handled as a ${kind.kind}: converting (v1.${String(body.kind)}) to (${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.kind}): unknown conversion`,
    );
  }
}

function decodeCustom(kind: Kind, body: JsonObject, unknown: string[], keepNulls: boolean): JsonObject {
  const notes = { unknown: [] as string[] };
  const metadata =
    body.metadata === undefined || body.metadata === null
      ? {}
      : decodeBuiltin(METADATA, body.metadata, kind.kind, apiVersionOf(kind), notes);
  unknown.push(...notes.unknown.map((path) => `metadata.${path}`));
  const pruned = prune(kind.schema, { ...body, metadata }, unknown) as JsonObject;
  unknown.sort();
  return (keepNulls ? applyDefaults(kind.schema, pruned) : dropNulls(kind.schema, applyDefaults(kind.schema, pruned))) as JsonObject;
}

function report(kind: Kind, unknown: string[], options: WriteOptions): void {
  if (unknown.length === 0 || options.fieldValidation === 'Ignore') return;
  const found = unknown.map((path) => `unknown field "${path}"`);
  if (options.fieldValidation === 'Strict')
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${found.join(', ')}`,
    );
  options.warnings.push(...found);
}

/** A custom object as it is stored: in the storage version, without what that version's schema does not know. */
export function asStored(kind: Kind, object: Stored): Stored {
  const { storage } = kind;
  if (!storage) return object;
  const pruned = prune(storage.schema, { ...object, apiVersion: apiVersionOf(storage) }) as Stored;
  return applyDefaults(storage.schema, pruned) as Stored;
}

/** An object as another version of its kind shows it: only `apiVersion` differs (no conversion), and defaults of that version. */
export function inVersion(kind: Kind, object: Stored): Stored {
  const apiVersion = apiVersionOf(kind);
  if (object.apiVersion === apiVersion && object.kind === kind.kind) return kind.custom ? withReadDefaults(kind, object) : object;
  if (kind.plural === 'events') return eventIn(kind, object);
  return { ...withReadDefaults(kind.storage ?? kind, object), apiVersion, kind: kind.kind };
}

// Defaults that a schema got after the object was stored are shown too.
function withReadDefaults(kind: Kind, object: Stored): Stored {
  const filled = applyDefaults(kind.schema, object) as Stored;
  return equal(filled, object) ? object : filled;
}

const EVENT_NAMES: [core: string, events: string][] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

/** Events have two groups that name the same fields differently. */
function eventIn(kind: Kind, event: Stored): Stored {
  const result: Stored = { ...event, apiVersion: apiVersionOf(kind), kind: 'Event' };
  for (const [core, events] of EVENT_NAMES) {
    const [old, name] = kind.group === '' ? [events, core] : [core, events];
    if (result[old] !== undefined) {
      result[name] = result[old];
      delete result[old];
    }
  }
  return result;
}
