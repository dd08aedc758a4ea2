import { parse } from 'yaml';
import { applyConfiguration, type FieldConflict, ownersBeforeApply, readManagers } from '../fields/managers.js';
import { typingProblems } from '../fields/to-set.js';
import { at, copy, isObject, type JsonObject, stringAt } from '../json.js';
import { apiVersionOf, type Kind, storageKey } from '../kinds/kind.js';
import { jsonPatch } from '../patch/json-patch.js';
import { mergePatch } from '../patch/merge-patch.js';
import { strategicPatch } from '../patch/strategic.js';
import type { Stored } from '../store/store.js';
import type { Cell, WriteOptions } from './cell.js';
import { decodeObject, inVersion } from './decode.js';
import { ignoredFields } from './resets.js';
import { badRequest, type Cause, conflict, invalid, invalidValue, jsonProblem, notFound, StatusError } from './status.js';
import { checkNamespaceOf, emptyLike, storeNew, writerOf } from './create.js';
import { ownersAfter, storeNext } from './write.js';

export type PatchMediaType = 'json' | 'merge' | 'strategic' | 'apply';

const MEDIA_TYPES: Record<string, PatchMediaType> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** The kind of patch behind a Content-Type. Throws 415. */
export function patchTypeOf(contentType: string, kind: Kind): PatchMediaType {
  const type = MEDIA_TYPES[contentType];
  if (type === undefined) throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (type === 'strategic' && kind.custom) {
    const taken = Object.keys(MEDIA_TYPES).filter((one) => MEDIA_TYPES[one] !== 'strategic');
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${taken.join(', ')}`,
    );
  }
  return type;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`error decoding patch: ${jsonProblem(text, error)}`);
  }
}

/** PATCH with a JSON, merge or strategic patch. Throws 400, 404, 409, 422. */
export function patchObject(
  cell: Cell,
  kind: Kind,
  namespace: string,
  name: string,
  type: Exclude<PatchMediaType, 'apply'>,
  text: string,
  options: WriteOptions,
): Stored {
  const found = cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name);
  if (!found) throw notFound(kind, name);
  const live = inVersion(kind, found);
  const patch = parseJson(text);
  if (type !== 'json' && !isObject(patch))
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch} into Go value of type map[string]interface {}`,
    );
  const patched =
    type === 'json' ? jsonPatch(live, patch) : type === 'merge' ? mergePatch(live, patch) : strategicPatch(kind.schema, live, patch);
  const decoded = decodePatched(kind, namespace, live, patched, options, type === 'strategic' ? patch : undefined);
  return storeNext(cell, kind, live, decoded, options, (next) => ownersAfter(kind, live, next, options));
}

const GO_TYPES: Record<string, string> = {
  number: 'int64',
  string: 'string',
  bool: 'bool',
  array: '[]interface {}',
  object: 'map[string]interface {}',
};

// Strategic patches are converted without JSON in between, with other words for the same.
function converted(why: string): string {
  const match = /^json: cannot unmarshal (\w+)(?: [^ ]+)? into Go struct field \S+ of type (\S+)$/.exec(why);
  return match ? `cannot convert ${GO_TYPES[match[1] ?? ''] ?? match[1]} to ${match[2]}` : why;
}

function decodePatched(kind: Kind, namespace: string, live: Stored, patched: unknown, options: WriteOptions, strategic?: unknown): Stored {
  let decoded: Stored;
  try {
    decoded = decodeObject(kind, patched, options);
  } catch (error) {
    // What the patch made is not readable: a patched object is refused as invalid, not as a bad request.
    if (!(error instanceof StatusError) || error.code !== 400) throw error;
    const why = error.message.replace(/^.*? cannot be handled as an? \w+: /, '');
    const found = strategic === undefined ? JSON.stringify(patched) : JSON.stringify(strategic);
    throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', found, strategic === undefined ? why : converted(why))]);
  }
  if (decoded.metadata.name !== live.metadata.name)
    throw badRequest(
      `the name of the object (${String(decoded.metadata.name)}) does not match the name on the URL (${String(live.metadata.name)})`,
    );
  checkNamespaceOf(kind, decoded, namespace);
  return decoded;
}

