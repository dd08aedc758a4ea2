import type { ServerResponse } from 'node:http';
import { discovery, json, type Seen, startTestServer, statusBody, type TestServer } from './api-server.testing.js';
import type { KubernetesObject } from './model.js';

/** The ConfigMaps of a small API server: list, watch from a version with a history that can be cut off, and faults on demand. */
export interface Store {
  server: TestServer;
  put(name: string, data: Record<string, string>): KubernetesObject;
  remove(name: string): void;
  /** Sends a bookmark; answers its version. */
  bookmark(): string;
  /** Versions before now can no longer be watched from. */
  forgetHistory(): void;
  /** Ends all open watches properly. */
  endWatches(): void;
  /** How often lists and watches were asked for. */
  lists(): number;
  watches(): Seen[];
  /** Answers instead of the store while it is set; `undefined` back to normal. */
  fault: ((request: Seen, response: ServerResponse) => void) | undefined;
}

export async function startStore(): Promise<Store> {
  const objects = new Map<string, KubernetesObject>();
  const open = new Set<ServerResponse>();
  let history: { version: number; text: string }[] = [];
  let version = 10;
  let oldest = 0;
  let made = 0;
  const lists: Seen[] = [];
  const watches: Seen[] = [];

  const tell = (type: string, object: unknown): void => {
    const text = `${JSON.stringify({ type, object })}\n`;
    if (type !== 'BOOKMARK') history.push({ version, text });
    for (const response of open) response.write(text);
  };

  const server = await startTestServer((request, response) => {
    const url = new URL(request.url, 'http://x');
    const isWatch = url.searchParams.has('watch');
    if (url.pathname.endsWith('/configmaps')) (isWatch ? watches : lists).push(request);
    if (store.fault !== undefined) store.fault(request, response);
    else if (discovery(request, response)) return;
    else if (!isWatch) json(response, { metadata: { resourceVersion: String(version) }, items: [...objects.values()] });
    else {
      const from = Number(url.searchParams.get('resourceVersion'));
      if (from < oldest) {
        json(response, statusBody(410, 'Expired', `too old resource version: ${from} (${oldest})`), 410);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      for (const event of history) if (event.version > from) response.write(event.text);
      open.add(response);
      response.on('close', () => open.delete(response));
    }
  });

  const store: Store = {
    server,
    fault: undefined,
    put(name, data) {
      const before = objects.get(name);
      version += 1;
      made += before === undefined ? 1 : 0;
      const uid = before?.metadata.uid ?? `u${made}`;
      const object: KubernetesObject = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'ns', uid, resourceVersion: String(version), managedFields: [{ manager: 'm' }] },
        data,
      };
      objects.set(name, object);
      tell(before === undefined ? 'ADDED' : 'MODIFIED', object);
      return object;
    },
    remove(name) {
      const before = objects.get(name);
      if (before === undefined) return;
      version += 1;
      objects.delete(name);
      tell('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } });
    },
    bookmark() {
      version += 1;
      tell('BOOKMARK', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { resourceVersion: String(version) } });
      return String(version);
    },
    forgetHistory() {
      history = [];
      version += 1;
      oldest = version;
    },
    endWatches() {
      for (const response of open) response.end();
    },
    lists: () => lists.length,
    watches: () => watches,
  };
  return store;
}
