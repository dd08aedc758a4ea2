import type { JsonObject } from '../json.js';

/** A stored object. Never changed in place: a write replaces it. */
export type Stored = JsonObject & { metadata: JsonObject };

/** One write, in the order of resourceVersions. */
export interface Change {
  resourceVersion: number;
  /** `deployments.apps`. */
  resource: string;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The object after the write; after a delete its last state, with the delete's resourceVersion. */
  object: Stored;
  /** The object before the write. */
  before?: Stored;
}

/** What makes writes durable. */
export interface Journal {
  append(change: Change): void;
}

/** The version that a new cell starts at; lower ones have always expired. */
const FIRST = 1000;
/** How many changes a watch can go back. */
const WINDOW = 20_000;

/**
 * All objects of the cell, in memory, with one counter of resourceVersions and a window of past changes for watches.
 * Every write is synchronous: whoever reads and then writes without awaiting in between has the store for itself.
 */
export class Store {
  readonly #resources = new Map<string, Map<string, Stored>>();
  #revision: number;
  #history: Change[] = [];
  #oldest: number;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #journal: Journal | undefined;

  constructor(options: { revision?: number; journal?: Journal } = {}) {
    this.#revision = options.revision ?? FIRST;
    this.#oldest = this.#revision;
    this.#journal = options.journal;
  }

  /** The last resourceVersion given. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes after this resourceVersion are known; a watch from before it has expired. */
  get oldest(): number {
    return this.#oldest;
  }

  get(resource: string, namespace: string, name: string): Stored | undefined {
    return this.#resources.get(resource)?.get(`${namespace}/${name}`);
  }

  /** Objects of one resource, in the order of namespace and name. `namespace` '' lists all. */
  list(resource: string, namespace = ''): Stored[] {
    const objects = this.#resources.get(resource);
    if (!objects) return [];
    const keys = [...objects.keys()].filter((key) => namespace === '' || key.startsWith(`${namespace}/`)).sort();
    return keys.map((key) => objects.get(key)).filter((object) => object !== undefined);
  }

  /** Every stored object with its resource. */
  *everything(): Generator<{ resource: string; object: Stored }> {
    for (const [resource, objects] of this.#resources) for (const object of objects.values()) yield { resource, object };
  }

  /** Stores an object under a new resourceVersion and answers what was stored. */
  put(resource: string, object: Stored): Stored {
    const key = keyOf(object);
    const objects = this.#objects(resource);
    const before = objects.get(key);
    const resourceVersion = ++this.#revision;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } };
    objects.set(key, stored);
    this.#publish({ resourceVersion, resource, type: before ? 'MODIFIED' : 'ADDED', object: stored, ...(before && { before }) });
    return stored;
  }

  /** Takes an object away. Answers its last state. */
  remove(resource: string, namespace: string, name: string): Stored | undefined {
    const objects = this.#objects(resource);
    const before = objects.get(`${namespace}/${name}`);
    if (!before) return undefined;
    objects.delete(`${namespace}/${name}`);
    const resourceVersion = ++this.#revision;
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(resourceVersion) } };
    this.#publish({ resourceVersion, resource, type: 'DELETED', object, before });
    return object;
  }

  /** Changes after a resourceVersion, or undefined where the window does not reach back so far. */
  since(resourceVersion: number): Change[] | undefined {
    if (resourceVersion < this.#oldest) return undefined;
    // Histories are short and mostly the end is wanted.
    let start = this.#history.length;
    while (start > 0 && (this.#history[start - 1]?.resourceVersion ?? 0) > resourceVersion) start--;
    return this.#history.slice(start);
  }

  /** Calls the listener after each change, in order, until the returned function is called. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts an object back as it was, from a snapshot. */
  restore(resource: string, object: Stored): void {
    this.#objects(resource).set(keyOf(object), object);
    this.#revision = Math.max(this.#revision, Number(object.metadata.resourceVersion));
    this.#oldest = this.#revision;
  }

  /** Repeats a change from the log. */
  replay(change: Omit<Change, 'before' | 'type'> & { deleted: boolean }): void {
    const objects = this.#objects(change.resource);
    const key = keyOf(change.object);
    const before = objects.get(key);
    if (change.deleted) objects.delete(key);
    else objects.set(key, change.object);
    this.#revision = Math.max(this.#revision, change.resourceVersion);
    const type = change.deleted ? 'DELETED' : before ? 'MODIFIED' : 'ADDED';
    this.#remember({
      resourceVersion: change.resourceVersion,
      resource: change.resource,
      type,
      object: change.object,
      ...(before && { before }),
    });
  }

  /** Continues counting from here: versions that a crash may have shown to a watcher are not given again. */
  skipTo(revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
  }

  #objects(resource: string): Map<string, Stored> {
    let objects = this.#resources.get(resource);
    if (!objects) this.#resources.set(resource, (objects = new Map()));
    return objects;
  }

  #publish(change: Change): void {
    this.#journal?.append(change);
    this.#remember(change);
    for (const listener of this.#listeners) listener(change);
  }

  #remember(change: Change): void {
    this.#history.push(change);
    if (this.#history.length > WINDOW * 1.25) {
      const dropped = this.#history.splice(0, this.#history.length - WINDOW);
      this.#oldest = dropped.at(-1)?.resourceVersion ?? this.#oldest;
    }
  }
}

function keyOf(object: Stored): string {
  return `${typeof object.metadata.namespace === 'string' ? object.metadata.namespace : ''}/${String(object.metadata.name)}`;
}
