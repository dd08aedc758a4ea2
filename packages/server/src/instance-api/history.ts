/** Everything that was done to one instance: its operations, and the runs that each of them took. */
import type { Handlers, InstanceOperation } from '@cellplane/api';
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import { notFound } from '../errors.js';
import { selectInstanceEvents } from '../instances/instance-event-store.js';
import type { Step } from '../lifecycle/operation.js';
import { statusOfRun } from './run-wire.js';
import { customVerbsSeenBy } from './seen-workflows.js';
import { selectVisibleToo } from '../instances/store.js';
import { statusDescription } from './wire.js';

type History = Awaited<ReturnType<Handlers['listInstanceOperations']>>;

interface HistoryRow {
  id: string;
  kind: string;
  status: string;
  run_id: string | null;
  requested_by: string;
  requested_by_name: string | null;
  message: string;
  code: string;
  created_at: Date;
  place: string;
  finished_at: Date | null;
  skip_final_snapshot: boolean;
  skip_snapshot_cleanup: boolean;
  step: Step | null;
}

interface RunOfHistory {
  id: string;
  operation_id: string;
  kind: string;
  step: Step | null;
  resource_key: string | null;
  phase: string;
  paused: boolean;
  message: string;
  started_at: Date;
  finished_at: Date | null;
}

const OPERATIONS: PagedList = { name: 'operations', by: 'time', usual: 50, most: 200 };

/** Newest first; of a deleted instance, too. @throws DomainError not_found, for a foreign instance too; bad_request for a token that is not ours */
export async function instanceHistory(
  db: Database,
  caller: { orgId: string },
  input: PageQuery & { instanceId: string },
): Promise<History> {
  const instance = await selectVisibleToo(db, caller.orgId, input.instanceId);
  if (instance === undefined) throw notFound('instance', input.instanceId);
  const request = readPage(OPERATIONS, input);
  const seen = await customVerbsSeenBy(db, caller, instance);
  const found = (
    await sql<HistoryRow>`
      select o.id, o.kind, o.status, o.run_id, o.requested_by, u.name as requested_by_name, o.message, o.code, o.created_at, o.created_at::text as place,
        o.finished_at, o.skip_final_snapshot, o.skip_snapshot_cleanup, o.step
      from operations o left join users u on u.id = o.requested_by
      where o.instance_id = ${instance.id}
        and ${seen === undefined ? sql`true` : sql`(o.kind <> 'custom' or o.data->>'verb' = any(${seen}))`}
        and ${request.after === undefined ? sql`true` : sql`(o.created_at, o.id) < (${request.after.at}::timestamptz, ${request.after.id})`}
      order by o.created_at desc, o.id desc limit ${request.limit}`.execute(db)
  ).rows;
  const { rows: page, ...next } = pageOf(request, found, (row) => ({ at: row.place, id: row.id }));
  const runs = await runsOf(db, instance.id, page);
  const description = statusDescription(instance);
  return {
    instanceId: instance.id,
    serviceId: instance.serviceId,
    environmentId: instance.environmentId,
    status: instance.status,
    ...(description === '' ? {} : { statusDescription: description }),
    createdAt: instance.createdAt.toISOString(),
    ...(instance.deletedAt === null ? {} : { deletedAt: instance.deletedAt.toISOString() }),
    operations: page.map((row) => operationOnWire(row, runs)),
    ...(request.after === undefined ? { events: await eventsOnWire(db, instance.id) } : {}),
    ...next,
  };
}

const MOST_EVENTS = 50;

async function eventsOnWire(db: Database, instanceId: string) {
  const events = await selectInstanceEvents(db, instanceId, MOST_EVENTS);
  return events.map(({ at, type, message }) => ({ time: at.toISOString(), type, message }));
}

async function runsOf(db: Database, instanceId: string, operations: HistoryRow[]): Promise<RunOfHistory[]> {
  const ids = operations.map((row) => row.id);
  const { rows } = await sql<RunOfHistory>`
    select r.id, r.data->>'operationId' as operation_id, r.kind, r.data->'step' as step, r.data->>'resourceKey' as resource_key,
      r.phase, r.paused, r.message, coalesce(r.started_at, r.created_at) as started_at, r.finished_at
    from runs r where r.subject = ${instanceId} and r.data->>'operationId' = any(${ids}) order by r.created_at, r.id`.execute(db);
  return rows;
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