/** PATCH with an apply configuration; makes the object where it is not there. Throws 400, 404 (status of nothing), 409, 422, 500. */
export function applyObject(
  cell: Cell,
  kind: Kind,
  namespace: string,
  name: string,
  text: string,
  force: boolean,
  options: WriteOptions,
): Stored {
  const config = readConfiguration(kind, text);
  const found = cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name);
  if (!found && options.subresource !== '') throw notFound(kind, name);
  checkTyping(kind, config);
  const writer = writerOf(kind, options, 'Apply');
  const ignored = ignoredFields(kind, options.subresource);
  if (!found) {
    const empty = emptyLike(kind, name, kind.namespaced ? namespace : '');
    if (stringAt(config, 'metadata', 'uid') !== '') {
      throw conflict(
        kind,
        name,
        `uid mismatch: the provided object specified uid ${stringAt(config, 'metadata', 'uid')}, and no existing object was found`,
      );
    }
    checkIdentity(kind, namespace, name, config);
    const applied = applyConfiguration(kind.schema, empty, placed(kind, namespace, name, config), [], writer, force, ignored);
    const decoded = decodeObject(kind, applied.object, { ...options, fieldValidation: 'Ignore', keepNulls: true });
    return storeNew(cell, kind, namespace, decoded, options, () => applied.managers);
  }
  const live = inVersion(kind, found);
  const bare = withoutManagers(live);
  const applied = applyConfiguration(
    kind.schema,
    bare,
    placed(kind, namespace, name, config),
    ownersBeforeApply(kind.schema, bare, readManagers(live), apiVersionOf(kind), ignored),
    writer,
    force,
    ignored,
  );
  if (applied.conflicts.length > 0) throw conflictError(applied.conflicts);
  checkIdentity(kind, namespace, name, config);
  const decoded = decodeObject(kind, copy(applied.object), { ...options, fieldValidation: 'Ignore', keepNulls: true });
  return storeNext(cell, kind, live, decoded, options, () => applied.managers);
}

function withoutManagers(object: Stored): JsonObject {
  const metadata = { ...object.metadata };
  delete metadata.managedFields;
  return { ...object, metadata };
}

function readConfiguration(kind: Kind, text: string): JsonObject {
  let config: unknown;
  try {
    config = parse(text, { version: '1.1' }) as unknown;
  } catch (error) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(config))
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(config) ? 'array' : typeof config} into Go value of type map[string]interface {}`,
    );
  if (config.apiVersion !== apiVersionOf(kind) || config.kind !== kind.kind)
    throw badRequest(`invalid object type: ${printedKind(stringAt(config, 'apiVersion'), stringAt(config, 'kind'))}`);
  if (Array.isArray(at(config, 'metadata', 'managedFields'))) throw badRequest('metadata.managedFields must be nil');
  return config;
}

const printedKind = (apiVersion: string, kind: string) => `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;

/** Throws 400 where a configuration is for another object than the URL's. Looked at after conflicts, as the API server does. */
function checkIdentity(kind: Kind, namespace: string, name: string, config: JsonObject): void {
  const own = stringAt(config, 'metadata', 'name');
  if (own !== '' && own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  checkNamespaceOf(kind, config, namespace);
}

/** The configuration with the identity of the object that it is for. */
function placed(kind: Kind, namespace: string, name: string, config: JsonObject): JsonObject {
  return { ...config, metadata: { ...(isObject(config.metadata) ? config.metadata : {}), name, ...(kind.namespaced && { namespace }) } };
}

function checkTyping(kind: Kind, config: JsonObject): void {
  const problems = typingProblems(kind.schema, config);
  if (problems.length === 0) return;
  const list = problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  const who = `${stringAt(config, 'metadata', 'namespace')}/${stringAt(config, 'metadata', 'name')}; ${printedKind(apiVersionOf(kind), kind.kind)}`;
  throw new StatusError(500, '', `failed to create typed patch object (${who}): ${list}`);
}

/** 409 in the API server's words (apiserver managedfields `NewConflictError`). */
function conflictError(conflicts: FieldConflict[]): StatusError {
  const byManager = new Map<string, string[]>();
  const causes: Cause[] = [];
  for (const one of conflicts) {
    const who = printWriter(one);
    byManager.set(who, [...(byManager.get(who) ?? []), one.path]);
    causes.push({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field: one.path });
  }
  const parts = [...byManager].map(([who, paths]) =>
    paths.length === 1 ? `conflict with ${who}: ${paths[0]}` : `conflicts with ${who}:\n${paths.map((path) => `- ${path}`).join('\n')}`,
  );
  const count = conflicts.length === 1 ? '1 conflict' : `${conflicts.length} conflicts`;
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${parts.join('\n')}`, { causes });
}

function printWriter(one: FieldConflict): string {
  const subresource = one.subresource === '' ? '' : ` with subresource ${JSON.stringify(one.subresource)}`;
  return `${JSON.stringify(one.manager)}${subresource}${one.operation === 'Update' ? ` using ${one.apiVersion}` : ''}`;
}
