/** The HTTP application: binds the operation table to handlers. Everything here is derived from the table's rows. */
import { answersWithBody, type Handlers, openApiDocument, type Operation, operations, takesBody, unservedOperations } from '@cellplane/api';
import type { IncomingMessage } from 'node:http';
import { Hono } from 'hono';
import { cut } from '@cellplane/plan';
import type { Recorder } from '../audit/record.js';
import { authorize } from '../identity/authorize.js';
import { answerJson } from './compressed.js';
import { clientAddress, type Networks } from './client-address.js';
import { correlationIdOf, userAgentOf } from './correlation.js';
import { type Effect, type KeyedRequest, readIdempotencyKey } from '../database/idempotency-key.js';
import { gotNoConnection, isAway } from '../database/away.js';
import type { StorageWatch } from '../database/storage-watch.js';
import { DomainError } from '../errors.js';
import type { Logger } from '../log.js';
import { answer, answerError, sendError } from './error-response.js';
import type { EventStreamDeps } from './event-stream.js';
import { bearerToken, bindProbes, type ProbeDeps, type Readiness } from './probes.js';
import { ClientGoneError, readJsonBody } from './request-body.js';
import { bySpecificity, normalPath, routerPath, withoutVerb } from './route.js';
import { bindBrowserSession, type BrowserSessionDeps } from './browser-session.js';
import { statusPage } from './status-page.js';
import { bindStreams, type SignedIn, type StreamPathDeps } from './streams.js';
import { requireStorable } from './storable-text.js';
import { requestReader } from './validation.js';
import { isLines, streamOf } from './lines.js';
import { bindWebSite, type SiteLook } from './web-site.js';
import type { App, AppContext, Variables } from './context.js';

export interface AppDeps extends ProbeDeps {
  handlers: Handlers;
  identity: {
    authenticate(jwt: string): Promise<SignedIn | undefined>;
    openSessions?: EventStreamDeps['openSessions'];
    exchangeOfBrowser?: BrowserSessionDeps['exchange'];
  };
  log: Logger;
  events: StreamPathDeps['events'];
  changes: StreamPathDeps['changes'];
  /** @default there are no such paths */
  nodeStreams?: StreamPathDeps['nodeStreams'];
  /** Does a request that carries an Idempotency-Key once. @default the header is not read */
  once?: <T>(request: KeyedRequest, handler: () => Promise<T>, answerOf: (effect: Effect) => T | undefined) => Promise<T>;
  /** Records calls that change something. @default nobody does */
  audit?: Recorder;
  /** What errors tell of the database's storage. @default nothing */
  storage?: Pick<StorageWatch, 'explain'>;
  /** Whose X-Forwarded-For counts. @default nobody's */
  trustedProxies?: Networks;
  /** Aborts when the server begins to stop: open event streams end. @default never */
  closing?: AbortSignal;
  /** How the web application looks at a host. @default as it was built */
  look?: SiteLook;
  /** Folder of the built web application. @default the status page stands in its place */
  site?: string;
  /** Shown on the status page. */
  about: { version: string; simulated: boolean };
}

export type { Readiness };

