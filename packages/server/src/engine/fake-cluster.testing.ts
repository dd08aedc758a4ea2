/**
 * A cluster in memory that answers as `KubernetesClient`, with faults on demand. It knows what the engine relies on:
 * uids, resourceVersions, generation, managers' conflicts, finalizers, preconditions, label and field selectors, watches.
 * Kinds are served as `serve()` says. What a real API server does beyond that is the simulator's and the real cell's part.
 */
import {
  ApiError,
  type ApiResource,
  type CallOptions,
  type KubernetesClient,
  type KubernetesObject,
  type ObjectKey,
  type WatchEvent,
} from '@cellplane/kubernetes';

type Call = 'get' | 'list' | 'create' | 'apply' | 'replace' | 'patch' | 'delete' | 'watch' | 'resource';

/** Called before (`done` false) and after (`done` true) each call takes effect; may throw what the caller shall get. */
export type Fault = (call: Call, key: ObjectKey, done: boolean) => void | Promise<void>;

interface Stored {
  object: KubernetesObject;
  managers: Map<string, Set<string>>;
}

export class FakeCluster {
  readonly objects = new Map<string, Stored>();
  /** Times that each object was made, by `Kind/name`. */
  readonly creations = new Map<string, number>();
  readonly calls: { call: Call; key: ObjectKey; impersonate?: string }[] = [];
  fault: Fault = () => {};
  /** Rewrites an object on its way in, as a webhook or a pruning schema does. */
  mutate: (object: KubernetesObject) => KubernetesObject = (object) => object;
  /** Looks at every change: an operator. Called in a later turn. */
  operator: (object: KubernetesObject, cluster: FakeCluster) => void = () => {};
  private readonly served = new Map<string, ApiResource>();
  private readonly log: { version: number; event: WatchEvent; key: string }[] = [];
  private readonly watchers = new Set<() => void>();
  private version = 100;
  private uids = 0;
  /** Watches end with this error while it is set. */
  away: ApiError | undefined;

  constructor() {
    this.serve('v1', 'Secret', 'secrets');
    this.serve('v1', 'ConfigMap', 'configmaps');
    this.serve('v1', 'Pod', 'pods');
    this.serve('v1', 'Event', 'events');
    this.serve('batch/v1', 'Job', 'jobs');
  }

  serve(apiVersion: string, kind: string, plural: string, namespaced = true): void {
    this.served.set(`${apiVersion}/${kind}`, {
      apiVersion,
      kind,
      plural,
      namespaced,
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    });
  }

  unserve(apiVersion: string, kind: string): void {
    this.served.delete(`${apiVersion}/${kind}`);
  }

  /** The first object of this name, in whatever namespace unless one is given. */
  find(kind: string, name: string, namespace?: string): KubernetesObject | undefined {
    return this.search(kind, name, namespace)?.object;
  }

  /** Sets the status, as an operator does: no new generation. */
  setStatus(kind: string, name: string, status: object, namespace?: string): void {
    const stored = this.search(kind, name, namespace);
    if (stored === undefined) throw new Error(`no ${kind}/${name}`);
    if (JSON.stringify(stored.object.status) === JSON.stringify(status)) return;
    this.store({ ...stored.object, status }, 'MODIFIED', stored.managers);
  }

