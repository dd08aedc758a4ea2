/**
 * A snapshot: what a backup workflow of a plan made, with everything that a restore needs.
 *
 *     take ──▶ RUNNING ──▶ COMPLETE ──▶ DELETING ──▶ DELETED (the record is gone from every list)
 *                 └──────▶ FAILED ─────────┘  ▲ │
 *                                             └─┘ a failed removal is tried again, later each time
 *
 * Manual ones live until a person deletes them, automated ones (periodic, triggered, final) until their retention is over.
 * A copy shares the backup with its original: the plan's deleteBackup runs with the last record of a backup, and only then.
 */
import { type CompiledPlan, type CompiledResource, type Json, type JsonObject, resolveExpressions } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { invalidState } from '../errors.js';
import { newLowerCaseId } from '../identity/identifier.js';
import type { StoredOutput, Tag } from '../instances/instance.js';
import type { ParameterValues } from '../instances/parameters.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';

export const SNAPSHOT_ORIGINS = ['manual', 'triggered', 'periodic', 'final', 'copy'] as const;
export type SnapshotOrigin = (typeof SNAPSHOT_ORIGINS)[number];
export const SNAPSHOT_STATUSES = ['PENDING', 'RUNNING', 'COMPLETE', 'FAILED', 'DELETING', 'DELETED'] as const;
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number];

export interface SnapshotRow {
  id: string;
  providerOrgId: string;
  orgId: string;
  subscriptionId: string;
  serviceId: string;
  environmentId: string;
  planId: string;
  planVersion: string;
  resourceId: string;
  /** The instance's own resource; with it a restore makes the new instance. */
  resourceKey: string;
  cellId: string;
  cloudProvider: string;
  region: string;
  networkType: string;
  sourceInstanceId: string;
  origin: SnapshotOrigin;
  status: SnapshotStatus;
  /** Why it failed, or why its removal did. */
  message: string;
  /** `$sys.snapshot.time`. */
  takenAt: Date;
  completedAt: Date | null;
  /** Null: never by itself. */
  expiresAt: Date | null;
  metadata: Record<string, StoredOutput>;
  parameters: Record<string, Json>;
  sealedParameters: Buffer;
  tags: Tag[];
  /** The record that the backup was made for; null: this one. */
  copiedFrom: string | null;
  createdBy: string;
  createdAt: Date;
  /** When its removal is tried (again). */
  deleteWantedAt: Date | null;
  deleteAttempts: number;
  deletedAt: Date | null;
}

/** What the room needs of the composition root. */
export interface SnapshotDeps {
  instances: InstanceDeps;
  now: TimeOf;
  /** Backups that may run at the same time in one cell before the platform begins no more by itself; removals likewise. */
  backupsPerCell: number;
}

/** The time that schedules, expiry and windows are told by. Production: `databaseTime`, so that all processes agree. */
type TimeOf = (db: Database) => Promise<Date>;

export interface PortDeps {
  sealer: Sealer;
  log: Logger;
  now: TimeOf;
}

/** `instance-ss-f2qlfhnvv`: plans use it as an object's name. */
export function newSnapshotId(): string {
  return newLowerCaseId('instance-ss', 9);
}

/** Days that an automated snapshot is kept where the plan has no policy (the default of `backupRetentionInDays`). */
export const RETENTION_DAYS = 7;
const DAY_MS = 86_400_000;

/** When a snapshot that is taken now ends by itself; null: never. A retention that changes later changes nothing of it. */
export function expiryOf(origin: SnapshotOrigin, takenAt: Date, retentionDays: number | undefined): Date | null {
  if (!isAutomated(origin)) return null;
  return new Date(takenAt.getTime() + (retentionDays ?? RETENTION_DAYS) * DAY_MS);
}

/** True of those that the platform took and removes. */
export function isAutomated(origin: SnapshotOrigin): boolean {
  return origin === 'periodic' || origin === 'triggered' || origin === 'final';
}

/** The word of the wire (docs/reference/statuses.md#snapshots). */
export function typeOnWire(origin: SnapshotOrigin): 'AutomatedSnapshot' | 'ManualSnapshot' {
  return isAutomated(origin) ? 'AutomatedSnapshot' : 'ManualSnapshot';
}

/** Which record the plan's objects are named after: the one that the backup was made for. */
export function backupIdOf(snapshot: Pick<SnapshotRow, 'id' | 'copiedFrom'>): string {
  return snapshot.copiedFrom ?? snapshot.id;
}

