/** A typed client of the operation table on `fetch`. */
import type { Static } from 'typebox';
import type { ErrorBody } from './error-body.js';
import type { Operation, PathParameterName } from './operation.js';
import type { OperationName, Operations } from './table.js';
import { BASE_PATH, CHANGES_PATH, INSTANCE_EVENTS_PATH, LOG_STREAM_PATH, METRICS_STREAM_PATH } from './address.js';
import type { ChangesMessage } from './operations/changes.js';
import type { LogMessage, MetricsMessage } from './operations/instance/nodes.js';
import type { InstanceStreamMessage } from './operations/progress.js';
import { type Route, ROUTES } from './client-routes.js';
import { LostAnswers } from './client/lost-answers.js';
import { readServerSentEvents } from './server-sent-events.js';

export type { Change, ChangesMessage, Noun } from './operations/changes.js';
export type { InstanceProgress } from './operations/progress.js';
export { LOG_LINES } from './address.js';
export { createInstancePath } from './create-instance-path.js';
export { ENVIRONMENT_TYPES } from './environment-types.js';

export interface ClientOptions {
  /** Scheme, host and port; a path below is kept. */
  baseUrl: string;
  /** Bearer token, asked before every request; absent for the public operations. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** @default the global `fetch` */
  fetch?: typeof fetch;
  /** For a whole request, milliseconds. @default 300000 */
  timeoutMs?: number;
  userAgent?: string;
}

/** What a call takes; members that the operation does not have may be left out. */
export type OperationInput<O extends Operation> = (O extends Operation<infer P>
  ? [PathParameterName<P>] extends [never]
    ? { params?: undefined }
    : { params: Record<PathParameterName<P>, string> }
  : never) & { query?: Static<O['query']>; body?: Static<O['body']> };

/** One method for each operation, and the event stream. */
export type Client = {
  [N in OperationName]: (input: OperationInput<Operations[N]>) => Promise<Static<Operations[N]['response']>>;
} & {
  /** Progress of an instance until the signal aborts or the server ends the stream. `after` continues behind an event. */
  followInstance(instanceId: string, options?: { after?: number; signal?: AbortSignal }): AsyncIterable<InstanceStreamMessage>;
  /**
   * What changes of what the caller may see, until the signal aborts or the server ends the stream. `after`: the `id` of the last message that
   * was received. `instances`: their progress, too.
   */
  followChanges(options?: { after?: string; instances?: readonly string[]; signal?: AbortSignal }): AsyncIterable<ChangesMessage>;
  /** A container's log as it is written, until it ends, the signal aborts or the server ends the stream. `after`: the `id` of the last lines received. */
  followLog(of: { id: string; node: string }, options?: FollowLog): AsyncIterable<LogMessage>;
  /** What an instance uses, again and again, until the signal aborts or there is nothing to be had. */
  followMetrics(instanceId: string, options?: { signal?: AbortSignal }): AsyncIterable<MetricsMessage>;
};

export interface FollowLog {
  container?: string;
  /** Lines from before, to begin with. */
  tail?: number;
  after?: string;
  signal?: AbortSignal;
}

/** The server answered with something that is not a success. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
  ) {
    super(body.message);
  }
}

/** The server could not be reached, or its answer was not from this API. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Makes a client. Its methods reject with `ResponseError` or `ConnectionError`. */
export function createClient(options: ClientOptions): Client {
  const lost = new LostAnswers();
  const methods = Object.entries<Route>(ROUTES).map(
    ([name, route]) => [name, (input: GenericInput) => call({ ...options, lost }, route, input)] as const,
  );
  return {
    ...Object.fromEntries(methods),
    followInstance: (id: string, follow = {}) => followInstance(options, id, follow),
    followChanges: (follow = {}) => followChanges(options, follow),
    followMetrics: (id: string, follow = {}) => followMetrics(options, id, follow),
    followLog: (of: { id: string; node: string }, follow = {}) => followLog(options, of, follow),
  } as unknown as Client;
}

