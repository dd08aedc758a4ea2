import { Pool } from 'undici';
import { type ClusterAccess, KubeconfigError } from '../credentials/access.js';
import { connectorTo } from './connector.js';
import { Credentials, type Material, sameTls } from '../credentials/credentials.js';
import { ApiError } from '../failure/errors.js';
import { type ExchangeLimits, exchange, type HttpAnswer, type HttpRequest } from './exchange.js';
import { networkFailure } from '../failure/network-failure.js';
import { withinCall } from './within-call.js';
import { type StreamLimits, type StreamOpened, WatchStream } from './watch-stream.js';

export interface TransportOptions {
  /** Connections for calls; a call beyond them waits for one that gets free. Watches have their own. @default 64 */
  connections?: number;
  /** For TCP and TLS together, milliseconds. @default 3000 */
  connectTimeoutMs?: number;
  /** Largest answer, and largest line of a watch, in bytes. @default 67108864 */
  maxBodyBytes?: number;
  /** The whole environment of credential plugins, which also says where their programs are found (PATH). @default none */
  pluginEnvironment?: Record<string, string>;
}

/** Idle connections are kept this long: under the 90 s of an API server, so that it is we who close. */
const KEEP_ALIVE_MS = 30_000;
/** Time that calls in flight have when the client closes. */
const GRACE_MS = 1_000;

interface Pools {
  material: Material;
  calls: Pool;
  /** Watches hold their connection for minutes, so they may not use up those of the calls. */
  watches: Pool;
}

/**
 * The connections to one API server: one pool for calls and one for watches, kept alive; made anew where the TLS credentials
 * changed. Adds who we are to each request, and tries once more with fresh credentials after a 401.
 */
export class Transport {
  readonly #credentials: Credentials;
  readonly #origin: string;
  readonly #prefix: string;
  #pools: Pools | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly access: ClusterAccess,
    private readonly options: TransportOptions = {},
  ) {
    const url = new URL(access.server);
    this.#origin = url.origin;
    this.#prefix = url.pathname === '/' ? '' : url.pathname.replace(/(?<!\/)\/+$/, '');
    this.#credentials = new Credentials(access, Date.now, options.pluginEnvironment);
  }

  /** @throws ApiError, by rejection, where no answer came */
  async send(request: HttpRequest, limits: { signal?: AbortSignal | undefined; timeoutMs: number }): Promise<HttpAnswer> {
    const deadline = performance.now() + limits.timeoutMs;
    let tried: Material | undefined;
    for (;;) {
      const held = this.#credentials.current();
      const material = held instanceof Promise ? await this.#ready(held, deadline, limits.signal, request) : held;
      const left: ExchangeLimits = {
        signal: limits.signal,
        timeoutMs: deadline - performance.now(),
        maxBodyBytes: this.options.maxBodyBytes ?? 67_108_864,
      };
      const answer = await exchange(this.#poolsFor(material).calls, this.#origin, this.#dressed(request, material), left);
      if (answer.status !== 401 || tried !== undefined || !this.#credentials.renew(material)) return answer;
      tried = material;
    }
  }

  /** Opens a watch. Resolves with its events once the API server has accepted, or with its refusal. */
  async open(request: HttpRequest, limits: StreamLimits): Promise<StreamOpened> {
    const deadline = performance.now() + limits.openTimeoutMs;
    let tried: Material | undefined;
    for (;;) {
      const held = this.#credentials.current();
      const material = held instanceof Promise ? await this.#ready(held, deadline, limits.signal, request) : held;
      const stream = new WatchStream(this.#name(request), {
        ...limits,
        maxLineBytes: limits.maxLineBytes ?? this.options.maxBodyBytes ?? 67_108_864,
      });
      const opened = await stream.start(this.#poolsFor(material).watches, this.#origin, this.#dressed(request, material));
      if (opened.kind === 'events' || opened.status !== 401 || tried !== undefined || !this.#credentials.renew(material)) return opened;
      tried = material;
    }
  }

  /** Watches are cut, calls in flight have a second to end, connections are closed. Later calls are refused. */
  close(): Promise<void> {
    this.#closing ??= retire(this.#pools);
    return this.#closing;
  }

  #dressed(request: HttpRequest, material: Material): HttpRequest {
    const headers = material.authorization === undefined ? request.headers : { authorization: material.authorization, ...request.headers };
    return { ...request, path: `${this.#prefix}${request.path}`, headers };
  }

  #poolsFor(material: Material): Pools {
    const pools = this.#pools;
    if (pools !== undefined && (pools.material === material || sameTls(pools.material, material))) return pools;
    if (this.#closing !== undefined) throw networkFailure('Aborted', `the client of ${this.#origin} is closed`, false);
    const connect = connectorTo(this.access, material, this.options.connectTimeoutMs ?? 3_000);
    const common = { connect, pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: 0, bodyTimeout: 0 };
    this.#pools = {
      material,
      calls: new Pool(this.#origin, { ...common, connections: this.options.connections ?? 64 }),
      watches: new Pool(this.#origin, { ...common, connections: null }),
    };
    if (pools !== undefined) void retire(pools);
    return this.#pools;
  }

  /** Waits for credentials no longer than the call may last. */
  async #ready(held: Promise<Material>, deadline: number, signal: AbortSignal | undefined, request: HttpRequest): Promise<Material> {
    const options = { timeoutMs: deadline - performance.now(), ...(signal === undefined ? {} : { signal }) };
    try {
      return await withinCall(held, options, `${this.#name(request)}: getting the credentials`);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw credentialFailure(error, this.#name(request));
    }
  }

  #name(request: HttpRequest): string {
    return `${request.method} ${this.#origin}${this.#prefix}${request.path}`;
  }
}

function credentialFailure(error: unknown, call: string): ApiError {
  const words = error instanceof KubeconfigError ? error.message : `credentials could not be had: ${(error as Error).message}`;
  return networkFailure('CredentialsUnavailable', `${call}: ${words}`, false, error);
}

/** Watches are cut at once; calls in flight get a moment to end, then they are cut too. */
async function retire(pools: Pools | undefined): Promise<void> {
  if (pools === undefined) return;
  const { calls, watches } = pools;
  const cut = setTimeout(() => void calls.destroy(), GRACE_MS);
  await Promise.all([calls.close(), watches.destroy()]);
  clearTimeout(cut);
}
