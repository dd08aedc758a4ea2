import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Cell, User } from '../api/cell.js';
import { badRequest, noSuchPath, StatusError, unknownGroup } from '../api/status.js';
import type { Credentials } from '../credentials.js';
import { isObject, type JsonObject } from '../json.js';
import { forbiddenMessage, isAllowed } from '../rbac/authorise.js';
import { groupsOf } from '../rbac/reviews.js';
import { aggregatedDiscovery, AGGREGATED, groupDocument, groupList, resourceList } from './discovery.js';
import { admissionOf, handleResource } from './handler.js';
import { decodeProtobuf } from './protobuf.js';
import { openApiDocument, openApiIndex } from './openapi.js';
import { readResourcePath } from './request.js';
import { askWebhooks, hasWebhooks } from './webhooks.js';

/** Longest body that is read, bytes (the API server's 3 MiB). */
const BODY_LIMIT = 3 * 1024 * 1024;

export interface ServerDeps {
  cell: Cell;
  credentials: Credentials;
  /** Resolves when all writes so far are durable. */
  flushed: () => Promise<void>;
  /** Rejects while nothing that is changed could be kept. */
  requireWritable: () => Promise<void>;
  /** Paths of the simulator's own (`/simulator/...`); undefined where none fits. */
  extra: (method: string, pathname: string, body: string) => Promise<JsonObject | undefined> | JsonObject | undefined;
  onError: (error: unknown) => void;
}

/** The HTTPS server of the cell, not yet listening, and what ends its streams. */
export function createHttpServer(deps: ServerDeps): { server: Server; stopStreams: () => void } {
  const streams = new Set<() => void>();
  const onStop = (stop: () => void) => {
    streams.add(stop);
    return () => void streams.delete(stop);
  };
  const server = createServer({ key: deps.credentials.key, cert: deps.credentials.certificate }, (request, response) => {
    serve(deps, request, response, onStop).catch((error: unknown) => {
      if (!(error instanceof StatusError)) deps.onError(error);
      fail(response, error);
    });
  });
  server.keepAliveTimeout = 90_000;
  return {
    server,
    stopStreams: () => {
      for (const stop of streams) stop();
    },
  };
}

async function serve(
  deps: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  onStop: (stop: () => void) => () => void,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://cell');
  response.setHeader('audit-id', randomUUID());
  const method = request.method ?? 'GET';
  if (method === 'GET' && ['/healthz', '/livez', '/readyz'].includes(url.pathname)) {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok');
    return;
  }
  const user = authenticate(deps, request);
  const target = readResourcePath(url.pathname);
  const body = await readText(request);
  if (!target) {
    await servePath(deps, user, request, response, url, body);
    return;
  }
  if (method !== 'GET') await deps.requireWritable();
  const warnings: string[] = [];
  const warn = () => {
    // UTF-8, byte by byte: a header of this server takes Latin-1 only.
    for (const warning of warnings)
      response.appendHeader('warning', Buffer.from(`299 - ${JSON.stringify(warning)}`, 'utf8').toString('latin1'));
  };
  let answer: ReturnType<typeof handleResource>;
  try {
    const call = { request, response, target, query: url.searchParams, body, user, warnings, onStop };
    const admission = hasWebhooks(deps.cell) ? admissionOf(deps.cell, call) : undefined;
    if (admission !== undefined) await askWebhooks(deps.cell, admission);
    answer = handleResource(deps.cell, call);
  } catch (error) {
    warn();
    throw error;
  }
  if (answer === undefined) return;
  if (method !== 'GET') await deps.flushed();
  warn();
  send(response, answer.code, answer.body);
}

