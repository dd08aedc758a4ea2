import { Backoff, pause } from './backoff.js';
import { ApiError } from '../failure/errors.js';
import type { KubernetesClient, KubernetesObject, WatchSelector } from '../model.js';
import { networkFailure } from '../failure/network-failure.js';
import { applyList, applyWatchEvent, type Change, cacheKey, commit, type Keep, trimmed } from './watch-cache.js';

export type InformerState = 'syncing' | 'live' | 'disconnected';

export type ReportedChange = Exclude<Change, { type: 'FORGOTTEN' }>;

export interface InformerHandlers {
  /**
   * Called for one change after the other, in order; a promise is awaited before the next. Where it fails, the change is not
   * committed: the informer reports `disconnected`, lists again after a pause, and the change comes again.
   */
  onChange(change: ReportedChange): void | Promise<void>;
  /** `reason` says in words why a watch is `disconnected`; `error` is there where the API server or the network is the cause. */
  onState?(state: InformerState, reason?: string, error?: ApiError): void;
}

/** Times in milliseconds. */
export interface InformerOptions {
  /** Objects to hold and report. It may answer differently later: call `relist` when it begins to accept more. @default all */
  keep?: Keep;
  /** User to impersonate. */
  impersonate?: string;
  /** Safety net: everything is listed again after this time, less up to a tenth. @default 600000 */
  relistMs?: number;
  /** Waiting time after the first failure, and the longest. @default 200 and 5000 */
  backoffMs?: { first?: number; max?: number };
  /** Between two tries while the kind is not served. @default 2000 */
  kindRetryMs?: number;
  /** Longest silence of the watch, as in `watch`. @default 90000 */
  idleTimeoutMs?: number;
  /** Time-out of each list request and of the opening of a watch. @default 30000 */
  timeoutMs?: number;
}

export interface Informer {
  /** Ends the watch; resolves when no handler runs any more, so a handler must not wait for it. */
  stop(): Promise<void>;
  /** Resolves after the first list has been handled; rejects with reason `Aborted` if stopped before. */
  readonly ready: Promise<void>;
  get(of: { namespace?: string; name: string }): KubernetesObject | undefined;
  /** `<namespace>/<name>` of what is held. */
  keys(): string[];
  /** Lets go of an object that `keep` no longer accepts, before its next event or the next list does. Nothing is reported. */
  forget(of: { namespace?: string; name: string }): void;
  /** Lists again now. Resolves when that list has been handled. */
  relist(): Promise<void>;
  /** When the last list, event or bookmark came. */
  readonly lastSync: Date | undefined;
  readonly state: InformerState;
}

/**
 * Holds the objects of one kind, as they are on the cluster, and reports every change of them.
 *
 * It goes round: **list** (all pages; the difference to what is held is reported, so what a lost watch has missed is made up for,
 * deletions included) → **watch** from the version of the list → **resume** from the last version seen when the API server ends
 * the watch, as it does every few minutes, or when the connection is lost → **list** again when that version is too old (410),
 * when a handler failed, after `relistMs`, or on `relist()`. After a failure it waits, longer each time, with jitter. While the
 * kind is not served it keeps asking slowly: its CRD may be on the way.
 */
export function startInformer(
  client: KubernetesClient,
  selector: WatchSelector,
  handlers: InformerHandlers,
  options: InformerOptions = {},
): Informer {
  return new Loop(client, selector, handlers, options);
}

class HandlerFailure extends Error {}

class Loop implements Informer {
  readonly ready: Promise<void>;
  lastSync: Date | undefined;
  state: InformerState = 'syncing';
  readonly #cache = new Map<string, KubernetesObject>();
  readonly #stop = new AbortController();
  readonly #backoff: Backoff;
  readonly #done: Promise<void>;
  #resolveReady: () => void = () => {};
  /** Whether the watch of this moment has been accepted. */
  #open = false;
  #reported: string | undefined;
  /** Where the next watch begins; undefined where a list must come first. */
  #version: string | undefined;
  #listDueAt = 0;
  /** Cuts what the loop is doing now (a watch, a pause), because a list is wanted. */
  #cut = new AbortController();
  #waiters: (() => void)[] = [];

