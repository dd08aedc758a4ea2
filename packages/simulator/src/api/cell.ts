import type { Clock } from '../clock.js';
import type { KindRegistry } from '../kinds/registry.js';
import type { Store } from '../store/store.js';

/** What every operation on the cell's objects works with. */
export interface Cell {
  store: Store;
  kinds: KindRegistry;
  clock: Clock;
  /** What clients inside the cell trust, PEM. */
  certificate: string;
}

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
}

/** Options of a write by one of the cell's own controllers. */
export function controllerOptions(manager: string, subresource: WriteOptions['subresource'] = ''): WriteOptions {
  return { manager, dryRun: false, fieldValidation: 'Ignore', subresource, warnings: [] };
}
