/** What the engine asks of the rooms that use it, in the engine's words. */
import type { KubernetesClient } from '@cellplane/kubernetes';
import type { ObjectReference } from '@cellplane/plan';

/** Whole texts of a manifest that its author did not write. */
export interface ManifestTexts {
  /** Values of objects in the cell which others can write. */
  tainted: string[];
  /** Values that were chosen from outside, such as parameters. */
  chosen: string[];
}

/** Answers why texts of a manifest must not be sent to the cell for this subject; undefined: they may. */
export type TextCheck = (subject: string, texts: ManifestTexts) => Promise<string | undefined>;

/** An object that must be there before a write, because it holds what cannot be made again. */
export interface ExpectedObject {
  uid: string;
  /** The run that wrote it last. */
  runId: string;
  /** If the object is gone, the write may make another one: somebody asked for that on purpose. */
  mayBeRecreated: boolean;
  /** For people: what to do if the object is gone. */
  cure: string;
}

/** Answers the object that a run must find where it is about to write; undefined: any object, or none. */
export type ExpectedObjectOf = (runId: string, object: ObjectReference) => Promise<ExpectedObject | undefined>;

/** Clusters, as the engine reaches them. */
export interface Cells {
  /**
   * The client of a cell: the same one as long as the cell's access is the same; rejects if the cell is unknown. Cheap: it may be called for
   * every task.
   */
  client(cellId: string): Promise<KubernetesClient>;
}

/** How the domain checks the health of a cell. */
export interface CellCheckPlan {
  /** From the end of a check of a cell to its next one. Milliseconds. */
  everyMs: number;
  /** Asks the cell how it is and stores what comes of it. */
  check(cellId: string): Promise<void>;
}
