/** Kubernetes objects as they come over the wire: any kind, known by its apiVersion and kind. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // Kinds differ in everything else; readers narrow what they use.
  [key: string]: unknown;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown[];
  [key: string]: unknown;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** One served resource, from discovery. */
export interface ApiResource {
  apiVersion: string;
  kind: string;
  /** Plural name in the URL. */
  plural: string;
  namespaced: boolean;
  verbs: string[];
}

export interface ObjectKey {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** Options of every call. Times in milliseconds. */
export interface CallOptions {
  /** Aborts the call; the promise rejects with an `ApiError` of outcome `unknown` if it was sent. */
  signal?: AbortSignal;
  /** Whole call, connection included. @default 10000 */
  timeoutMs?: number;
  /** User to impersonate, for least privilege: `system:serviceaccount:<namespace>:<name>`. */
  impersonate?: string;
  /** Writes only: the API server decides and answers as it would, and stores nothing. Reads are not changed by it. */
  dryRun?: true;
}

export type PatchType = 'merge' | 'strategic' | 'json';

/** How an object is applied. */
export interface Apply {
  fieldManager: string;
  /** Takes fields from other managers. */
  force: boolean;
  /** Called before the promise resolves, if the API server answers that this request made the object (201). */
  onCreated?: () => void;
}

/**
 * A cluster, seen by one set of credentials. Every method rejects with `ApiError`. A kind that is not served rejects with
 * `reason: 'KindNotServed'` after one fresh discovery (a CRD may have just appeared).
 */
export interface KubernetesClient {
  /** Base URL of the API server, for messages. */
  readonly server: string;
  resource(apiVersion: string, kind: string, options?: CallOptions): Promise<ApiResource>;
  get(key: ObjectKey, options?: CallOptions): Promise<KubernetesObject>;
  /** Everything that matches (fetched in pages), or one page where `limit` or `continueToken` is given. `metadataOnly`: nothing else of each object is sent. */
  list(of: WatchSelector & { limit?: number; continueToken?: string; metadataOnly?: boolean }, options?: CallOptions): Promise<ObjectList>;
  create(object: KubernetesObject, options?: CallOptions): Promise<KubernetesObject>;
  /** Server-side apply. */
  apply(object: KubernetesObject, apply: Apply, options?: CallOptions): Promise<KubernetesObject>;
  replace(object: KubernetesObject, options?: CallOptions & { subresource?: string }): Promise<KubernetesObject>;
  patch(
    key: ObjectKey,
    type: PatchType,
    body: unknown,
    options?: CallOptions & { fieldManager?: string; subresource?: string },
  ): Promise<KubernetesObject>;
  /** Answers when the API server has accepted; the object may live on with finalizers. 404 rejects. */
  delete(
    key: ObjectKey,
    options?: CallOptions & { uid?: string; resourceVersion?: string; propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' },
  ): Promise<void>;
  /**
   * One watch request, from `resourceVersion`; without it, it begins with an ADDED for each object that the API server has at hand.
   * Ends when the server closes it. Rejects with reason `Expired` on 410.
   */
  watch(of: WatchSelector & { resourceVersion?: string }, options?: WatchOptions): AsyncIterable<WatchEvent>;
  /** Last lines of a container's log: those that fit into a mebibyte, the oldest of them first. */
  logs(pod: LogSelector, options?: CallOptions): Promise<string>;
  /**
   * Lines of a container's log: the last ones, and then each as it is written. Ends when the container does. `timeoutMs` is the time until
   * the API server has accepted; a line beyond `maxLineBytes` rejects with reason `AnswerTooLarge`.
   */
  followLogs(pod: LogSelector, options?: FollowOptions): AsyncIterable<string>;
  /** GET of any path, as JSON: `/version`, `/readyz`. */
  raw(path: string, options?: CallOptions & { method?: string; body?: unknown }): Promise<unknown>;
  /** Cuts watches, gives calls in flight a second to end, and closes all connections. */
  close(): Promise<void>;
}

export interface ObjectList {
  resourceVersion: string;
  items: KubernetesObject[];
  continueToken?: string;
}

export interface WatchSelector {
  apiVersion: string;
  kind: string;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** A container's log, and how much of it. */
export interface LogSelector {
  namespace: string;
  name: string;
  /** @default the only one */
  container?: string;
  tailLines?: number;
  /** Of the container before its last restart. */
  previous?: boolean;
  /** Each line begins with its RFC 3339 time and a space. */
  timestamps?: boolean;
  /** Not what is older; RFC 3339, of which the API server reads whole seconds. */
  sinceTime?: string;
}

export interface FollowOptions extends CallOptions {
  maxLineBytes?: number;
  /** Longest silence, milliseconds. @default 3600000 */
  idleTimeoutMs?: number;
}

export interface WatchOptions extends CallOptions {
  /** Called once the API server has accepted the watch; `timeoutMs` is the time until then. */
  onOpen?: () => void;
  /** Longest silence, milliseconds; then it rejects with reason `Timeout`. The API server sends a bookmark each minute. @default 90000 */
  idleTimeoutMs?: number;
}

export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject }
  | { type: 'BOOKMARK'; resourceVersion: string };

/** What a failed call means for a retry (docs/architecture.md#writes-to-a-cell). */
export type Outcome = 'permanent' | 'transient' | 'unknown';
