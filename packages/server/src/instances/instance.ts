/**
 * An instance and the operations on it.
 *
 * At most one operation acts on an instance at a time; the database holds this (unique index on running operations). A
 * delete is accepted at any time: over a running operation it waits until that one's run has ended, which it asks for.
 *
 *     create ──▶ DEPLOYING ──▶ RUNNING ──modify──▶ DEPLOYING ──▶ RUNNING
 *                    │            ├──stop──▶ STOPPING ──▶ STOPPED ──start──▶ STARTING ──▶ RUNNING
 *                    │            ├──restart──▶ RESTARTING ──▶ RUNNING
 *     restore ───────┤            ├──addCapacity, removeCapacity──▶ SCALING_UP, SCALING_DOWN ──▶ RUNNING
 *                    ▼            └──failover, upgrade──▶ DEPLOYING ──▶ RUNNING
 *                  FAILED  (any operation can end here; a corrected modify or a delete leads out)
 *     any ──delete──▶ DELETING ──▶ DELETED, or FAILED: the delete can be tried again
 *     DELETED ──restore into the source──▶ DEPLOYING
 *
 * backup, deleteBackup and custom workflows leave the status alone, whatever comes of them.
 */
import type { Viewer } from '../identity/viewer.js';
import { type Json, SYSTEM_VERBS } from '@cellplane/plan';

/** `upgrade` runs the modify workflow of another plan version; `custom` one of the plan's own workflows. */
export const OPERATION_KINDS = [...SYSTEM_VERBS, 'upgrade', 'custom'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const INSTANCE_STATUSES = [
  'DEPLOYING',
  'RUNNING',
  'FAILED',
  'STOPPING',
  'STOPPED',
  'STARTING',
  'RESTARTING',
  'SCALING_UP',
  'SCALING_DOWN',
  'DELETING',
  'DELETED',
] as const;
export type InstanceStatus = (typeof INSTANCE_STATUSES)[number];

/** Who asks. */
export interface InstanceCaller extends Viewer {
  userId: string;
}

export interface OperationRule {
  /** The instance's status while it runs, and when it has succeeded; null: left alone, also when it fails. */
  during: InstanceStatus | null;
  after: InstanceStatus | null;
  /** Word in the ids of its runs (docs/reference/api.md#ids). */
  word: string;
}

/** Which operation may begin when is the arbiter's (arbiter.ts). */
export const OPERATIONS: Record<OperationKind, OperationRule> = {
  create: { during: 'DEPLOYING', after: 'RUNNING', word: 'create' },
  modify: { during: 'DEPLOYING', after: 'RUNNING', word: 'update' },
  upgrade: { during: 'DEPLOYING', after: 'RUNNING', word: 'update' },
  delete: { during: 'DELETING', after: 'DELETED', word: 'delete' },
  start: { during: 'STARTING', after: 'RUNNING', word: 'start' },
  stop: { during: 'STOPPING', after: 'STOPPED', word: 'stop' },
  restart: { during: 'RESTARTING', after: 'RUNNING', word: 'restart' },
  addCapacity: { during: 'SCALING_UP', after: 'RUNNING', word: 'add-capacity' },
  removeCapacity: { during: 'SCALING_DOWN', after: 'RUNNING', word: 'remove-capacity' },
  failover: { during: 'DEPLOYING', after: 'RUNNING', word: 'failover' },
  restore: { during: 'DEPLOYING', after: 'RUNNING', word: 'restore' },
  backup: { during: null, after: null, word: 'backup' },
  deleteBackup: { during: null, after: null, word: 'delete-backup' },
  custom: { during: null, after: null, word: 'custom' },
};

/** Statuses that an instance stays in until something is asked of it. */
export function isAtRest(status: InstanceStatus): boolean {
  return status === 'FAILED' || Object.values(OPERATIONS).some(({ after }) => after === status);
}

/** Kinds that leave the instance's status alone. */
export function isNeutral(kind: OperationKind): boolean {
  return OPERATIONS[kind].after === null;
}

/** An endpoint as it was resolved when the last create or modify ended. */
export interface Endpoint {
  name: string;
  host: string;
  ports: number[];
  primary: boolean;
  networkingType: string;
  /** An endpoint counts as reachable only after a successful connection (docs/reference/plan-language.md#endpoint-names). */
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** `name.namespace.svc.cluster.local`, where exactly one Service of the instance serves the ports. */
  inCluster?: string;
}

/** A workflow's output: in clear, or sealed (base64) if it is secret. */
export type StoredOutput = { value: Json } | { sealed: string };

export interface Tag {
  key: string;
  value: string;
}

/** The one manager name of an instance's server-side applies (docs/architecture.md#writes-to-a-cell). */
export const FIELD_MANAGER = 'cellplane';
