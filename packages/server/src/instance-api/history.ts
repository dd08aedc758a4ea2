/** Everything that was done to one instance: its operations, and the runs that each of them took. */
import type { Handlers, InstanceOperation } from '@cellplane/api';
import type { Database } from '../database/database.js';
import type { PageQuery } from '../database/page.js';
import { notFound } from '../errors.js';
import { type Audience, audienceOf } from '../identity/audience.js';
import { selectHistorySince } from '../instances/past-instance-store.js';
import { selectInstanceEvents } from '../instances/instance-event-store.js';
import { type HistoryRow, type RunOfHistory, selectHistory, selectRunsOfHistory } from './history-store.js';
import { statusOfRun } from './run-wire.js';
import { customVerbsSeenBy } from './seen-workflows.js';
import { versionsIn } from '../lifecycle/operation.js';
import { selectVisibleToo } from '../instances/store.js';
import { statusDescription } from './wire.js';

type History = Awaited<ReturnType<Handlers['listInstanceOperations']>>;

/** Newest first; of a deleted instance, too. @throws DomainError not_found, for a foreign instance too; bad_request for a token that is not ours */
export async function instanceHistory(
  db: Database,
  caller: { orgId: string },
  input: PageQuery & { instanceId: string },
): Promise<History> {
  const instance = await selectVisibleToo(db, caller, input.instanceId);
  if (instance === undefined) throw notFound('instance', input.instanceId);
  const seen = await customVerbsSeenBy(db, caller, instance);
  const { rows: page, ...next } = await selectHistory(db, { instanceId: instance.id, verbs: seen }, input);
  const runs = await selectRunsOfHistory(db, instance.id, page);
  const since = await selectHistorySince(db, instance.id);
  const description = statusDescription(instance);
  return {
    instanceId: instance.id,
    serviceId: instance.serviceId,
    environmentId: instance.environmentId,
    status: instance.status,
    ...(description === '' ? {} : { statusDescription: description }),
    createdAt: instance.createdAt.toISOString(),
    ...(instance.deletedAt === null ? {} : { deletedAt: instance.deletedAt.toISOString() }),
    ...(since === null ? {} : { historySince: since.toISOString() }),
    operations: page.map((row) => operationOnWire(row, runs)),
    ...((input.nextPageToken ?? '') === '' ? { events: await eventsOnWire(db, instance.id, audienceOf(instance, caller)) } : {}),
    ...next,
  };
}

const MOST_EVENTS = 50;

/** Whoever changed objects in the cell is the provider's to know. */
async function eventsOnWire(db: Database, instanceId: string, audience: Audience) {
  const events = (await selectInstanceEvents(db, instanceId, MOST_EVENTS)).filter(
    ({ type }) => audience === 'FLEET' || type !== 'DriftFound',
  );
  return events.map(({ at, type, message }) => ({ time: at.toISOString(), type, message }));
}

function operationOnWire(row: HistoryRow, runs: RunOfHistory[]): InstanceOperation {
  const mine = runs.filter((run) => run.operation_id === row.id);
  const verb = row.step?.customVerb ?? mine.find((run) => run.step?.customVerb !== undefined)?.step?.customVerb;
  return {
    id: row.id,
    kind: row.kind,
    ...(verb === undefined ? {} : { verb }),
    status: row.status.toUpperCase(),
    requestedBy: row.requested_by,
    requestedByName: row.requested_by_name ?? row.requested_by,
    startTime: row.created_at.toISOString(),
    ...(row.finished_at === null ? {} : { endTime: row.finished_at.toISOString() }),
    ...(row.message === '' ? {} : { message: row.message }),
    ...(row.code === '' ? {} : { code: row.code }),
    ...versionsIn(row.versions),
    ...(row.skip_final_snapshot ? { skipFinalSnapshot: true } : {}),
    ...(row.skip_snapshot_cleanup ? { skipSnapshotCleanup: true } : {}),
    runs: mine.map((run) => ({
      id: run.id,
      verb: run.step?.customVerb ?? run.step?.verb ?? run.kind,
      ...(run.resource_key === null ? {} : { resourceKey: run.resource_key }),
      ...(run.step?.snapshotId === undefined ? {} : { snapshotId: run.step.snapshotId }),
      status: statusOfRun(run.phase, run.paused && run.finished_at === null),
      ...(run.message === '' ? {} : { message: run.message }),
      startTime: run.started_at.toISOString(),
      ...(run.finished_at === null ? {} : { endTime: run.finished_at.toISOString() }),
    })),
  };
}