interface GenericInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

async function call(
  options: ClientOptions & { lost: LostAnswers },
  [method, path, takesBody, answers]: Route,
  input: GenericInput,
): Promise<unknown> {
  const url = new URL(options.baseUrl.replace(/\/$/, '') + fill(servedAt(path), input.params ?? {}));
  for (const [name, value] of Object.entries(input.query ?? {}))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) url.searchParams.append(name, String(one));
  const init: RequestInit = { method, signal: AbortSignal.timeout(options.timeoutMs ?? 300_000) };
  // fetch refuses a body on GET; the operation that wants one there treats it as optional.
  if (takesBody && method !== 'GET') init.body = JSON.stringify(input.body ?? {});
  const read = async (response: Response) => {
    if (response.headers.get('content-type') === LINES && response.body !== null) return linesOf(response.body);
    const text = await response.text();
    return answers ? parseJson(response.status, text, url) : undefined;
  };
  if (method === 'GET') return read(await send(options, url, init));
  const said = method === 'POST' ? `${url.href}\n${typeof init.body === 'string' ? init.body : ''}` : undefined;
  return options.lost.sending(said, async (key) =>
    read(said === undefined ? await send(options, url, init) : await sendOnce(options, url, init, key)),
  );
}

/** Of an answer that comes line by line. */
const LINES = 'application/x-ndjson';

/** Whole lines, with their ends. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield `${line}\n`;
  }
  if (rest !== '') throw new ConnectionError('The answer ended within a line: not all of it has come.');
}

/** Ours are under `/api/`; all else is below the version segment. */
function servedAt(path: string): string {
  return path.startsWith('/api/') ? path : `${BASE_PATH}${path}`;
}

/** Pauses before a request goes again whose answer was lost on the way. Milliseconds. */
const LOST_PAUSES_MS = [300, 1_000];