/** Who has sent a request, and with which session. */
const SECURITY_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** Characters of a URL. */
const LONGEST_URL = 8 * 1024;
/** How proxies count requests whose client did not wait for the answer. */
const CLIENT_GONE = 499;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Makes the application. It holds no state of its own but the open event streams, and can be called in process: `app.request('/healthz')`. */
export function createApp(deps: AppDeps): App {
  const app: App = new Hono<{ Variables: Variables }>({ getPath: (request) => normalPath(request) });
  app.use(async (context, next) => {
    const started = performance.now();
    context.set('operation', 'none');
    context.set('correlationId', correlationIdOf(context.req.header('x-request-id')));
    await next();
    await context.get('call')?.end({ status: context.res.status, code: '', answer: undefined, ...context.get('outcome') });
    context.res.headers.set('x-request-id', context.get('correlationId'));
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store');
    logAccess(deps, context, performance.now() - started);
  });
  app.use(async (context, next) => {
    if (context.req.url.length <= LONGEST_URL) return next();
    return sendError(context, answer('too_long', 'path-too-long', `Path and query together have more than ${LONGEST_URL / 1024} KiB.`));
  });
  app.onError(async (error, context) => {
    if (!isGone(error, context)) {
      const trouble = error instanceof DomainError ? undefined : await deps.storage?.explain(error);
      return sendError(context, answerError(error, deps.log, describeRequest(error, context), trouble));
    }
    context.set('outcome', { code: 'client-gone', answer: undefined });
    // Nobody reads this; it is for the counts.
    return new Response(null, { status: CLIENT_GONE });
  });
  const site = deps.site === undefined ? undefined : bindWebSite(app, deps.site, deps.look);
  app.notFound((context) => site?.page(context) ?? answerUnknown(app, context));
  bindOwnPaths(app, deps);
  app.get('/', (context) => site?.page(context) ?? context.html(statusPage(deps.about)));
  bindBrowserSession(app, {
    handlers: deps.handlers,
    addressOf: (context) => addressOf(context, deps.trustedProxies),
    exchange: deps.identity.exchangeOfBrowser,
    server: deps.operator?.orgId,
  });
  for (const route of allRoutes()) {
    if (route.name === undefined) bindUnserved(app, route.row);
    else bindOperation(app, deps, route.name, route.row);
  }
  return app;
}

/** Longer literal paths first: `/service/serviceplanspec` before `/service/{id}`. */
function allRoutes() {
  const served = Object.entries<Operation>(operations).map(([name, row]) => ({ name: name as keyof Handlers, row }));
  const unserved = unservedOperations.map((row) => ({ name: undefined, row }));
  return [...served, ...unserved].sort((a, b) => bySpecificity(a.row.path, b.row.path));
}

function bindOperation(app: App, deps: AppDeps, name: keyof Handlers, row: Operation): void {
  const reader = requestReader(row);
  const closing = deps.closing ?? new AbortController().signal;
  const handler = deps.handlers[name] as (request: unknown) => Promise<unknown>;
  app.on(row.method, routerPath(row.path), async (context) => {
    context.set('operation', name);
    const person = row.access.audience === 'public' ? undefined : await authenticate(deps, context);
    const address = () => addressOf(context, deps.trustedProxies);
    const call = deps.audit?.({
      operation: name,
      row,
      person,
      address,
      userAgent: userAgentOf(context.req.header('user-agent')),
      correlationId: context.get('correlationId'),
      signal: context.req.raw.signal,
    });
    if (call !== undefined) context.set('call', call);
    // Before anything long is read.
    const key = row.method === 'POST' ? readIdempotencyKey(context.req.header('idempotency-key')) : undefined;
    const params = reader.params(withoutVerb(row.path, context.req.param() as Record<string, string>));
    requireStorable(params, 'path parameter');
    const caller = person === undefined ? undefined : authorize(row.access, person, params);
    const query = reader.query(new URL(context.req.url).searchParams);
    requireStorable(query, 'query parameter');
    const body = takesBody(row) ? reader.body(await readJsonBody(context, row.bodyLimit)) : undefined;
    requireStorable(body, 'field');
    call?.names({ params, query, body });
    const run = async () => {
      await call?.begin();
      context.set('begun', row.access.audience === 'public' ? 'whole' : 'in-parts');
      return handler({
        params,
        query,
        body,
        caller,
        get address() {
          return address();
        },
        get userAgent() {
          return context.req.header('user-agent');
        },
        // Only made for the few handlers that wait.
        get signal() {
          return AbortSignal.any([context.req.raw.signal, closing]);
        },
      });
    };
    const result =
      key === undefined || caller === undefined || deps.once === undefined || row.answersSecret
        ? await run()
        : await deps.once(
            { orgId: caller.orgId, userId: caller.userId, operation: name, key, content: { params, query, body } },
            run,
            (effect) => answerFrom(row, effect),
          );
    context.set('outcome', { code: '', answer: result });
    if (row.successStatus === 204) return context.body(null, 204);
    if (isLines(result)) return context.body(streamOf(result), 200, { 'content-type': 'application/x-ndjson' });
    return answerJson(context, answersWithBody(row) ? result : {}, row.successStatus, {
      isRead: row.method === 'GET' && !row.answersSecret,
    });
  });
}

