import { isObject, type JsonObject } from '../json.js';
import { apiVersionOf, type Kind, storageKey } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import type { Cell } from './cell.js';
import { inVersion } from './decode.js';
import { invalidListOptions, selectorOf } from './selectors.js';
import { badRequest, expired, StatusError } from './status.js';

export interface ListResult {
  metadata: JsonObject;
  items: Stored[];
}

/** One page of objects. Throws 400 for bad selectors and versions, 410 for a continue token that is too old, 504 for a version not yet reached. */
export function listObjects(cell: Cell, kind: Kind, namespace: string, query: URLSearchParams): ListResult {
  const select = selectorOf(kind, query);
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue') ?? '';
  checkVersion(cell, query, token);
  const position = token === '' ? undefined : readToken(token);
  if (position && position.resourceVersion < cell.store.oldest)
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
  const resourceVersion = position?.resourceVersion ?? cell.store.revision;
  const all = (position ? listAt(cell, kind, namespace, position.resourceVersion) : cell.store.list(storageKey(kind), namespace)).filter(
    select,
  );
  const rest = position ? all.filter((object) => keyOf(object) > position.start) : all;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const metadata: JsonObject = { resourceVersion: String(resourceVersion) };
  if (page.length < rest.length && last) {
    metadata.continue = writeToken(resourceVersion, keyOf(last));
    if (query.get('labelSelector') === null && query.get('fieldSelector') === null) metadata.remainingItemCount = rest.length - page.length;
  }
  return { metadata, items: page.map((object) => inVersion(kind, object)) };
}

/** A list object as answered. Items of built-in kinds don't repeat their kind. */
export function listObject(kind: Kind, result: ListResult): JsonObject {
  const items = kind.custom ? result.items : result.items.map(({ apiVersion: _apiVersion, kind: _kind, ...rest }) => rest);
  return { kind: kind.listKind, apiVersion: apiVersionOf(kind), metadata: result.metadata, items };
}

// The list as it was: what is there now with the changes since then taken back.
function listAt(cell: Cell, kind: Kind, namespace: string, resourceVersion: number): Stored[] {
  const changes = (cell.store.since(resourceVersion) ?? []).filter((change) => change.resource === storageKey(kind));
  if (changes.length === 0) return cell.store.list(storageKey(kind), namespace);
  const objects = new Map(cell.store.list(storageKey(kind), namespace).map((object) => [keyOf(object), object]));
  for (const change of changes.toReversed()) {
    if (namespace !== '' && change.object.metadata.namespace !== namespace) continue;
    const key = keyOf(change.object);
    if (change.before) objects.set(key, change.before);
    else objects.delete(key);
  }
  return [...objects.keys()].sort().map((key) => objects.get(key) as Stored);
}

const keyOf = (object: Stored) =>
  `${typeof object.metadata.namespace === 'string' ? object.metadata.namespace : ''}/${String(object.metadata.name)}`;

function writeToken(resourceVersion: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: resourceVersion, start })).toString('base64url');
}

function readToken(token: string): { resourceVersion: number; start: string } {
  try {
    const found: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (isObject(found) && typeof found.rv === 'number' && typeof found.start === 'string')
      return { resourceVersion: found.rv, start: found.start };
  } catch {
    // Answered below: the token is not ours.
  }
  const first = Buffer.from(token, 'base64url')[0] ?? 0;
  throw badRequest(
    `invalid continue token: continue key is not valid: invalid character '${first < 0x20 || first > 0x7e ? `\\u${first.toString(16).padStart(4, '0')}` : String.fromCharCode(first)}' looking for beginning of value`,
  );
}

function checkVersion(cell: Cell, query: URLSearchParams, token: string): void {
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  if (match !== '' && version === '')
    throw invalidListOptions([
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
        field: 'resourceVersionMatch',
      },
    ]);
  if (token !== '' && version !== '' && version !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  if (version === '' || version === '0') return;
  const wanted = parseVersion(version);
  if (match === 'Exact' && wanted < cell.store.oldest) throw expired(`The resourceVersion for the provided list is too old.`);
  if (wanted > cell.store.revision) throw tooLarge(wanted, cell.store.revision);
}

/** Reads a resourceVersion. Throws 400 for what is no number. */
function parseVersion(text: string): number {
  if (!/^\d+$/.test(text))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

/** 504: a version that has not been reached (apiserver storage `NewTooLargeResourceVersionError`). */
function tooLarge(wanted: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
