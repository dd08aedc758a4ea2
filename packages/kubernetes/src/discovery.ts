import { ApiError } from './failure/errors.js';
import type { ApiResource, CallOptions } from './model.js';
import { checkKind, groupVersionPath } from './paths.js';
import { withinCall } from './transport/within-call.js';

/** One group-version of the API server, as `GET /apis/<group>/<version>` lists it (`APIResourceList`). */
interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs?: string[]; group?: string; version?: string }[];
}

interface Entry {
  kinds: Map<string, ApiResource>;
  at: number;
}

export interface DiscoveryOptions {
  /** How the API server is called in messages. */
  label: string;
  /** A kind that was found is believed this long. @default 60000 */
  hitMs?: number;
  /** A kind that was not found is asked for again after this time: a CRD may just have been made. @default 1000 */
  missMs?: number;
  now?: () => number;
}

/**
 * Which kinds are served, under which plural, in a namespace or not. One GET per group-version, shared by all who ask at the
 * same time, remembered for a minute; a miss at most for a second.
 */
export class Discovery {
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry>>();

  constructor(
    private readonly read: (path: string, options: CallOptions) => Promise<unknown>,
    private readonly options: DiscoveryOptions,
  ) {}

  /** The kind, where it is known and fresh. */
  known(apiVersion: string, kind: string): ApiResource | undefined {
    const entry = this.#entries.get(apiVersion);
    return entry !== undefined && this.#age(entry) < (this.options.hitMs ?? 60_000) ? entry.kinds.get(kind) : undefined;
  }

  /** @throws ApiError `KindNotServed` after a list that is at most a second old; other errors of the call */
  async find(apiVersion: string, kind: string, options: CallOptions = {}): Promise<ApiResource> {
    const known = this.known(apiVersion, kind);
    if (known !== undefined) return known;
    checkKind(kind);
    const held = this.#entries.get(apiVersion);
    const isFresh = held !== undefined && this.#age(held) < (this.options.missMs ?? 1_000);
    const entry = isFresh ? held : await this.#load(apiVersion, options);
    const found = entry.kinds.get(kind);
    if (found === undefined) throw this.notServed(apiVersion, kind);
    return found;
  }

  /** Forgets a group-version: a call said that the kind is gone. */
  forget(apiVersion: string): void {
    this.#entries.delete(apiVersion);
  }

  notServed(apiVersion: string, kind: string): ApiError {
    return new ApiError(`kind ${kind} of ${apiVersion} is not served by ${this.options.label}`, 404, 'KindNotServed', 'transient');
  }

  #age(entry: Entry): number {
    return (this.options.now ?? Date.now)() - entry.at;
  }

  /** The request that is under way for this group-version, or a new one; its time-out is its own, the caller's is kept by the caller. */
  #load(apiVersion: string, options: CallOptions): Promise<Entry> {
    const path = groupVersionPath(apiVersion);
    let loading = this.#loading.get(apiVersion);
    if (loading === undefined) {
      loading = this.#fetch(apiVersion, path).finally(() => this.#loading.delete(apiVersion));
      this.#loading.set(apiVersion, loading);
    }
    return withinCall(loading, options, `discovery of ${apiVersion}`);
  }

  async #fetch(apiVersion: string, path: string): Promise<Entry> {
    const at = (this.options.now ?? Date.now)();
    const kinds = new Map<string, ApiResource>();
    for (const resource of (await this.#list(path)).resources ?? []) {
      // `pods/log` and the like are subresources; the first entry of a kind is its own collection.
      if (resource.name.includes('/') || kinds.has(resource.kind)) continue;
      kinds.set(resource.kind, {
        apiVersion,
        kind: resource.kind,
        plural: resource.name,
        namespaced: resource.namespaced,
        verbs: resource.verbs ?? [],
      });
    }
    const entry: Entry = { kinds, at };
    this.#entries.set(apiVersion, entry);
    return entry;
  }

  async #list(path: string): Promise<ResourceList> {
    try {
      return (await this.read(path, {})) as ResourceList;
    } catch (error) {
      // The whole group-version is not served: an empty list, so that the miss is remembered too.
      if (error instanceof ApiError && error.status === 404) return {};
      throw error;
    }
  }
}
