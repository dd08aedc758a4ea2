/**
 * One lifecycle action on an instance, and the steps that it is made of.
 *
 * A step is one workflow of one resource of the plan, carried out by one run. The steps of an operation are decided when it
 * begins and stored with it; the end of each run, in its own transaction, begins the next one. So an operation of many steps
 * can be killed between any two lines like one of a single step.
 */
import type { Json, JsonObject, ParameterType, SystemVerb } from '@cellplane/plan';
import type { OperationKind } from '../instances/instance.js';
import type { InstanceValues } from '../instances/store.js';

export interface Step {
  verb: SystemVerb | 'custom';
  resourceKey: string;
  /** Custom steps: the plan's own verb. */
  customVerb?: string;
  /** Steps of backup and deleteBackup: what they make or remove. */
  snapshotId?: string;
  /** The operation goes on with the next step even if this one fails, and ends as failed after the last (stopping again after a failed backup). */
  always?: true;
  /** The plan version whose workflow it is; absent: the instance's own. */
  planVersion?: string;
  /** Deletes: the plan version that is to be has no such resource, so this one alone is taken down, and the instance stays. */
  dropped?: true;
  /** Deletes: no workflow of the plan has ever begun on the instance, so there is nothing for the plan's own to take down. */
  bare?: true;
}

/** What workflows of an operation see beside the instance's own values. Stored sealed with the operation. */
export interface OperationInput {
  /** Merged into `$sys`, key by key: `restore`, `sourceInstanceId`, `targetInstanceId`, … */
  sys?: JsonObject;
  /** Which paths of it are secret, keys from the root of `$sys`: masked in manifests, events and logs. */
  secretSys?: string[][];
  /** Values of `$var` that come before the instance's own: a custom call's parameters, `replicaCount`, `failedReplicaId`. */
  parameters?: Record<string, { value: Json; type: ParameterType }>;
}

/** From which plan version to which an upgrade leads, as its data says it; empty for other operations. */
export function versionsIn(data: JsonObject | undefined): { fromVersion?: string; toVersion?: string } {
  const { fromVersion, toVersion } = data ?? {};
  return typeof fromVersion === 'string' && typeof toVersion === 'string' ? { fromVersion, toVersion } : {};
}

export const OPERATION_STATUSES = ['waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export interface OperationRow {
  id: string;
  instanceId: string;
  kind: OperationKind;
  status: (typeof OPERATION_STATUSES)[number];
  runId: string | null;
  requestedBy: string;
  /** Deletes: the plan's final snapshot is not wanted. */
  skipFinalSnapshot: boolean;
  /** Deletes: automated snapshots are left behind. */
  skipSnapshotCleanup: boolean;
  /** The step of `runId`; null while it waits. */
  step: Step | null;
  nextSteps: Step[];
  sealedInput: Buffer | null;
  data: JsonObject;
  /** Values that count for the instance once the operation has succeeded; null: it changes none. */
  requested: InstanceValues | null;
  /** Upgrades: what counted before; null: nothing that had ever run. */
  previous: InstanceValues | null;
}
