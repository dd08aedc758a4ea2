import type { ServerResponse } from 'node:http';
import { inVersion } from '../api/decode.js';
import type { Cell } from '../api/cell.js';
import { invalidListOptions, selectorOf } from '../api/selectors.js';
import { expired, StatusError } from '../api/status.js';
import type { JsonObject } from '../json.js';
import { apiVersionOf, type Kind, storageKey } from '../kinds/kind.js';
import type { Change, Stored } from '../store/store.js';

/** Milliseconds between bookmarks, and of a watch without `timeoutSeconds`. */
const BOOKMARK_EVERY = 60_000;
const DEFAULT_TIMEOUT = 45 * 60_000;
/** Unsent bytes after which a slow watcher is cut off. */
const BACKLOG_LIMIT = 64 * 1024 * 1024;

/** Shows an object the way the request asked for: whole, as metadata only, or as a table. */
export type Present = (object: Stored, isFirst: boolean) => JsonObject;

/**
 * A watch stream: first what is there (without a resourceVersion, or `sendInitialEvents`), or what changed since, then changes as they come.
 * An object that enters the selection is ADDED, one that leaves it DELETED. An expired version gets an ERROR event with a 410 Status.
 * Throws 400 before anything is sent. Ends by time, or by `onStop`.
 */
export function startWatch(
  cell: Cell,
  kind: Kind,
  namespace: string,
  query: URLSearchParams,
  response: ServerResponse,
  present: Present,
  onStop: (stop: () => void) => () => void,
): void {
  const select = selectorOf(kind, query);
  const text = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(text))
    throw new StatusError(
      500,
      '',
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const version = Number(text);
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
  const initial = query.get('sendInitialEvents');
  if (initial === 'true' && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw invalidListOptions([
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        field: 'resourceVersionMatch',
      },
    ]);
  }
  const resource = storageKey(kind);
  let isFirst = true;
  const head = () =>
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private', 'transfer-encoding': 'chunked' });
  const send = (type: string, object: JsonObject) => {
    response.write(`${JSON.stringify({ type, object })}\n`);
    isFirst = false;
    if (response.writableLength > BACKLOG_LIMIT) response.destroy();
  };
  const bookmark = (annotations?: JsonObject) =>
    send('BOOKMARK', {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: String(cell.store.revision), creationTimestamp: null, ...(annotations && { annotations }) },
    });
  const publish = (change: Change) => {
    const event = eventOf(change, resource, namespace, select);
    if (event) send(event.type, present(inVersion(kind, event.object), isFirst));
  };
  const missed = version === 0 || initial === 'true' ? [] : cell.store.since(version);
  head();
  response.flushHeaders();
  if (missed === undefined) {
    const status = expired(`too old resource version: ${version} (${cell.store.oldest})`).toStatus();
    send('ERROR', status);
    response.end();
    return;
  }
  if (version === 0 ? initial !== 'false' : initial === 'true') {
    for (const object of cell.store.list(resource, namespace).filter(select)) send('ADDED', present(inVersion(kind, object), isFirst));
    if (initial === 'true' && wantsBookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  }
  for (const change of missed) publish(change);
  const unsubscribe = cell.store.subscribe(publish);
  let cancelBookmark = () => {};
  const tick = () => {
    bookmark();
    cancelBookmark = cell.clock.after(BOOKMARK_EVERY, tick);
  };
  if (wantsBookmarks) cancelBookmark = cell.clock.after(BOOKMARK_EVERY, tick);
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const forget = onStop(() => stop(true));
  const cancelTimeout = cell.clock.after(seconds > 0 ? seconds * 1000 : DEFAULT_TIMEOUT, () => stop(true));
  let stopped = false;
  function stop(graceful: boolean): void {
    if (stopped) return;
    stopped = true;
    unsubscribe();
    cancelBookmark();
    cancelTimeout();
    forget();
    if (!graceful) return;
    // A last bookmark lets the client resume from here.
    if (wantsBookmarks) bookmark();
    response.end();
  }
  response.on('close', () => stop(false));
}

/** What a change is to a watcher with this selection, if anything. */
function eventOf(
  change: Change,
  resource: string,
  namespace: string,
  select: (object: Stored) => boolean,
): { type: Change['type']; object: Stored } | undefined {
  if (change.resource !== resource) return undefined;
  if (namespace !== '' && change.object.metadata.namespace !== namespace) return undefined;
  const is = change.type !== 'DELETED' && select(change.object);
  const was = change.before !== undefined && select(change.before);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: change.object };
  if (!was) return undefined;
  // What left the selection is shown as it was, at the version of the change.
  const before = change.before as Stored;
  return { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion: String(change.resourceVersion) } } };
}
