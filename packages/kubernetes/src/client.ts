import type { ClusterAccess } from './credentials/access.js';
import { Discovery } from './discovery.js';
import { ApiError } from './failure/errors.js';
import type { HttpAnswer, HttpRequest } from './transport/exchange.js';
import { impersonationHeaders } from './credentials/impersonation.js';
import { type KubeconfigOptions, loadKubeconfig } from './credentials/kubeconfig.js';
import type {
  Apply,
  ApiResource,
  CallOptions,
  FollowOptions,
  KubernetesClient,
  KubernetesObject,
  LogSelector,
  ObjectKey,
  ObjectList,
  PatchType,
  WatchEvent,
} from './model.js';
import { followLimits, linesOf, logRequest } from './logs.js';
import { collectionPath, homePath, objectPath, query, rawPath } from './paths.js';
import { errorOfAnswer } from './failure/status.js';
import { type Call, dryRunOf, left } from './call.js';
import { Transport, type TransportOptions } from './transport/transport.js';
import { readWatchLine } from './watch/watch-event.js';
import { jsonRequest, methodOf, PATCH_CONTENT } from './transport/request.js';

export interface ConnectOptions extends TransportOptions {
  /** How messages call this cluster: "cell berlin". @default the URL of the API server */
  label?: string;
  /** Reads JSON texts of the cluster. @default JSON.parse, which rounds numbers beyond 2^53 */
  parse?: (text: string) => unknown;
  /** Whole time of a call that says nothing else, milliseconds. @default 10000 */
  timeoutMs?: number;
  /** How long a discovered kind is believed, and one that was missing, milliseconds. @default 60000 and 1000 */
  discovery?: { hitMs?: number; missMs?: number };
}

/** Servers that cannot leave the rest out send whole objects. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const USER_AGENT = 'cellplane';
const PAGE = 500;
/** The API server sends a bookmark about each minute; a longer silence is a dead connection. */
const WATCH_IDLE_MS = 90_000;

/** A client of the cluster of a kubeconfig file. @throws KubeconfigError */
export function connectKubeconfig(path: string, options: ConnectOptions & KubeconfigOptions = {}): KubernetesClient {
  return connect(loadKubeconfig(path, options), options);
}

/** A client of one cluster. Nothing is sent before the first call. */
export function connect(access: ClusterAccess, options: ConnectOptions = {}): KubernetesClient {
  return new HttpClient(access, options);
}

class HttpClient implements KubernetesClient {
  readonly server: string;
  readonly #transport: Transport;
  readonly #discovery: Discovery;
  readonly #identity: Record<string, string | string[]>;
  readonly #parse: (text: string) => unknown;

  constructor(
    access: ClusterAccess,
    private readonly options: ConnectOptions,
  ) {
    this.server = access.server;
    this.#transport = new Transport(access, options);
    this.#parse = options.parse ?? ((text) => JSON.parse(text) as unknown);
    this.#identity = access.impersonate === undefined ? {} : impersonationHeaders(access.impersonate);
    this.#discovery = new Discovery((path) => this.raw(path), { label: options.label ?? access.server, ...options.discovery });
  }

  async resource(apiVersion: string, kind: string, options: CallOptions = {}): Promise<ApiResource> {
    return this.#resource(apiVersion, kind, this.#begin(options));
  }

  async get(key: ObjectKey, options: CallOptions = {}): Promise<KubernetesObject> {
    const call = this.#begin(options);
    const resource = await this.#resource(key.apiVersion, key.kind, call);
    return this.#object(resource, { method: 'GET', path: objectPath(resource, key), headers: {} }, call);
  }