  /** Changes an object as somebody else would. */
  change(kind: string, name: string, by: (object: KubernetesObject) => KubernetesObject): void {
    const stored = [...this.objects.values()].find(({ object }) => object.kind === kind && object.metadata.name === name);
    if (stored === undefined) throw new Error(`no ${kind}/${name}`);
    const object = by(structuredClone(stored.object));
    if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0) this.drop(stored);
    else this.store(object, 'MODIFIED', stored.managers);
  }

  /** Puts an object there that Cellplane did not make. */
  put(object: KubernetesObject): void {
    this.make(object, 'somebody');
  }

  /** Removes an object at once, as a finished finalizer does. */
  vanish(kind: string, name: string): void {
    const stored = [...this.objects.values()].find(({ object }) => object.kind === kind && object.metadata.name === name);
    if (stored !== undefined) this.drop(stored);
  }

  /** Ends open watches. */
  disconnect(error: ApiError | undefined): void {
    this.away = error;
    for (const wake of this.watchers) wake();
  }

  /** Always the same one, as a cell gives it while its access does not change. */
  client(): KubernetesClient {
    return (this.only ??= this.open());
  }

  private only: KubernetesClient | undefined;

  private open(): KubernetesClient {
    const guarded = async <T>(call: Call, key: ObjectKey, options: CallOptions | undefined, effect: () => T): Promise<T> => {
      this.calls.push({ call, key, ...(options?.impersonate === undefined ? {} : { impersonate: options.impersonate }) });
      // A real call takes at least one turn of the event loop.
      await new Promise((done) => setImmediate(done));
      if (options?.signal?.aborted) throw new ApiError('aborted', 0, 'Aborted', 'unknown');
      if (this.away !== undefined) throw this.away;
      if (options?.dryRun === true) throw new Error('this cluster makes no dry runs: use the simulated one');
      await this.fault(call, key, false);
      if (options?.signal?.aborted) throw new ApiError('aborted', 0, 'Aborted', 'unknown');
      const answer = structuredClone(effect());
      await this.fault(call, key, true);
      return answer;
    };
    return {
      server: 'https://fake.test',
      resource: (apiVersion, kind, options) =>
        guarded('resource', { apiVersion, kind, name: '' }, options, () => {
          const resource = this.served.get(`${apiVersion}/${kind}`);
          if (resource === undefined) throw new ApiError(`no ${kind} in ${apiVersion}`, 404, 'KindNotServed', 'transient');
          return resource;
        }),
      get: (key, options) => guarded('get', key, options, () => this.must(key).object),
      list: (of, options) =>
        guarded('list', { ...of, name: '' }, options, () => ({
          resourceVersion: String(this.version),
          items: [...this.objects.values()].map(({ object }) => object).filter((object) => selects(of, object)),
        })),
      create: (object, options) =>
        guarded('create', keyOf(object), options, () => {
          if (this.objects.has(idOf(object)))
            throw new ApiError(`${object.kind} "${object.metadata.name}" already exists`, 409, 'AlreadyExists', 'transient');
          return this.make(object, 'create');
        }),
      apply: (object, { fieldManager, force, onCreated }, options) =>
        guarded('apply', keyOf(object), options, () => {
          const isNew = !this.objects.has(idOf(object));
          const applied = this.apply(object, fieldManager, force);
          if (isNew) onCreated?.();
          return applied;
        }),
      replace: (object, options) =>
        guarded('replace', keyOf(object), options, () => {
          const stored = this.must(keyOf(object));
          checkVersion(object.metadata.resourceVersion, stored.object);
          return this.update(stored, {
            ...object,
            metadata: { ...object.metadata, ...identity(stored.object) },
            status: stored.object.status,
          });
        }),
      patch: (key, type, body, options) =>
        guarded('patch', key, options, () => {
          if (type === 'strategic' && key.apiVersion.includes('.') && !key.apiVersion.includes('.k8s.io/'))
            throw new ApiError('the body of the request was in an unknown format', 415, 'UnsupportedMediaType', 'permanent');
          const stored = this.must(key);
          const patch = structuredClone(body) as KubernetesObject;
          checkVersion(patch.metadata?.resourceVersion, stored.object);
          delete patch.metadata?.resourceVersion;
          return this.update(stored, merge(structuredClone(stored.object), patch) as KubernetesObject);
        }),
      delete: (key, options) =>
        guarded('delete', key, options, () => {
          const stored = this.must(key);
          if (options?.uid !== undefined && options.uid !== stored.object.metadata.uid)
            throw new ApiError('Precondition failed: UID in precondition differs', 409, 'Conflict', 'transient');
          if ((stored.object.metadata.finalizers ?? []).length === 0) this.drop(stored);
          else if (stored.object.metadata.deletionTimestamp === undefined)
            this.store(
              { ...stored.object, metadata: { ...stored.object.metadata, deletionTimestamp: new Date().toISOString() } },
              'MODIFIED',
              stored.managers,
            );
        }),
      watch: (of, options) => this.watch(of, options?.signal, options?.onOpen),
      logs: () => Promise.resolve(''),
      followLogs: async function* () {},
      raw: () => Promise.resolve({}),
      close: () => Promise.resolve(),
    };
  }

  private async *watch(
    of: { apiVersion: string; kind: string; namespace?: string; labelSelector?: string; fieldSelector?: string; resourceVersion?: string },
    signal?: AbortSignal,
    onOpen?: () => void,
  ): AsyncGenerator<WatchEvent> {
    let seen = Number(of.resourceVersion ?? '0');
    if (this.away === undefined) onOpen?.();
    for (;;) {
      if (signal?.aborted) return;
      if (this.away !== undefined) throw this.away;
      const next = this.log.filter(({ version, event }) => version > seen && event.type !== 'BOOKMARK' && selects(of, event.object));
      for (const { version, event } of next) {
        seen = version;
        yield structuredClone(event);
      }
      if (next.length > 0) continue;
      // No turn of the event loop lies between the look at the log and this wait, so nothing is missed.
      await new Promise<void>((done) => {
        const wake = () => {
          this.watchers.delete(wake);
          signal?.removeEventListener('abort', wake);
          done();
        };
        this.watchers.add(wake);
        signal?.addEventListener('abort', wake);
      });
    }
  }

  private search(kind: string, name: string, namespace?: string): Stored | undefined {
    return [...this.objects.values()].find(
      ({ object }) =>
        object.kind === kind && object.metadata.name === name && (namespace === undefined || object.metadata.namespace === namespace),
    );
  }

  private apply(object: KubernetesObject, manager: string, force: boolean): KubernetesObject {
    const stored = this.objects.get(idOf(object));
    if (stored === undefined) {
      if (object.metadata.resourceVersion !== undefined) throw new ApiError('the object was deleted', 409, 'Conflict', 'transient');
      return this.make(object, manager);
    }
    checkVersion(object.metadata.resourceVersion, stored.object);
    const sent = structuredClone(object);
    delete sent.metadata.resourceVersion;
    const fields = leaves(sent, '');
    const conflicts = [...stored.managers].flatMap(([other, owned]) =>
      other === manager
        ? []
        : fields
            .filter(({ path, value }) => owned.has(path) && JSON.stringify(at(stored.object, path)) !== JSON.stringify(value))
            .map(({ path }) => ({ other, path })),
    );
    if (conflicts.length > 0 && !force) {
      throw new ApiError(
        'Apply failed with conflicts',
        409,
        'Conflict',
        'transient',
        conflicts.map(({ other, path }) => ({ reason: 'FieldManagerConflict', message: `conflict with "${other}"`, field: path })),
      );
    }
    for (const { other, path } of conflicts) stored.managers.get(other)?.delete(path);
    stored.managers.set(manager, new Set(fields.map(({ path }) => path)));
    return this.update(stored, merge(structuredClone(stored.object), sent) as KubernetesObject);
  }

  private make(object: KubernetesObject, manager: string): KubernetesObject {
    const named = `${object.kind}/${object.metadata.name}`;
    this.creations.set(named, (this.creations.get(named) ?? 0) + 1);
    const { resourceVersion: _version, ...metadata } = object.metadata;
    const made = this.mutate({
      ...structuredClone(object),
      metadata: { ...metadata, uid: `uid-${++this.uids}`, generation: 1, creationTimestamp: new Date().toISOString() },
    });
    return this.store(made, 'ADDED', new Map([[manager, new Set(leaves(object, '').map(({ path }) => path))]]));
  }

  private update(stored: Stored, changed: KubernetesObject): KubernetesObject {
    const next = this.mutate(encodeSecret(changed));
    const same = (one: KubernetesObject) => JSON.stringify({ ...one, metadata: { ...one.metadata, resourceVersion: '', generation: 0 } });
    if (same(next) === same(stored.object)) return stored.object;
    const spec = (one: KubernetesObject) => JSON.stringify({ ...one, metadata: undefined, status: undefined });
    if (spec(next) !== spec(stored.object)) next.metadata.generation = (stored.object.metadata.generation ?? 0) + 1;
    return this.store(next, 'MODIFIED', stored.managers);
  }

  private store(object: KubernetesObject, type: 'ADDED' | 'MODIFIED', managers: Map<string, Set<string>>): KubernetesObject {
    const next = { ...encodeSecret(object), metadata: { ...object.metadata, resourceVersion: String(++this.version) } };
    this.objects.set(idOf(next), { object: next, managers });
    this.emit(type, next);
    setImmediate(() => this.operator(next, this));
    return next;
  }

  private drop(stored: Stored): void {
    const gone = { ...stored.object, metadata: { ...stored.object.metadata, resourceVersion: String(++this.version) } };
    this.objects.delete(idOf(gone));
    this.emit('DELETED', gone);
  }

  private emit(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject): void {
    this.log.push({ version: this.version, event: { type, object: structuredClone(object) }, key: idOf(object) });
    for (const wake of this.watchers) wake();
  }

  private must(key: ObjectKey): Stored {
    const stored = this.objects.get(idOfKey(key));
    if (stored === undefined) throw new ApiError(`${key.kind} "${key.name}" not found`, 404, 'NotFound', 'permanent');
    return stored;
  }
}

