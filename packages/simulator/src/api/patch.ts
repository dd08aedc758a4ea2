import { parse } from 'yaml';
import { applyConfiguration, type FieldConflict, readManagers } from '../fields/managers.js';
import { typingProblems } from '../fields/to-set.js';
import { copy, isObject, type JsonObject, stringAt } from '../json.js';
import { apiVersionOf, type Kind, storageKey } from '../kinds/kind.js';
import { jsonPatch } from '../patch/json-patch.js';
import { mergePatch } from '../patch/merge-patch.js';
import { strategicPatch } from '../patch/strategic.js';
import type { Stored } from '../store/store.js';
import type { Cell, WriteOptions } from './cell.js';
import { decodeObject, inVersion } from './decode.js';
import { ignoredFields } from './resets.js';
import { badRequest, type Cause, conflict, invalid, notFound, StatusError, unsupportedMediaType } from './status.js';
import { emptyLike, ownersAfter, storeNew, storeNext, writerOf } from './write.js';

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
  if (type === undefined || (type === 'strategic' && kind.custom)) {
    const taken = Object.keys(MEDIA_TYPES).filter((one) => !kind.custom || !one.includes('strategic'));
    throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${taken.join(', ')}`);
  }
  return type;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
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
  const decoded = decodePatched(kind, live, patched, options);
  return storeNext(cell, kind, live, decoded, options, (next) => ownersAfter(kind, live, next, options));
}

function decodePatched(kind: Kind, live: Stored, patched: unknown, options: WriteOptions): Stored {
  let decoded: Stored;
  try {
    decoded = decodeObject(kind, patched, options);
  } catch (error) {
    // What the patch made is not readable: a patched object is refused as invalid, not as a bad request.
    if (!(error instanceof StatusError) || error.code !== 400) throw error;
    if (error.message.includes('strict decoding error')) throw invalid({ group: '', kind: '' }, '', strictProblems(error.message));
    throw badRequest(error.message.replace(/^.*? cannot be handled as an? \w+: /, ''));
  }
  if (decoded.metadata.name !== live.metadata.name)
    throw badRequest(
      `the name of the object (${String(decoded.metadata.name)}) does not match the name on the URL (${String(live.metadata.name)})`,
    );
  return decoded;
}

function strictProblems(message: string): { reason: 'FieldValueInvalid'; message: string; field: string }[] {
  const found = message.slice(message.indexOf('strict decoding error: ') + 'strict decoding error: '.length);
  return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${found}`, field: 'patch' }];
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
  const config = readConfiguration(kind, namespace, name, text);
  const found = cell.store.get(storageKey(kind), kind.namespaced ? namespace : '', name);
  if (!found && options.subresource !== '') throw notFound(kind, name);
  checkTyping(kind, namespace, name, config);
  const writer = writerOf(kind, options, 'Apply');
  const ignored = ignoredFields(kind, options.subresource);
  if (!found) {
    const empty = emptyLike({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name } }, kind.namespaced ? namespace : '');
    if (stringAt(config, 'metadata', 'uid') !== '') {
      throw conflict(
        kind,
        name,
        `uid mismatch: the provided object specified uid ${stringAt(config, 'metadata', 'uid')}, and no existing object was found`,
      );
    }
    const applied = applyConfiguration(kind.schema, empty, config, [], writer, force, ignored);
    const decoded = decodeObject(kind, applied.object, { ...options, fieldValidation: 'Ignore' });
    if (stringAt(config, 'metadata', 'resourceVersion') !== '')
      throw conflict(kind, name, `the object does not exist but a resourceVersion was given`);
    return storeNew(cell, kind, namespace, decoded, options, () => applied.managers);
  }
  const live = inVersion(kind, found);
  const bare = withoutManagers(live);
  const applied = applyConfiguration(kind.schema, bare, config, readManagers(live), writer, force, ignored);
  if (applied.conflicts.length > 0) throw conflictError(applied.conflicts);
  const decoded = decodeObject(kind, copy(applied.object), { ...options, fieldValidation: 'Ignore' });
  return storeNext(cell, kind, live, decoded, options, () => applied.managers);
}

function withoutManagers(object: Stored): JsonObject {
  const metadata = { ...object.metadata };
  delete metadata.managedFields;
  return { ...object, metadata };
}

function readConfiguration(kind: Kind, namespace: string, name: string, text: string): JsonObject {
  let config: unknown;
  try {
    config = parse(text, { version: '1.1' }) as unknown;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(config)) throw badRequest('error decoding YAML: the apply configuration is no object');
  if (stringAt(config, 'apiVersion') === '' || stringAt(config, 'kind') === '') {
    throw badRequest(`Object '${stringAt(config, 'kind') === '' ? 'Kind' : 'apiVersion'}' is missing in '${JSON.stringify(config)}'`);
  }
  const apiVersion = apiVersionOf(kind);
  if (config.apiVersion !== apiVersion)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(config.apiVersion)}, expected: ${apiVersion}`,
    );
  if (isObject(config.metadata) && config.metadata.managedFields !== undefined && config.metadata.managedFields !== null)
    throw badRequest('metadata.managedFields must be nil');
  const metadata: JsonObject = isObject(config.metadata) ? { ...config.metadata } : {};
  const own = stringAt(config, 'metadata', 'name');
  if (own !== '' && own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  metadata.name = name;
  const ownNamespace = stringAt(config, 'metadata', 'namespace');
  if (kind.namespaced) {
    if (ownNamespace !== '' && ownNamespace !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    metadata.namespace = namespace;
  }
  return { ...config, metadata };
}

function checkTyping(kind: Kind, namespace: string, name: string, config: JsonObject): void {
  const problems = typingProblems(kind.schema, config);
  if (problems.length === 0) return;
  const list = problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  throw new StatusError(
    500,
    '',
    `failed to create typed patch object (${kind.namespaced ? namespace : ''}/${name}; ${apiVersionOf(kind)}, Kind=${kind.kind}): ${list}`,
  );
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
  if (one.operation !== 'Update') return `${JSON.stringify(one.manager)}${subresource}`;
  return `${JSON.stringify(one.manager)}${subresource} using ${one.apiVersion}${one.time === undefined ? '' : ` at ${one.time}`}`;
}
