import type { Clock } from '../clock.js';
import type { KindRegistry } from '../kinds/registry.js';
import type { Kind } from '../kinds/kind.js';
import type { Store, Stored } from '../store/store.js';

/** What every operation on the cell's objects works with. */
export interface Cell {
  store: Store;
  kinds: KindRegistry;
  clock: Clock;
  /** What clients inside the cell trust, PEM. */
  certificate: string;
  /** Asked about every write that is valid so far: the admission webhooks of the operators that the cell behaves like. */
  admission: Admission[];
}

/** A write that is about to be stored. */
export interface Write {
  kind: Kind;
  object: Stored;
  /** The object before; undefined for a new one. */
  live: Stored | undefined;
  subresource: WriteOptions['subresource'];
}

/** Judges a write; answers warnings for the client. Throws `StatusError` to refuse it. */
export type Admission = (write: Write) => string[];

/** Who asks, as authenticated (or impersonated). */
export interface User {
  name: string;
  groups: string[];
  /** The cell's own token: everything is allowed. */
  isAdmin: boolean;
}

/** Options of a write, from the query. */
export interface WriteOptions {
  /** `fieldManager`, or the client's name. */
  manager: string;
  dryRun: boolean;
  fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  subresource: '' | 'status' | 'scale' | 'finalize' | 'approval';
  /** Nulls of custom resources stay, to be judged by validation (apply). */
  keepNulls?: true;
  /** Texts for Warning headers. */
  warnings: string[];
  /** Whose rights the write needs; without it, one of the cell's own controllers writes. */
  caller?: Caller;
}

/** Who asks for a write, and the name in the URL ('' for POST). */
interface Caller {
  user: User;
  name: string;
}

/** Options of a write by one of the cell's own controllers. */
export function controllerOptions(manager: string, subresource: WriteOptions['subresource'] = ''): WriteOptions {
  return { manager, dryRun: false, fieldValidation: 'Ignore', subresource, warnings: [] };
}