/** Who asks. Throws 401, and 403 where impersonation is not allowed. */
function authenticate(deps: ServerDeps, request: IncomingMessage): User {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer /i, ''));
  const wanted = Buffer.from(deps.credentials.token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  const name = request.headers['impersonate-user'];
  const groups = request.headers['impersonate-group'];
  if (typeof name !== 'string') {
    if (groups !== undefined)
      throw new StatusError(500, 'InternalError', 'Internal error occurred: requested [{Group    }] without impersonating a user');
    return { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], isAdmin: true };
  }
  const asked = typeof groups === 'string' ? groups.split(',').map((group) => group.trim()) : (groups ?? []);
  const own = groupsOf(name);
  return { name, groups: [...new Set([...asked, ...(own.length > 0 ? own : ['system:authenticated'])])], isAdmin: false };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isProtobuf = request.headers['content-type'] === 'application/vnd.kubernetes.protobuf' && body.length > 0;
  return isProtobuf ? JSON.stringify(decodeProtobuf(body)) : body.toString('utf8');
}

async function servePath(
  deps: ServerDeps,
  user: User,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  const method = request.method ?? 'GET';
  const own = url.pathname.startsWith('/simulator/');
  const wanted = { verb: method.toLowerCase(), path: url.pathname, group: '', resource: '', subresource: '', namespace: '', name: '' };
  if (!isAllowed(deps.cell, user, wanted)) throw new StatusError(403, 'Forbidden', forbiddenMessage(user, wanted), {});
  if (own) {
    const answer = await deps.extra(method, url.pathname, body);
    if (answer === undefined) throw noSuchPath();
    await deps.flushed();
    send(response, 200, answer);
    return;
  }
  if (url.pathname === '/openapi/v2') {
    // Clients that want this document want it as protobuf; an empty message is one without definitions.
    response.writeHead(200, { 'content-type': 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' }).end();
    return;
  }
  const accept = (request.headers.accept ?? '').split(',').map((one) => one.replaceAll(' ', ''));
  const aggregated = accept.some((one) => one === AGGREGATED);
  const document = documentAt(deps.cell, url.pathname, aggregated);
  if (document === undefined) throw unknownGroup();
  send(response, 200, document, document.kind === 'APIGroupDiscoveryList' ? AGGREGATED : 'application/json');
}

/** Discovery, version and OpenAPI documents. */
function documentAt(cell: Cell, pathname: string, aggregated: boolean): JsonObject | undefined {
  const path = pathname.replace(/\/$/, '');
  if (path === '')
    return { paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/simulator/charts', '/version'] };
  if (path === '/version')
    return {
      major: '1',
      minor: '34',
      gitVersion: 'v1.34.0-cellplane-simulated',
      gitCommit: '',
      gitTreeState: '',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: '',
      platform: 'simulated',
    };
  if (path === '/api')
    return aggregated ? aggregatedDiscovery(cell.kinds, true) : { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return aggregated ? aggregatedDiscovery(cell.kinds, false) : groupList(cell.kinds);
  if (path === '/openapi/v3') return openApiIndex(cell.kinds);
  if (path.startsWith('/openapi/v3/')) return openApiDocument(cell.kinds, path.slice('/openapi/v3/'.length));
  const [, root, group = '', version = ''] = path.split('/');
  if (root === 'api') return resourceList(cell.kinds, '', group);
  if (root === 'apis') return version === '' ? groupDocument(cell.kinds, group) : resourceList(cell.kinds, group, version);
  return undefined;
}

function send(response: ServerResponse, code: number, body: JsonObject, type = 'application/json'): void {
  // As bytes: a text would be sent with the headers, in its encoding instead of theirs.
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-cache, private', 'content-length': bytes.length }).end(bytes);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status =
    error instanceof StatusError
      ? error
      : error instanceof SyntaxError
        ? badRequest(error.message)
        : new StatusError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`, {
            causes: [{ message: error instanceof Error ? error.message : String(error) }],
          });
  if (status.reason === 'PlainText') {
    response.writeHead(status.code, { 'content-type': 'text/plain; charset=utf-8' }).end(status.message);
    return;
  }
  const retry =
    isObject(status.details) && typeof status.details.retryAfterSeconds === 'number' ? status.details.retryAfterSeconds : undefined;
  if (retry !== undefined) response.setHeader('retry-after', String(retry));
  send(response, status.code, status.toStatus());
}
