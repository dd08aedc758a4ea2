/**
 * Which runs of an instance are kept although their time is over. Pure; docs/retention.md says the same for people.
 *
 * A run is more than a record: what an instance is made of is read from the rows of its runs. Whoever reads them beside the pages of
 * history is named at the reason that keeps the run for him.
 */

/** A run that ended before the days of its history were over. */
export interface PastRun {
  id: string;
  /** The operation that it is a step of; null: of none. */
  operationId: string | null;
  finishedAt: Date;
}

/** What is known of the instance's other rows. */
export interface Needs {
  instance: {
    /** Deleted instances have nothing in a cell any more, and whatever is made of them later begins a new life. */
    isDeleted: boolean;
    /** Its cell is compared with the objects that its runs have left (`instance_objects`). */
    isCompared: boolean;
    /** The ends of its runs have been read into those up to this moment. */
    objectsUntil: Date | null;
  };
  /** Operations that go on, or wait to. */
  openOperations: ReadonlySet<string>;
  /** The newest operation of each kind: of all, and of those that have succeeded. */
  operations: ReadonlySet<string>;
  /** The newest run of each verb and resource: of all, and of those that had begun to act. */
  newest: ReadonlySet<string>;
  /** Of each object of the product, the runs that wrote, patched and deleted it last. */
  lastWriters: ReadonlySet<string>;
}

/** Why a run is kept. */
export type Reason = 'open-operation' | 'operation' | 'newest' | 'last-writer' | 'not-compared-yet';

/** Why the run is kept; undefined: nothing needs it any more. */
export function whyKept(run: PastRun, { instance, openOperations, operations, newest, lastWriters }: Needs): Reason | undefined {
  // Its end, and its retry, ask for all of its runs (run-history.ts).
  if (run.operationId !== null && openOperations.has(run.operationId)) return 'open-operation';
  if (instance.isDeleted) return undefined;
  // What the instance's status speaks of, what may be tried again, what was asked for (requested-change-store.ts, control-operation.ts).
  if (run.operationId !== null && operations.has(run.operationId)) return 'operation';
  // Which resources have begun (selectStartedResources), and which run has written to the namespace (reconcile-pass.ts).
  if (newest.has(run.id)) return 'newest';
  // Which object was there before, and how it was rendered (kept-objects.ts).
  if (lastWriters.has(run.id)) return 'last-writer';
  // What the next comparison of its cell is going to read (expected-store.ts).
  if (instance.isCompared && (instance.objectsUntil === null || run.finishedAt > instance.objectsUntil)) return 'not-compared-yet';
  return undefined;
}