  async list(of: Parameters<KubernetesClient['list']>[0], options: CallOptions = {}): Promise<ObjectList> {
    const call = this.#begin(options);
    const resource = await this.#resource(of.apiVersion, of.kind, call);
    if (of.limit !== undefined || of.continueToken !== undefined) return this.#page(resource, of, of.continueToken, call);
    let whole = await this.#page(resource, { ...of, limit: PAGE }, undefined, call);
    const items = whole.items;
    while (whole.continueToken !== undefined) {
      try {
        whole = await this.#page(resource, { ...of, limit: PAGE }, whole.continueToken, call);
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === 'Expired')) throw error;
        // The pages took longer than the API server keeps that version: once more, in one piece.
        return this.#page(resource, of, undefined, call);
      }
      for (const item of whole.items) items.push(item);
    }
    return { resourceVersion: whole.resourceVersion, items };
  }

  async create(object: KubernetesObject, options: CallOptions = {}): Promise<KubernetesObject> {
    const call = this.#begin(options);
    const resource = await this.#resource(object.apiVersion, object.kind, call);
    const path = `${homePath(resource, object.metadata.namespace)}${query({ dryRun: dryRunOf(options) })}`;
    return this.#object(resource, jsonRequest('POST', path, JSON.stringify(object)), call);
  }

  async apply(object: KubernetesObject, apply: Apply, options: CallOptions = {}): Promise<KubernetesObject> {
    const call = this.#begin(options);
    const resource = await this.#resource(object.apiVersion, object.kind, call);
    const { fieldManager, force } = apply;
    const path = `${objectPath(resource, object.metadata)}${query({ fieldManager, force, dryRun: dryRunOf(options) })}`;
    // JSON is YAML; the API server reads it with the same parser.
    const request = jsonRequest('PATCH', path, JSON.stringify(object), 'application/apply-patch+yaml');
    const answer = await this.#accepted(resource, request, call);
    if (answer.status === 201) apply.onCreated?.();
    return this.#readObject(answer, request);
  }

  async replace(object: KubernetesObject, options: CallOptions & { subresource?: string } = {}): Promise<KubernetesObject> {
    const call = this.#begin(options);
    const resource = await this.#resource(object.apiVersion, object.kind, call);
    const path = `${objectPath(resource, object.metadata, options.subresource)}${query({ dryRun: dryRunOf(options) })}`;
    return this.#object(resource, jsonRequest('PUT', path, JSON.stringify(object)), call, options.subresource);
  }

  async patch(
    key: ObjectKey,
    type: PatchType,
    body: unknown,
    options: CallOptions & { fieldManager?: string; subresource?: string } = {},
  ): Promise<KubernetesObject> {
    const call = this.#begin(options);
    const resource = await this.#resource(key.apiVersion, key.kind, call);
    const path = `${objectPath(resource, key, options.subresource)}${query({ fieldManager: options.fieldManager, dryRun: dryRunOf(options) })}`;
    return this.#object(resource, jsonRequest('PATCH', path, JSON.stringify(body), PATCH_CONTENT[type]), call, options.subresource);
  }

  async delete(key: ObjectKey, options: Parameters<KubernetesClient['delete']>[1] = {}): Promise<void> {
    const call = this.#begin(options);
    const resource = await this.#resource(key.apiVersion, key.kind, call);
    const { uid, resourceVersion, propagationPolicy } = options;
    const preconditions = uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion };
    const dryRun = options.dryRun === true ? ['All'] : undefined;
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions, propagationPolicy, dryRun });
    await this.#accepted(resource, jsonRequest('DELETE', objectPath(resource, key), body), call);
  }

  async *watch(
    of: Parameters<KubernetesClient['watch']>[0],
    options: NonNullable<Parameters<KubernetesClient['watch']>[1]> = {},
  ): AsyncGenerator<WatchEvent, void, undefined> {
    const call = this.#begin(options);
    const resource = await this.#resource(of.apiVersion, of.kind, call);
    const path = `${collectionPath(resource, of.namespace)}${query({
      watch: 1,
      allowWatchBookmarks: true,
      // Spread, so that not all watches of a cluster end and begin together.
      timeoutSeconds: 240 + Math.floor(Math.random() * 60),
      // 0: what the API server has at hand. Without any, servers that cannot ask their storage for progress refuse to give bookmarks.
      resourceVersion: of.resourceVersion ?? '0',
      labelSelector: of.labelSelector,
      fieldSelector: of.fieldSelector,
    })}`;
    const opened = await this.#transport.open(this.#dressed({ method: 'GET', path, headers: {} }, call), {
      signal: call.signal,
      openTimeoutMs: left(call),
      idleTimeoutMs: options.idleTimeoutMs ?? WATCH_IDLE_MS,
    });
    const name = `watch of ${of.kind} at ${this.server}`;
    if (opened.kind === 'refused') throw this.#refusal(resource, opened, name);
    options.onOpen?.();
    for await (const line of opened.lines) yield readWatchLine(line, name, this.#parse);
  }

  async logs(pod: LogSelector, options: CallOptions = {}): Promise<string> {
    return (await this.#send(logRequest(pod), this.#begin(options))).body;
  }

  async *followLogs(pod: LogSelector, options: FollowOptions = {}): AsyncGenerator<string, void, undefined> {
    const call = this.#begin(options);
    const request = logRequest(pod, 'follow');
    const limits = { signal: call.signal, openTimeoutMs: left(call), ...followLimits(options) };
    yield* linesOf(await this.#transport.open(this.#dressed(request, call), limits), request);
  }

  async raw(path: string, options: CallOptions & { method?: string; body?: unknown } = {}): Promise<unknown> {
    const method = methodOf(options.method ?? 'GET');
    const headers: HttpRequest['headers'] =
      options.body === undefined ? {} : { 'content-type': method === 'PATCH' ? PATCH_CONTENT.merge : 'application/json' };
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const answer = await this.#send({ method, path: rawPath(path), headers, body }, this.#begin(options));
    const isJson = (answer.headers['content-type'] ?? '').includes('json');
    return isJson ? this.#read(answer, `${method} ${path}`) : answer.body;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #begin(options: CallOptions): Call {
    return { ...options, deadline: performance.now() + (options.timeoutMs ?? this.options.timeoutMs ?? 10_000) };
  }

  async #resource(apiVersion: string, kind: string, call: Call): Promise<ApiResource> {
    const known = this.#discovery.known(apiVersion, kind);
    if (known !== undefined) return known;
    return this.#discovery.find(apiVersion, kind, { timeoutMs: left(call), ...(call.signal === undefined ? {} : { signal: call.signal }) });
  }

  async #page(
    resource: ApiResource,
    of: Parameters<KubernetesClient['list']>[0],
    token: string | undefined,
    call: Call,
  ): Promise<ObjectList> {
    const { namespace, labelSelector, fieldSelector, limit } = of;
    const path = `${collectionPath(resource, namespace)}${query({ labelSelector, fieldSelector, limit, continue: token })}`;
    const headers: HttpRequest['headers'] = of.metadataOnly === true ? { accept: METADATA_ONLY } : {};
    const answer = await this.#accepted(resource, { method: 'GET', path, headers }, call);
    const list = this.#read(answer, `list of ${resource.kind}`) as {
      metadata?: { resourceVersion?: string; continue?: string };
      items?: KubernetesObject[] | null;
    };
    const items = list.items ?? [];
    for (const item of items) {
      // Items of built-in kinds come without their type, and those that are metadata alone as what they are then.
      if (of.metadataOnly === true || item.apiVersion === undefined) item.apiVersion = resource.apiVersion;
      if (of.metadataOnly === true || item.kind === undefined) item.kind = resource.kind;
    }
    const next = list.metadata?.continue;
    return {
      resourceVersion: list.metadata?.resourceVersion ?? '',
      items,
      ...(next === undefined || next === '' ? {} : { continueToken: next }),
    };
  }

  async #object(resource: ApiResource, request: HttpRequest, call: Call, subresource?: string): Promise<KubernetesObject> {
    return this.#readObject(await this.#accepted(resource, request, call, subresource), request);
  }

  #readObject(answer: HttpAnswer, request: HttpRequest): KubernetesObject {
    const object = this.#read(answer, `${request.method} ${request.path}`) as KubernetesObject;
    if (typeof object?.metadata !== 'object')
      throw broken(`${request.method} ${request.path}: the answer is not an object of Kubernetes`, answer.status);
    return object;
  }

  /** Sends; an error answer is thrown, and a kind that is gone is forgotten. */
  async #accepted(resource: ApiResource, request: HttpRequest, call: Call, subresource?: string): Promise<HttpAnswer> {
    const answer = await this.#transport.send(this.#dressed(request, call), { signal: call.signal, timeoutMs: left(call) });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.#refusal(resource, answer, `${request.method} ${request.path}`, subresource);
  }

  #refusal(resource: ApiResource, answer: HttpAnswer, name: string, subresource?: string): ApiError {
    const error = errorOfAnswer({ ...answer, retryAfter: answer.headers['retry-after'], date: answer.headers['date'] }, name);
    if (error.reason !== 'KindNotServed') return error;
    if (subresource !== undefined) {
      return new ApiError(
        `kind ${resource.kind} of ${resource.apiVersion} has no ${subresource} subresource`,
        404,
        'NotFound',
        'permanent',
      );
    }
    this.#discovery.forget(resource.apiVersion);
    return this.#discovery.notServed(resource.apiVersion, resource.kind);
  }

  async #send(request: HttpRequest, call: Call): Promise<HttpAnswer> {
    const answer = await this.#transport.send(this.#dressed(request, call), { signal: call.signal, timeoutMs: left(call) });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw errorOfAnswer(
      { ...answer, retryAfter: answer.headers['retry-after'], date: answer.headers['date'] },
      `${request.method} ${request.path}`,
    );
  }

  #read(answer: HttpAnswer, name: string): unknown {
    try {
      return this.#parse(answer.body);
    } catch (error) {
      throw broken(`${name}: the answer is not JSON`, answer.status, error);
    }
  }

  #dressed(request: HttpRequest, call: Call): HttpRequest {
    const identity = call.impersonate === undefined ? this.#identity : impersonationHeaders({ user: call.impersonate });
    return { ...request, headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...identity, ...request.headers } };
  }
}

function broken(message: string, status: number, cause?: unknown): ApiError {
  return new ApiError(message, status, 'InvalidAnswer', 'unknown', [], undefined, cause === undefined ? undefined : { cause });
}
