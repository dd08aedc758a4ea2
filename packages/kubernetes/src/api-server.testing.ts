import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the test server got it. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: string;
}

export type Answer = (request: Seen, response: ServerResponse, socket: Socket) => void | Promise<void>;

/** An API server made of one function, for tests of what goes over the wire and of faults. */
export interface TestServer {
  url: string;
  port: number;
  seen: Seen[];
  answer: Answer;
  /** Cuts all connections with a reset. */
  reset(): void;
  connections(): number;
  stop(): Promise<void>;
}

export async function startTestServer(answer: Answer, tls?: ServerOptions): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      const seen: Seen = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') };
      test.seen.push(seen);
      Promise.resolve(test.answer(seen, response, request.socket)).catch((error: unknown) => response.destroy(error as Error));
    });
    request.on('error', () => {});
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const test: TestServer = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    seen: [],
    answer,
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    connections: () => sockets.size,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return test;
}

export function json(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** A Kubernetes Status, as the API server answers errors. */
export function statusBody(code: number, reason: string, message: string, details: Record<string, unknown> = {}): unknown {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
}

const RESOURCES: Record<string, unknown[]> = {
  '/api/v1': [
    { name: 'configmaps', singularName: 'configmap', namespaced: true, kind: 'ConfigMap', verbs: ['get', 'list', 'watch'] },
    { name: 'namespaces', singularName: 'namespace', namespaced: false, kind: 'Namespace', verbs: ['get', 'list'] },
    { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list'] },
    { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
  ],
};

/** Answers discovery of a few built-in kinds; true where it did. */
export function discovery(request: Seen, response: ServerResponse): boolean {
  const resources = RESOURCES[request.url];
  if (resources === undefined) return false;
  json(response, { kind: 'APIResourceList', groupVersion: 'v1', resources });
  return true;
}

export function configMap(
  name: string,
  more: Record<string, unknown> = {},
): { apiVersion: string; kind: string; metadata: { name: string; namespace: string }; data: unknown } {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ns', ...more }, data: {} };
}
