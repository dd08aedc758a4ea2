import type { JudgedLeaf, ObjectReference, Observation } from '@cellplane/plan';

/** A task waits for an object. */
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

/** Where a run's owner registers its waits. Waits in cells of other processes reach their watchers through the rows. */
export interface WaitRegistry {
  /** True if this process watches the cell; else another process must be notified of new waits there. */
  isMine(cellId: string): boolean;
  /** Adds or changes a wait. */
  add(wait: Wait): void;
  remove(cellId: string, runId: string, nodeId: string): void;
  /** The object as the watch has it now; undefined if this process does not watch it. */
  latest(cellId: string, object: ObjectReference): Observation | undefined;
}
