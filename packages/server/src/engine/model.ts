/**
 * The types that the engine shares with the rooms which use it. The engine knows runs, stages and tasks. It does not know instances,
 * plans or tenants: to the engine they are the `kind`, `subject`, `labels` and `data` of a run.
 */
import type { KubernetesClient } from '@cellplane/kubernetes';
import type {
  Cause,
  CompiledWorkflow,
  ExpressionValues,
  GraphTask,
  Json,
  JsonObject,
  LeafPhase,
  NodePhase,
  NodeType,
  ObjectReference,
  ProofNode,
} from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import type { Logger } from '../log.js';

export type * from './ports.js';

/** A run to be: everything the engine needs to carry it out, given once. */
export interface NewRun {
  /** Given by the domain, unique and readable: `submit-create-<subject>-<random>`. */
  id: string;
  /** The domain's word for what the run does; picks the stages: `create`, `modify`, `delete`, `custom:…`. */
  kind: string;
  /** What the run acts on, by its id in the domain. */
  subject: string;
  orgId: string;
  cellId: string;
  /** The only namespace that the run's manifests may write to. */
  namespace: string;
  /** User for every write of a task: `system:serviceaccount:<namespace>:<name>`. Absent = the cell's own credentials. */
  impersonate?: string;
  /** The field manager of every write: the same one in all runs of a subject (docs/architecture.md#writes-to-a-cell). */
  fieldManager: string;
  /** Labels of every object that the run makes, beside the engine's own label, which the shared watches select. */
  labels: Record<string, string>;
  /**
   * None of the objects that the run makes is expected to be there before: the first apply of each is sent without reading the object
   * first. If one was there after all, its gate counts only once the object has been quiet for the settle time.
   */
  objectsAreNew?: true;
  /** Absent: the run has only stages. */
  workflow?: CompiledWorkflow;
  /** Values of the workflow's platform expressions, by place. Stored sealed. A stage may add to them. */
  values: ExpressionValues;
  /** Names of stages to execute before the workflow, in this order. */
  before: string[];
  /** Names of stages to execute after the workflow has succeeded, in this order. */
  after: string[];
  /** For the whole run, stages included. Seconds. */
  deadlineSeconds: number;
  /** The domain's own memory of the run; never secrets (it is stored in clear). */
  data: JsonObject;
  /** Where it is to be held. */
  breakpoints?: NewBreakpoint[];
}

/** Before the workflow's first task, before every task of a name, before a stage. */
export type BreakpointPlace = 'workflow' | `task:${string}` | `stage:${string}`;

/** As it is stored, by place. */
export interface StoredBreakpoint {
  /** The asker's word for it: id or key of a resource, or a name. */
  id: string;
  event?: string;
  status: 'Pending' | 'Hit' | 'Passed';
  /** Epoch milliseconds. */
  hitAt?: number;
}

export type Breakpoints = Record<string, StoredBreakpoint>;

export interface NewBreakpoint {
  place: BreakpointPlace;
  id: string;
  event?: string;
}

export const RUN_PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Terminated'] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** A run as the domain's stages and hooks see it. */
export interface Run extends Omit<NewRun, 'deadlineSeconds' | 'breakpoints' | 'objectsAreNew'> {
  phase: RunPhase;
  message: string;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  deadlineAt: Date;
  /** Set while the run is paused: running tasks go on, no new one starts. */
  paused: boolean;
  /** Finished objects of the workflow's tasks, by task name: `resource` in `$tasks.<task>.resource`. */
  tasks: Record<string, JsonObject>;
  /** The workflow's outputs, once it has succeeded. */
  outputs: Record<string, RunOutput>;
}

export interface RunOutput {
  value: Json;
  /** Masked in every read. */
  secret?: true;
}

/** A named step that the domain adds before or after the workflow: place, namespace, charts, endpoints. */
export interface Stage {
  /** Stable: it is stored with the run. */
  name: string;
  /** For people: "Namespace and access". */
  title: string;
  /**
   * Does the step, or checks whether it is done. It is called again after a crash, after a wait and after every thrown
   * error that is not permanent (with back-off, until the run's deadline), so it must be idempotent. A thrown `ApiError`
   * of outcome `permanent` and a `StageError` end the run.
   */
  run(context: StageContext): Promise<StageResult>;
}

export interface StageContext {
  run: Run;
  /** The cell's client; every call through it is refused once the run's lease has too little time left. */
  client: KubernetesClient;
  /** Aborts when the lease is lost or the program stops. Give it to everything that waits. */
  signal: AbortSignal;
  log: Logger;
  db: Database;
  /** A transaction that commits only while this process still owns the run; all writes of a stage belong in it. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Does a part of the work that is computed in one go and may be long: whoever watches the event loop knows whose it is. */
  step: <T>(work: () => T) => T;
  /** How often this stage was called before, in this run. */
  attempt: number;
}