  constructor(
    private readonly client: KubernetesClient,
    private readonly selector: WatchSelector,
    private readonly handlers: InformerHandlers,
    private readonly options: InformerOptions,
  ) {
    this.#backoff = new Backoff(options.backoffMs?.first ?? 200, options.backoffMs?.max ?? 5_000);
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#stop.signal.addEventListener(
        'abort',
        () => reject(networkFailure('Aborted', `the watch of ${selector.kind} was stopped`, false)),
        { once: true },
      );
    });
    // A caller that never looks at `ready` must not bring the process down by stopping early.
    this.ready.catch(() => {});
    this.#done = this.#run();
  }

  get(of: { namespace?: string; name: string }): KubernetesObject | undefined {
    return this.#cache.get(cacheKey(of));
  }

  keys(): string[] {
    return [...this.#cache.keys()];
  }

  forget(of: { namespace?: string; name: string }): void {
    this.#cache.delete(cacheKey(of));
  }

  relist(): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#cut.abort();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cut.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    this.#enter('syncing');
    while (!this.#stop.signal.aborted) {
      this.#cut = new AbortController();
      this.#open = false;
      try {
        if (this.#version === undefined || this.#waiters.length > 0) await this.#list();
        else await this.#watch(this.#version);
      } catch (error) {
        await this.#recover(error);
      }
    }
    for (const done of this.#waiters.splice(0)) done();
  }

  async #list(): Promise<void> {
    const waiters = this.#waiters.splice(0);
    try {
      const keep = this.options.keep ?? (() => true);
      const items: KubernetesObject[] = [];
      let page: { resourceVersion: string; continueToken?: string } | undefined;
      do {
        const next = await this.client.list(
          { ...this.selector, limit: 500, ...(page?.continueToken === undefined ? {} : { continueToken: page.continueToken }) },
          this.#callOptions(),
        );
        // Only what matters is held on to while the other pages come.
        for (const item of next.items) if (keep(item) || this.#cache.has(cacheKey(item.metadata))) items.push(trimmed(item));
        page = next;
      } while (page.continueToken !== undefined);
      await this.#handle(applyList(this.#cache, items, keep));
      this.#version = page.resourceVersion;
      this.#listDueAt = performance.now() + (this.options.relistMs ?? 600_000) * (1 - Math.random() / 10);
      this.lastSync = new Date();
      this.#resolveReady();
      for (const done of waiters.splice(0)) done();
    } finally {
      // Not handled: they wait for the next list.
      this.#waiters.push(...waiters);
    }
  }

  async #watch(from: string): Promise<void> {
    const due = this.#listDueAt - performance.now();
    if (due <= 0) {
      this.#version = undefined;
      return;
    }
    const cut = this.#cut;
    const timer = setTimeout(() => cut.abort(), due);
    const openedAt = performance.now();
    let events = 0;
    try {
      const onOpen = (): void => {
        this.#open = true;
        this.#enter('live');
      };
      const watch = this.client.watch(
        { ...this.selector, resourceVersion: from },
        {
          ...this.#callOptions(),
          onOpen,
          ...(this.options.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: this.options.idleTimeoutMs }),
        },
      );
      for await (const event of watch) {
        // Cut while a handler ran: what is left of this watch is not wanted any more.
        if (cut.signal.aborted) return;
        events += 1;
        if (event.type === 'BOOKMARK') {
          if (event.resourceVersion !== '') this.#seen(event.resourceVersion);
          continue;
        }
        const object = trimmed(event.object);
        await this.#handle(applyWatchEvent(this.#cache, { type: event.type, object }, this.options.keep ?? (() => true)));
        if (object.metadata.resourceVersion !== undefined) this.#seen(object.metadata.resourceVersion);
      }
    } finally {
      clearTimeout(timer);
    }
    if (events > 0 || performance.now() - openedAt > 1_000) this.#backoff.reset();
    // A server that ends every watch at once must not be asked in a tight loop.
    else await pause(this.#backoff.next(), cut.signal);
  }

  #seen(version: string): void {
    this.lastSync = new Date();
    this.#backoff.reset();
    this.#version = version;
  }

  async #handle(changes: Change[]): Promise<void> {
    for (const change of changes) {
      if (this.#stop.signal.aborted) return;
      if (change.type === 'FORGOTTEN') {
        commit(this.#cache, change);
        continue;
      }
      try {
        await this.handlers.onChange(change);
      } catch (error) {
        throw new HandlerFailure(
          `a change of ${change.object.kind} ${cacheKey(change.object.metadata)} could not be handled: ${String(error)}`,
          {
            cause: error,
          },
        );
      }
      commit(this.#cache, change);
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return;
    // Cut by ourselves, for a list.
    if (this.#cut.signal.aborted && error instanceof ApiError && error.reason === 'Aborted') {
      this.#version = undefined;
      return;
    }
    if (error instanceof ApiError) {
      if (error.reason === 'Expired') {
        this.#enter('syncing', 'the API server no longer has the last version seen', error);
        this.#version = undefined;
        await pause(this.#backoff.next(error.retryAfterMs), this.#cut.signal);
        return;
      }
      // Silence on an open watch: nothing is known to be wrong, so it is opened again at once.
      if (error.reason === 'Timeout' && this.#open) return;
      // The API server is there and refuses this watch: what is held is compared with a list before the next one.
      if (error.status > 0) this.#version = undefined;
      this.#enter('disconnected', error.message, error);
      const slow = error.reason === 'KindNotServed' ? (this.options.kindRetryMs ?? 2_000) : 0;
      await pause(slow > 0 ? slow : this.#backoff.next(error.retryAfterMs), this.#cut.signal);
      return;
    }
    // A handler failed, or we have a bug: what is held may not be what was reported, so the list decides.
    this.#version = undefined;
    this.#enter('disconnected', error instanceof Error ? error.message : String(error));
    await pause(this.#backoff.next(), this.#cut.signal);
  }

  #enter(state: InformerState, reason?: string, error?: ApiError): void {
    this.state = state;
    const report = `${state} ${reason ?? ''}`;
    if (report === this.#reported) return;
    this.#reported = report;
    try {
      this.handlers.onState?.(state, reason, error);
    } catch (failure) {
      // A report that fails must not end the watch; Node shows the warning.
      process.emitWarning(failure as Error);
    }
  }

  #callOptions(): { signal: AbortSignal; timeoutMs: number; impersonate?: string } {
    const { timeoutMs = 30_000, impersonate } = this.options;
    return { signal: this.#cut.signal, timeoutMs, ...(impersonate === undefined ? {} : { impersonate }) };
  }
}
