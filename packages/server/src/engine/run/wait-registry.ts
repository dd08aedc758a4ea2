import type { JudgedLeaf, ObjectReference, Observation } from '@cellplane/plan';

/** Somebody waits for an object. */
export interface Wait {
  cellId: string;
  runId: string;
  nodeId: string;
  object: ObjectReference;
  /** By our label: one watch for all of the kind. By name: a watch for this object alone. */
  watch: 'label' | 'name';
  /** Absent or without `write` while the request is out: then only the run's owner can judge. */
  judged?: JudgedLeaf;
}

/** Where a run's owner says what it waits for. What is not of this process's cells reaches their watcher through the rows. */
export interface WaitRegistry {
  /** True if this process watches the cell; else another process has to hear of new waits there. */
  isMine(cellId: string): boolean;
  /** Adds or changes a wait. */
  add(wait: Wait): void;
  remove(cellId: string, runId: string, nodeId: string): void;
  /** The object as the watch sees it now; undefined if this process does not hold it. */
  latest(cellId: string, object: ObjectReference): Observation | undefined;
}