/** The answer of an operation made of what it has made: its members by name, or the bare id. Undefined if one that it must have is not there. */
function answerFrom(row: Operation, effect: Effect): unknown {
  if (!answersWithBody(row)) return {};
  const { type, properties = {}, required = [] } = row.response as { type?: string; properties?: object; required?: string[] };
  if (type === 'string') return effect['id'];
  if (!required.every((name) => effect[name] !== undefined)) return undefined;
  return Object.fromEntries(Object.entries(effect).filter(([name]) => name in properties));
}

function bindUnserved(app: App, row: { method: string; path: string; operationId: string }): void {
  app.on(row.method, routerPath(row.path), (context) => {
    context.set('operation', 'unserved');
    return sendError(context, answer('not_implemented', 'not-implemented', `${row.operationId} is not implemented by this server.`));
  });
}

function bindOwnPaths(app: App, deps: AppDeps): void {
  const document = JSON.stringify(openApiDocument(deps.about.version));
  const closing = deps.closing ?? new AbortController().signal;
  const { openSessions } = deps.identity;
  bindProbes(app, deps);
  app.get('/openapi.json', (context) => context.body(document, 200, { 'content-type': 'application/json' }));
  bindStreams(app, { ...deps, closing, openSessions, authenticate: (context) => authenticate(deps, context) });
}

/** 404 for a path that nothing is bound to. Of one that is known, OPTIONS answers the methods, and any that it does not have is refused with them. */
function answerUnknown(app: App, context: AppContext): Response {
  const { method, path } = context.req;
  const [everywhere] = app.router.match('OPTIONS', path);
  const isBound = (one: string) => app.router.match(one === 'HEAD' ? 'GET' : one, path)[0].length > everywhere.length;
  const allowed = METHODS.filter(isBound);
  if (allowed.length === 0) return sendError(context, answer('not_found', 'no-such-path', `There is no operation ${method} ${cut(path)}.`));
  const allow = [...allowed, 'OPTIONS'].join(', ');
  context.header('allow', allow);
  if (method === 'OPTIONS') return context.body(null, 204);
  return sendError(context, answer('method_not_allowed', 'method-not-allowed', `${method} is not allowed on this path; it has ${allow}.`));
}

/** The client has gone away. That says nothing of the database, whose connections break with the same words. */
function isGone(error: unknown, context: AppContext): boolean {
  return error instanceof ClientGoneError || (context.req.raw.signal.aborted && !(error instanceof DomainError) && isAway(error));
}

function addressOf(context: AppContext, trusted: Networks = []): string {
  const { incoming } = (context.env ?? {}) as { incoming?: IncomingMessage };
  return clientAddress(trusted, incoming?.socket.remoteAddress, context.req.header('x-forwarded-for'));
}

async function authenticate(deps: AppDeps, context: AppContext): Promise<SignedIn> {
  const token = bearerToken(context);
  const caller = token === undefined ? undefined : await deps.identity.authenticate(token);
  if (caller === undefined) {
    const what = token === undefined ? 'This operation needs a session' : 'The session is expired or was ended';
    throw new DomainError(
      'auth_failure',
      token === undefined ? 'no-token' : 'invalid-token',
      `${what}: sign in, and send the token as "Authorization: Bearer …".`,
    );
  }
  context.set('caller', caller);
  return caller;
}

function describeRequest(error: unknown, context: AppContext) {
  const begun = context.get('begun');
  const untouched = begun === undefined || (begun === 'whole' && gotNoConnection(error));
  return { method: context.req.method, path: cut(context.req.path), repeatable: context.req.method !== 'POST' || untouched };
}

/** No query, no headers, no body: they may hold secrets. Probes and scrapes are only counted. */
function logAccess(deps: AppDeps, context: AppContext, milliseconds: number): void {
  const { method } = context.req;
  const path = cut(context.req.path);
  deps.metrics.observeRequest(context.get('operation'), context.res.status, milliseconds / 1000);
  const fields = { method, path, status: context.res.status, ms: Math.round(milliseconds), user: context.get('caller')?.userId };
  if (path === '/healthz' || path === '/readyz' || path === '/metrics') deps.log.debug(fields, 'request');
  else deps.log.info(fields, 'request');
}
