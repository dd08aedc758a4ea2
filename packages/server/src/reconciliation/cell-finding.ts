/** How a cell as a whole was found to differ from what the rows say. */

/**
 * - `unknown-namespace`: a namespace with our labels that no instance has.
 * - `database-older`: workflows have written to the cell that this database does not know.
 * - `another-cluster`: its address leads to another cluster than before.
 * - `unread-kind`: the API server refuses to list a kind, so that nothing is known of its objects.
 */
export type CellFindingCode = 'unknown-namespace' | 'database-older' | 'another-cluster' | 'unread-kind';

export interface CellFinding {
  code: CellFindingCode;
  /** A sentence without its full stop. */
  message: string;
  /** ISO time of the reconcile pass that found it first. */
  since: string;
  /** Names of namespaces, workflows or kinds: the first of them; `count` says how many there are. */
  names: string[];
  count: number;
  /** What shows or mends it, as it is typed. */
  commands: string[];
}

/** Numbers of one reconcile pass. */
export interface PassCounts {
  /** Instances that were compared: those at rest. */
  instances: number;
  /** Objects that they have to have, and of those that are missing, replaced, or gone with their kind. */
  objects: number;
  missingObjects: number;
  replacedObjects: number;
  missingNamespaces: number;
  unknownNamespaces: number;
  unknownRuns: number;
  /** Instances of which something is told. */
  instancesThatDiffer: number;
  /** Milliseconds. */
  took: number;
}
