/**
 * An instance and the operations on it.
 *
 * At most one operation acts on an instance at a time; the database holds this (unique index on running operations). A
 * delete is accepted at any time: over a running operation it waits until that one's run has ended, which it asks for.
 *
 *     create ──▶ DEPLOYING ──▶ RUNNING ──modify──▶ DEPLOYING ──▶ RUNNING
 *                    │            ├──stop──▶ STOPPING ──▶ STOPPED ──start──▶ STARTING ──▶ RUNNING
 *                    ▼            └──restart──▶ RESTARTING ──▶ RUNNING
 *                  FAILED  (any operation can end here; a corrected modify or a delete leads out)
 *     any ──delete──▶ DELETING ──▶ DELETED, or FAILED: the delete can be tried again
 */
import type { Json, SystemVerb } from '@cellplane/plan';

export type InstanceStatus =
  | 'DEPLOYING'
  | 'RUNNING'
  | 'FAILED'
  | 'STOPPING'
  | 'STOPPED'
  | 'STARTING'
  | 'RESTARTING'
  | 'DELETING'
  | 'DELETED';

/** Operations of this room; each runs the plan's workflow of the same name. */
export type OperationKind = Extract<SystemVerb, 'create' | 'modify' | 'delete' | 'start' | 'stop' | 'restart'>;

export interface OperationRule {
  /** The instance's status while it runs, and when it has succeeded. */
  during: InstanceStatus;
  after: InstanceStatus;
  /** Statuses that it may begin in; empty = any. */
  from: InstanceStatus[];
  /** Word in the run's id (reference 6.2). */
  word: string;
}

export const OPERATIONS: Record<OperationKind, OperationRule> = {
  create: { during: 'DEPLOYING', after: 'RUNNING', from: [], word: 'create' },
  modify: { during: 'DEPLOYING', after: 'RUNNING', from: ['RUNNING', 'FAILED'], word: 'update' },
  delete: { during: 'DELETING', after: 'DELETED', from: [], word: 'delete' },
  start: { during: 'STARTING', after: 'RUNNING', from: ['STOPPED', 'FAILED'], word: 'start' },
  stop: { during: 'STOPPING', after: 'STOPPED', from: ['RUNNING', 'FAILED'], word: 'stop' },
  restart: { during: 'RESTARTING', after: 'RUNNING', from: ['RUNNING', 'FAILED'], word: 'restart' },
};

/** An endpoint as it was resolved when the last create or modify ended. */
export interface Endpoint {
  name: string;
  host: string;
  ports: number[];
  primary: boolean;
  networkingType: string;
  /** Nothing is called reachable that was not tried (design 5.13). */
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

/** Label by which everything of an instance is found in its cell. */
export const INSTANCE_LABEL = 'cellplane.dev/instance';
export const ORGANIZATION_LABEL = 'cellplane.dev/organization';

/** Labels of every object of an instance. */
export function instanceLabels(instance: { id: string; orgId: string }): Record<string, string> {
  return { [INSTANCE_LABEL]: instance.id, [ORGANIZATION_LABEL]: instance.orgId, 'app.kubernetes.io/managed-by': 'cellplane' };
}

/** The one manager name of an instance's server-side applies (design 5.6). */
export const FIELD_MANAGER = 'cellplane';