/** stringData is write-only: it becomes data. */
function encodeSecret(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret' || object.stringData === undefined) return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: object.metadata,
    data: { ...(object.data as object | undefined), ...Object.fromEntries(encoded) },
  };
}

function checkVersion(sent: string | undefined, stored: KubernetesObject): void {
  if (sent !== undefined && sent !== stored.metadata.resourceVersion)
    throw new ApiError('the object has been modified', 409, 'Conflict', 'transient');
}

function identity(object: KubernetesObject) {
  const { uid, generation, creationTimestamp } = object.metadata;
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(generation === undefined ? {} : { generation }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
  };
}

function idOf(object: KubernetesObject): string {
  return idOfKey(keyOf(object));
}

function keyOf(object: KubernetesObject): ObjectKey {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function idOfKey(key: ObjectKey): string {
  return [key.apiVersion, key.kind, key.namespace ?? '', key.name].join('|');
}

function selects(
  of: { apiVersion: string; kind: string; namespace?: string; labelSelector?: string; fieldSelector?: string },
  object: KubernetesObject,
): boolean {
  if (object.apiVersion !== of.apiVersion || object.kind !== of.kind) return false;
  if (of.namespace !== undefined && object.metadata.namespace !== of.namespace) return false;
  const pairs = (text: string | undefined) =>
    (text ?? '')
      .split(',')
      .filter((one) => one !== '')
      .map((one) => one.split('='));
  if (!pairs(of.labelSelector).every(([key, value]) => object.metadata.labels?.[key ?? ''] === value)) return false;
  return pairs(of.fieldSelector).every(
    ([key, value]) => (key === 'metadata.name' ? object.metadata.name : object.metadata.namespace) === value,
  );
}

function leaves(value: object, path: string): { path: string; value: unknown }[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}.${key}`;
    if (path === '' && (key === 'apiVersion' || key === 'kind' || key === 'status')) return [];
    if (path === '.metadata' && key !== 'labels' && key !== 'annotations') return [];
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? leaves(inner, here) : [{ path: here, value: inner }];
  });
}

function at(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split('.').slice(1)) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

function merge(into: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const target = (typeof into === 'object' && into !== null && !Array.isArray(into) ? into : {}) as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else target[key] = merge(target[key], value);
  }
  return target;
}