/** A POST with a key: where the connection breaks it is sent again, and the server does it once all the same. */
async function sendOnce(options: ClientOptions, url: URL, init: RequestInit, key: string): Promise<Response> {
  const keyed = { ...init, headers: { 'idempotency-key': key } };
  for (let lost = 0; ; lost += 1) {
    try {
      return await send(options, url, keyed);
    } catch (error) {
      const pause = LOST_PAUSES_MS[lost];
      if (pause === undefined || !(isLost(error) || (lost > 0 && isUnderWay(error)))) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** The connection was there and broke: it is not known whether the request arrived. */
function isLost(error: unknown): boolean {
  const cause = error instanceof ConnectionError ? (error.cause as { cause?: { code?: string } } | undefined)?.cause : undefined;
  return ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(cause?.code ?? '');
}

function isUnderWay(error: unknown): boolean {
  return error instanceof ResponseError && error.body.code === 'idempotency-key-in-use';
}

/** How often a request is sent again that the server has no room for at the moment, and the longest wait before that. Seconds. */
const BUSY_TRIES = 3;
const BUSY_WAIT = 10;

/** A request that is refused for a while (429) was not begun: it goes again when the server says, a few times. */
async function send(options: ClientOptions, url: URL, init: RequestInit): Promise<Response> {
  for (let busy = 0; ; busy += 1) {
    const response = await sendNow(options, url, init);
    if (response.ok) return response;
    const text = await response.text();
    const seconds = response.status === 429 ? Number(response.headers.get('retry-after') ?? Number.NaN) : Number.NaN;
    if (busy >= BUSY_TRIES || !(seconds <= BUSY_WAIT)) throw new ResponseError(response.status, errorBody(response.status, text, url));
    await pause(seconds * 1_000, init.signal ?? undefined);
  }
}

/** Ends early when the signal aborts: what is done next tells why. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end);
  });
}

async function sendNow(options: ClientOptions, url: URL, init: RequestInit): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) };
  if (init.body !== undefined) headers['content-type'] = 'application/json';
  if (options.userAgent !== undefined) headers['user-agent'] = options.userAgent;
  const token = typeof options.token === 'function' ? await options.token() : options.token;
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  try {
    return await (options.fetch ?? fetch)(url, { ...init, headers });
  } catch (error) {
    throw new ConnectionError(`No answer from ${url.origin}: ${reasonOf(error)}`, { cause: error });
  }
}

function errorBody(status: number, text: string, url: URL): ErrorBody {
  const parsed = parseJson(status, text, url) as Partial<ErrorBody> | null;
  if (typeof parsed?.name === 'string' && typeof parsed.message === 'string') return parsed as ErrorBody;
  throw new ConnectionError(`${url.origin} answered ${status} without an error body; is it a Cellplane server?`);
}

function parseJson(status: number, text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy before it answers so while it is away.
    const words = status >= 500 ? 'it may be away behind a proxy: try again soon' : 'is it a Cellplane server?';
    throw new ConnectionError(`${url.origin} answered ${status} with something that is not JSON; ${words}`, { cause: error });
  }
}

/** Node's fetch says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : error.message;
}

function fill(path: string, params: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`path parameter "${name}" is missing`);
    return encodeURIComponent(value);
  });
}

async function* followInstance(
  options: ClientOptions,
  id: string,
  follow: { after?: number; signal?: AbortSignal },
): AsyncIterable<InstanceStreamMessage> {
  const url = new URL(options.baseUrl.replace(/\/$/, '') + fill(INSTANCE_EVENTS_PATH, { id }));
  if (follow.after !== undefined) url.searchParams.set('after', String(follow.after));
  const response = await send(options, url, follow.signal === undefined ? {} : { signal: follow.signal });
  if (response.body === null) return;
  for await (const message of readServerSentEvents(response.body)) {
    if (message.event === 'progress' || message.event === 'run-event') yield { event: message.event, data: JSON.parse(message.data) };
  }
}

async function* followChanges(
  options: ClientOptions,
  follow: { after?: string; instances?: readonly string[]; signal?: AbortSignal },
): AsyncIterable<ChangesMessage> {
  const url = new URL(options.baseUrl.replace(/\/$/, '') + CHANGES_PATH);
  if (follow.after !== undefined) url.searchParams.set('after', follow.after);
  for (const id of follow.instances ?? []) url.searchParams.append('instance', id);
  const response = await send(options, url, follow.signal === undefined ? {} : { signal: follow.signal });
  if (response.body === null) return;
  for await (const { event, data, id = '' } of readServerSentEvents(response.body))
    yield { event, data: JSON.parse(data), id } as ChangesMessage;
}

async function* followLog(options: ClientOptions, of: { id: string; node: string }, follow: FollowLog): AsyncIterable<LogMessage> {
  const url = new URL(options.baseUrl.replace(/\/$/, '') + fill(LOG_STREAM_PATH, of));
  for (const name of ['container', 'tail', 'after'] as const) {
    const value = follow[name];
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const response = await send(options, url, follow.signal === undefined ? {} : { signal: follow.signal });
  if (response.body === null) return;
  for await (const { event, data, id = '' } of readServerSentEvents(response.body))
    if (event === 'begin' || event === 'lines' || event === 'end') yield { event, data: JSON.parse(data), id };
}

async function* followMetrics(options: ClientOptions, id: string, follow: { signal?: AbortSignal }): AsyncIterable<MetricsMessage> {
  const url = new URL(options.baseUrl.replace(/\/$/, '') + fill(METRICS_STREAM_PATH, { id }));
  const response = await send(options, url, follow.signal === undefined ? {} : { signal: follow.signal });
  if (response.body === null) return;
  for await (const { event, data } of readServerSentEvents(response.body))
    if (event === 'metrics' || event === 'trouble') yield { event, data: JSON.parse(data) };
}