export type StageResult =
  /** `values` and `data` are merged into the run's, key by key; `note` is shown with the finished step. */
  | { done: true; values?: ExpressionValues; data?: JsonObject; note?: string }
  /**
   * Not yet; `for` is shown by name ("chart cloudnative-pg is being installed"). The stage runs again after the time. It fails
   * when it still waits so many milliseconds after it began first; without that, at the run's deadline.
   */
  | { wait: { for: string; details?: Json; lookAgainInMs: number; withinMs?: number } }
  /** Ends the run as failed. */
  | { failed: { code: string; message: string } };

/** How a run ended; handed to the domain inside the transaction that ends it. */
export interface EndedRun {
  run: Run;
  outcome: 'Succeeded' | 'Failed' | 'Terminated';
  /** For a failure: why, in words for people. */
  message: string;
  /** Stable: `deadline-exceeded`, `task-failed`, `stage-failed`, `terminated`, … Empty for success. */
  code: string;
}

/**
 * Called first in the transaction that ends runs of these subjects: locks the rows of the domain that their ends write, in one order for all,
 * and waits no longer than this for each (milliseconds; then it rejects as PostgreSQL does). The runs' own rows are locked after them.
 */
export type SubjectsLocked = (tx: Transaction, subjects: string[], patienceMs: number) => Promise<void>;

/** Called with the open transaction that ends the run: what it writes commits with the end, or not at all. It must not call outside. */
export type RunEnded = (tx: Transaction, ended: EndedRun) => Promise<void>;

export const RUN_EVENT_TYPES = ['WorkflowStepStarted', 'WorkflowStepCompleted', 'WorkflowStepFailed', 'WorkflowStepDebug'] as const;
/** How the domain checks the health of a cell. */
export interface CellCheckPlan {
  /** From the end of a check of a cell to its next one. Milliseconds. */
  everyMs: number;
  /** Asks the cell how it is and stores what comes of it. */
  check(cellId: string): Promise<void>;
}

export type RunEventType = (typeof RUN_EVENT_TYPES)[number];

export interface RunEvent {
  /** Increasing within a database; a cursor. */
  sequence: number;
  runId: string;
  at: Date;
  type: RunEventType;
  /** Stage name or task name. */
  step: string;
  /** Node id, for a task's event. */
  nodeId?: string;
  message: string;
  /** Masked: rendered manifest, observed status, fields taken from other managers. */
  details?: JsonObject;
}

/** Why something waits: what people see (reference: `waitingFor`). */
export interface WaitingFor {
  /** One line: the first false clause with its live value, or the named wait. */
  reason: string;
  /** Gate text, if a gate is what it waits for. */
  gate?: string;
  success?: ProofNode;
  failure?: ProofNode;
  since: Date;
  deadline: Date;
  object?: ObjectReference;
  /** Last event of the object, or what is wrong with its pods. */
  explanation?: string;
  /** The same as causes, root first. */
  causes?: Cause[];
  /** Not everything that explains it could be read just now. */
  isPartlyExplained?: true;
}

export interface StageView {
  name: string;
  title: string;
  position: 'before' | 'after';
  state: 'Pending' | 'Running' | 'Waiting' | 'Succeeded' | 'Failed';
  attempts: number;
  message: string;
  startedAt?: Date;
  finishedAt?: Date;
  waitingFor?: WaitingFor;
}

export interface TaskView {
  nodeId: string;
  parent?: string;
  task: string;
  template: string;
  type: NodeType;
  phase: NodePhase;
  /** Leaves only: state of the reference's task. */
  state?: LeafPhase;
  action?: string;
  message: string;
  attempts: number;
  object?: ObjectReference;
  /** Why it failed, as the Pods and Events of the namespace show it. */
  causes?: Cause[];
  nextRetryAt?: Date;
  lastError?: { code: string; message: string; firstSeenAt: Date };
  /** As it was sent, secrets masked. */
  manifest?: JsonObject;
  startedAt?: Date;
  finishedAt?: Date;
  waitingFor?: WaitingFor;
}

/** A run without its parts, for lists. */
export interface RunSummary {
  id: string;
  kind: string;
  subject: string;
  orgId: string;
  cellId: string;
  phase: RunPhase;
  message: string;
  code: string;
  paused: boolean;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  deadlineAt: Date;
}

/** Everything about a run that may be shown. Secrets are masked. */
export interface RunDescription extends RunSummary {
  stages: StageView[];
  tasks: TaskView[];
  outputs: Record<string, Json>;
  data: JsonObject;
  /** All tasks of the workflow as it is written, those that have not begun included. */
  graph: GraphTask[];
  breakpoints: Breakpoints;
  /** The first thing it waits for, if it waits. */
  waitingFor?: WaitingFor;
}

/** A list's filter. Newest first. */
export interface RunFilter {
  subject?: string;
  orgId?: string;
  cellId?: string;
  phases?: RunPhase[];
  createdAfter?: Date;
  createdBefore?: Date;
  /** @default 50, at most 500 */
  pageSize?: number | undefined;
  /** Of the answer before. */
  nextPageToken?: string | undefined;
}
