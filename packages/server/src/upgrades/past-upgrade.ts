/** Upgrades of one instance as the wire lists them (docs/upgrades.md#in-the-api). */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import type { PageQuery } from '../database/page.js';
import { notFound } from '../errors.js';
import type { Viewer } from '../identity/viewer.js';
import { selectVisibleToo } from '../instances/store.js';
import type { OperationRow } from '../lifecycle/operation.js';
import { type PastUpgrade, selectPastUpgrades } from './past-upgrade-store.js';
import { shownStatus, type UpgradeStatus } from './upgrade-path.js';

type History = Awaited<ReturnType<Handlers['listInstanceUpgradeHistory']>>;

/** What the status of an operation is in the words of upgrades. */
const STATUS_OF_OPERATION: Record<OperationRow['status'], UpgradeStatus> = {
  waiting: 'PENDING',
  running: 'IN_PROGRESS',
  succeeded: 'COMPLETE',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** Newest first; the instance may be deleted. @throws DomainError not_found; bad_request for a token of another list */
export async function pastUpgrades(
  db: Database,
  caller: Viewer,
  { serviceId, environmentId, instanceId }: { serviceId: string; environmentId: string; instanceId: string },
  query: PageQuery,
): Promise<History> {
  const instance = await selectVisibleToo(db, caller, instanceId);
  if (instance?.serviceId !== serviceId || instance.environmentId !== environmentId) throw notFound('instance', instanceId);
  const { rows, ...next } = await selectPastUpgrades(db, instanceId, query);
  const upgrades = rows.map((row) => ({
    upgradePathId: row.pathId ?? '',
    instanceId,
    productTierId: instance.planId,
    sourceVersion: row.sourceVersion,
    targetVersion: row.targetVersion,
    type: row.type,
    status: statusOf(row),
    ...(row.message === '' ? {} : { statusMessage: row.message }),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    ...(row.scheduledAt === null ? {} : { scheduledAt: row.scheduledAt.toISOString() }),
    ...(row.startedAt === null ? {} : { upgradeStartTime: row.startedAt.toISOString() }),
    ...(row.endedAt === null ? {} : { upgradeEndTime: row.endedAt.toISOString() }),
    workflowID: row.runId ?? '',
  }));
  return { instanceId, serviceId, environmentId, upgrades, ...next };
}

function statusOf({ state }: PastUpgrade): string {
  return 'operation' in state ? STATUS_OF_OPERATION[state.operation] : shownStatus(state.path, state.upgrade);
}
