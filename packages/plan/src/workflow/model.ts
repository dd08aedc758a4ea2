/**
 * A run as data. The pure core (`advance`, `judge`) reads and returns these; the engine stores them as rows. Names and
 * phases are Argo's (workflow-types.go, v3.7): a node per DAG, task, retry attempt and loop child.
 */
import type { PatternBudget } from '../pattern/budget.js';
import type { ExpressionValues, Inputs } from '../expression/fragment.js';
import type { Json, JsonObject } from '../json.js';
import type { CompiledWorkflow } from '../model.js';

export type NodePhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Error' | 'Skipped' | 'Omitted';
export type NodeType = 'DAG' | 'Steps' | 'StepGroup' | 'TaskGroup' | 'Retry' | 'Resource' | 'Skipped';

/** One node of the run's tree. `id` is Argo's node name: `create.applycluster`, `create.applycluster(1)` for a retry attempt. */
export interface RunNode {
  id: string;
  /** Parent in the tree (the boundary DAG, the Retry or the TaskGroup); absent for the root. */
  parent?: string;
  /** The author's task name; the root has the entrypoint's name. */
  task: string;
  template: string;
  type: NodeType;
  phase: NodePhase;
  message: string;
  /** Bound inputs; set when the node leaves Pending. */
  inputs?: Inputs;
  /** Epoch milliseconds. */
  startedAt?: number;
  finishedAt?: number;
  /** Loop item, if this is a loop's child. */
  item?: Json;
  /** Epoch milliseconds: by the template's activeDeadlineSeconds, bounded by those of the DAGs around it and by the run's. */
  deadlineAt?: number;
  /** For a Retry node: earliest start of the next attempt. */
  notBefore?: number;
  /** Leaf only: what happened with the Kubernetes object. */
  leaf?: LeafState;
}

/** Task states of the API (docs/reference/statuses.md#tasks). */
export type LeafPhase = 'Pending' | 'Applying' | 'AwaitingCondition' | 'DriftMismatch' | 'Failed' | 'Succeeded';

export interface LeafState {
  phase: LeafPhase;
  /** The object's identity, known once the manifest has been rendered. */
  object?: ObjectReference;
  /** Set once the write's answer is known. */
  write?: WriteRecord;
  /** Last observation that changed a clause or the verdict. */
  observation?: Observation;
  /** Evaluated when `observation` was stored. */
  verdict?: Verdict;
  /** Tries of the request itself, transient failures included. */
  attempts: number;
  /** Of those, the ones of which it is known that they changed nothing: refused before or by the API server, or nothing was to change. Set by the engine. */
  harmless?: number;
  nextRetryAt?: number;
  lastError?: { code: string; message: string; firstSeenAt: number };
  /** What Pods and Events of the namespace say about the wait, once it lasted long enough to ask. Set by the engine. */
  explanation?: string;
  /** The same as causes, root first. */
  causes?: Cause[];
}

/** Why something does not become ready, said once for all that say it. */
export interface Cause {
  /** Stable word for programs: `image-pull`, `unscheduled`, `crash`, … */
  code: string;
  /** What is wrong, of what: `pod db-1, container main: the image cannot be pulled (ImagePullBackOff)`. */
  cause: string;
  /** `Pod/db-1`: the first of those that it is true of. */
  object: string;
  objects: string[];
  count: number;
  /** In the words of whoever knows. */
  words: string;
  /** What to do. */
  cure: string;
  /** ISO time from which on it is so, where that is known. */
  since?: string;
  /** The operator of the awaited object says it in a message of its own. */
  isOwnMessage?: true;
  /** What others say of the same, and what follows from it. */
  more: string[];
}

export interface ObjectReference {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
}

/** What our write did, for freshness (docs/architecture.md#gates). */
export interface WriteRecord {
  uid: string;
  resourceVersion: string;
  generation?: number;
  /** Generation of the object before the write, if there was one: equal to `generation` means that only metadata was written. */
  generationBefore?: number;
  /** False if the answer's resourceVersion equals the one before: nothing changed, success may pass at once. */
  changed: boolean;
  /** True if the write created the object (no earlier state to be stale against). */
  created: boolean;
  /** Gate verdicts on the object as it was before the write; false if there was none. */
  successBefore: boolean;
  failureBefore: boolean;
  /**
   * An earlier attempt, of which no answer came, has done all of it: what was before is what that attempt and the operator had
   * made of the object by then.
   */
  blind?: true;
  /** What was written comes and goes by itself: it is no loss that it is gone. */
  passing?: true;
  /** Epoch milliseconds of the answer. */
  at: number;
}

/** The object as seen at a time. `object` is null when it is gone. */
export interface Observation {
  object: JsonObject | null;
  at: number;
  /** Since when the object's resourceVersion has not changed, epoch milliseconds. */
  quietSince: number;
}

/** A clause of a gate with its live value: what a person sees while waiting. */
export interface ProofNode {
  /** Source text of this clause or group. */
  text: string;
  value: boolean;
  op: 'and' | 'or' | 'not' | 'clause';
  /** Clauses: the path, and the live value (absent if the path is missing). */
  path?: string;
  live?: Json;
  missing?: true;
  children?: ProofNode[];
}

export interface Verdict {
  state: 'waiting' | 'succeeded' | 'failed';
  /** One line for people: which clause is false, with the live value; or why it failed; or the named wait. */
  reason: string;
  success?: ProofNode;
  failure?: ProofNode;
  /** Waiting only for freshness: `observedGeneration 3 of 4`, `settling until …`. */
  freshness?: string;
  /** Look again at this time even if nothing changes (settle time). Epoch milliseconds. */
  lookAgainAt?: number;
}

/** Everything `advance` needs. Nodes are keyed by id. */
export interface RunState {
  runId: string;
  workflow: CompiledWorkflow;
  values: ExpressionValues;
  nodes: Record<string, RunNode>;
  startedAt: number;
  deadlineAt: number;
  /** Set by terminate: no new tasks, open ones fail with this message. */
  terminate?: string;
  /** Set by pause: running tasks go on, no new task starts. */
  paused?: boolean;
  /** Names of tasks before which the run is to be held. */
  held?: ReadonlySet<string>;
  /** How many nodes may begin now, at most: a wide loop is worked in slices. Absent: all. */
  room?: number;
  /** What matching patterns has cost the run so far; the same object for all of its steps. Absent: each step has its own. */
  patterns?: PatternBudget;
  /** Does the work on a task that has not ended. Whoever watches how long that takes hears of which task it is. */
  atTask?: (task: string, work: () => void) => void;
}

/** A leaf that is ready: the engine commits its intent, then writes to Kubernetes. */
export interface LeafStart {
  node: RunNode;
  inputs: Inputs;
}

export interface Advance {
  /** Nodes that are new or changed, complete. */
  changed: RunNode[];
  /** Leaves to execute now. A leaf is listed again as long as its phase is Pending and it has no intent: starting twice is the engine's to prevent by its journal. */
  starts: LeafStart[];
  /** Tasks that would have begun, were the run not to be held before them. */
  held?: string[];
  /** The run's end, if it has come. */
  outcome?: { phase: 'Succeeded' | 'Failed' | 'Error'; message: string; code?: string };
  /** There was no room for everything that could begin. */
  more?: true;
  /** Next time at which `advance` would give another answer without any event (retry back-off, deadlines). Epoch milliseconds. */
  wakeAt?: number;
}
