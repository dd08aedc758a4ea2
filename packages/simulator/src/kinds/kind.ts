import type { Schema } from '../schema/schema.js';

/** One column of a table (`kubectl get`). */
export interface Column {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  /** Reads the cell from the object. */
  value: (object: Record<string, unknown>, now: number) => unknown;
}

/** One kind in one served version. */
export interface Kind {
  group: string;
  version: string;
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  verbs: readonly string[];
  /** The whole object, metadata included. */
  schema: Schema;
  /** A custom resource: pruned, defaulted and validated by its schema. */
  custom: boolean;
  hasStatus: boolean;
  /** Kinds whose spec changes are counted. */
  hasGeneration: boolean;
  /** Field paths of `scale`, where served. */
  scale?: { spec: string; status: string; selector?: string };
  columns: Column[];
  /** Reviews are answered and not stored. */
  stored: boolean;
  /** The version that custom objects are stored in, where this one is another. */
  storage?: Kind;
  /** The uid of the CRD that serves it. */
  crd?: string;
}

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** `v1`, `apps/v1`. */
export function apiVersionOf(kind: { group: string; version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** Where objects of a kind are stored: all versions together. */
export function storageKey(of: { group: string; plural: string }): string {
  return of.group === '' ? of.plural : `${of.plural}.${of.group}`;
}