/** The instance's own resource, if backups are taken of it; the plan may have changed its mind from version to version. */
export function backedUpResource(plan: CompiledPlan, resourceKey: string): CompiledResource | undefined {
  return plan.resources.find((resource) => resource.key === resourceKey && resource.systemWorkflows.backup !== undefined);
}

/** True if the plan version can remove a backup of this resource. */
export function removes(plan: CompiledPlan, resourceKey: string): boolean {
  return plan.resources.some((resource) => resource.key === resourceKey && resource.systemWorkflows.deleteBackup !== undefined);
}

/**
 * True of a backup that never succeeded, where the plan's deleteBackup asks for metadata: there is none, so the plan cannot say
 * what to remove, and never will. Its record alone goes; it must not hold up the delete of its instance for ever.
 */
export function isBeyondRemoval(plan: CompiledPlan, snapshot: SnapshotRow): boolean {
  const workflow = plan.resources.find((one) => one.key === snapshot.resourceKey)?.systemWorkflows.deleteBackup;
  if (snapshot.completedAt !== null || workflow === undefined) return false;
  const { unresolved } = resolveExpressions(workflow.expressions, {
    sys: { snapshot: { id: backupIdOf(snapshot), time: snapshot.takenAt.toISOString(), metadata: {} } },
    parameters: {},
    secrets: () => undefined,
    resources: {},
    seed: '',
  });
  return unresolved.some((expression) => /^\$sys\W+snapshot\W+metadata\W/.test(expression));
}

/** @throws DomainError invalid_state with the reason, if nothing can be restored (or copied) from it now */
export function refuseUnlessComplete(snapshot: SnapshotRow, what: 'restored' | 'copied'): void {
  if (snapshot.status === 'COMPLETE') return;
  const reason = {
    PENDING: 'has not been taken yet; wait until it is COMPLETE',
    RUNNING: 'is still being taken; wait until it is COMPLETE',
    FAILED: `failed${snapshot.message === '' ? '' : `: ${snapshot.message}`}; choose another snapshot`,
    DELETING: 'is being deleted; choose another snapshot',
    DELETED: 'has been deleted; choose another snapshot',
  }[snapshot.status];
  throw invalidState('snapshot-not-complete', `Snapshot ${snapshot.id} cannot be ${what}: it ${reason}.`);
}

/** Seal contexts of a snapshot's columns. */
export const snapshotParameterContext = (id: string): string => `snapshot/${id}/parameters`;
export const snapshotMetadataContext = (id: string): string => `snapshot/${id}/metadata`;

/** The source's parameters when it was taken, in clear. */
export function openSnapshotParameters(sealer: Sealer, snapshot: SnapshotRow): ParameterValues {
  const plain = sealer.open(snapshot.sealedParameters, snapshotParameterContext(snapshot.id)).toString('utf8');
  return { clear: snapshot.parameters, secret: JSON.parse(plain) as Record<string, Json> };
}

/** What the backup workflow gave out, in clear. */
export function openMetadata(sealer: Sealer, snapshot: Pick<SnapshotRow, 'id' | 'metadata'>): JsonObject {
  return Object.fromEntries(
    Object.entries(snapshot.metadata).map(([name, stored]) => [
      name,
      'value' in stored
        ? stored.value
        : (JSON.parse(sealer.open(Buffer.from(stored.sealed, 'base64'), snapshotMetadataContext(snapshot.id)).toString('utf8')) as Json),
    ]),
  );
}

/**
 * What workflows see of it: an output that was not there has no value, so a restore or removal that needs it says so before it
 * does anything. As nothing in a text it would make the path of one backup the path of all.
 */
export function metadataSeen(sealer: Sealer, snapshot: Pick<SnapshotRow, 'id' | 'metadata'>): JsonObject {
  return Object.fromEntries(Object.entries(openMetadata(sealer, snapshot)).filter(([, value]) => value !== null));
}

/** Paths of `$sys` that the snapshot's secret metadata has under `$sys.snapshot` or `$sys.restore`. */
export function secretPaths(snapshot: Pick<SnapshotRow, 'metadata'>, under: 'snapshot' | 'restore'): string[][] {
  return Object.entries(snapshot.metadata).flatMap(([name, stored]) => ('sealed' in stored ? [[under, 'metadata', name]] : []));
}

/** As it is stored with the snapshot `id`: secret outputs sealed. */
export function sealMetadata(sealer: Sealer, id: string, outputs: Record<string, { value: Json; secret?: true }>): SnapshotRow['metadata'] {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [
      name,
      secret === true ? { sealed: sealer.seal(JSON.stringify(value), snapshotMetadataContext(id)).toString('base64') } : { value },
    ]),
  );
}
