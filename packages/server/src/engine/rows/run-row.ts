import type { CompiledWorkflow, Json, JsonObject, ObjectReference, RunNode } from '@cellplane/plan';
import type { Breakpoints } from '../model.js';
import type { Run, RunEventType, RunPhase } from '../model.js';

/** A row of the table `runs`. */
export interface RunRow {
  id: string;
  kind: string;
  subject: string;
  org_id: string;
  cell_id: string;
  namespace: string;
  impersonate: string | null;
  field_manager: string;
  labels: Record<string, string>;
  objects_are_new: boolean;
  workflow: CompiledWorkflow | null;
  before: string[];
  after: string[];
  data: JsonObject;
  sealed_values: Buffer;
  sealed_outputs: Buffer | null;
  phase: RunPhase;
  message: string;
  code: string;
  paused: boolean;
  terminate: string | null;
  breakpoints: Breakpoints | null;
  deadline_at: Date;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  due_at: Date | null;
  wake_seq: number;
  owner: string | null;
  fence: number;
  /** Ownerships in a row that ended without letting go. */
  taken_over: number;
  /** So many owners in a row ended at `struck_at`, see `atStep`. */
  strikes: number;
  struck_at: string | null;
}

/** What of a run does not change while it goes on, as the domain sees it. */
export function fixedPartsOf(
  row: RunRow,
): Pick<
  Run,
  | 'id'
  | 'kind'
  | 'subject'
  | 'orgId'
  | 'cellId'
  | 'namespace'
  | 'impersonate'
  | 'fieldManager'
  | 'labels'
  | 'workflow'
  | 'before'
  | 'after'
  | 'createdAt'
> {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    orgId: row.org_id,
    cellId: row.cell_id,
    namespace: row.namespace,
    ...(row.impersonate === null ? {} : { impersonate: row.impersonate }),
    fieldManager: row.field_manager,
    labels: row.labels,
    ...(row.workflow === null ? {} : { workflow: row.workflow }),
    before: row.before,
    after: row.after,
    createdAt: row.created_at,
  };
}

export const STAGE_STATES = ['Running', 'Waiting', 'Succeeded', 'Failed'] as const;

/** A row of `run_stages`. */
export interface StageRow {
  name: string;
  title: string;
  state: (typeof STAGE_STATES)[number];
  attempts: number;
  message: string;
  waiting: { for: string; details?: Json; since: number; deadline?: number } | null;
  next_at: Date | null;
  started_at: Date;
  finished_at: Date | null;
}

/** How the watch of a task finds its object: by the label that we gave it, or by name. */
export const WATCHES = ['label', 'name'] as const;

/** A row of `run_tasks`. */
export interface TaskRow {
  run_id: string;
  node_id: string;
  node: RunNode;
  sealed_inputs: Buffer | null;
  watch: (typeof WATCHES)[number] | null;
  cell_id: string | null;
  api_version: string | null;
  kind: string | null;
  namespace: string | null;
  name: string | null;
  uid: string | null;
  sealed_gate: Buffer | null;
  sealed_object: Buffer | null;
  observation: StoredObservation | null;
}

/** What is stored in clear of an observation; the object itself is sealed. Times are epoch milliseconds. */
export interface StoredObservation {
  at: number;
  quietSince: number;
  /** The object was gone. */
  gone?: true;
  uid?: string;
  resourceVersion?: string;
}

/** An event to append. Everything in it is already masked. */
export interface NewEvent {
  at: number;
  type: RunEventType;
  step: string;
  nodeId?: string;
  message: string;
  details?: JsonObject;
}

/** What is waited for, as columns of the task's row. */
export interface WaitColumns {
  watch: (typeof WATCHES)[number] | null;
  object?: ObjectReference;
}
