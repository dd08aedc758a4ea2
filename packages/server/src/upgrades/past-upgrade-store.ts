/** Upgrades that an instance has had, has, or waits for: rows of paths, and operations that are in none. */
import { type Database, sql } from '../database/database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from '../database/page.js';
import type { OperationRow } from '../lifecycle/operation.js';
import type { PathStatus, PathType, UpgradeStatus } from './upgrade-path.js';

export interface PastUpgrade {
  /** Null: an upgrade of this instance alone. */
  pathId: string | null;
  /** Of its row in a path; or of an operation that has none: an upgrade of this instance alone, or a way back, which a path may have begun. */
  state: { path: PathStatus; upgrade: UpgradeStatus } | { operation: OperationRow['status'] };
  type: PathType;
  sourceVersion: string;
  targetVersion: string;
  message: string;
  runId: string | null;
  createdAt: Date;
  updatedAt: Date;
  scheduledAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

const PAST_UPGRADES: PagedList = { name: 'instance-upgrade-history', by: 'time', usual: 100, most: 500 };

/** Newest first. @throws DomainError bad_request for a token of another list */
export async function selectPastUpgrades(
  db: Database,
  instanceId: string,
  query: PageQuery,
): Promise<{ rows: PastUpgrade[]; nextPageToken?: string }> {
  const page = readPage(PAST_UPGRADES, query);
  const { rows } = await sql<PastUpgrade & { at: string; id: string }>`
    select past.*, past."createdAt"::text as at from (
      select u.path_id as id, u.path_id as "pathId", json_build_object('path', p.status, 'upgrade', u.status) as state,
        p.type, p.source_version as "sourceVersion", coalesce(u.target_version, p.target_version) as "targetVersion",
        u.reason as message, u.run_id as "runId", u.created_at as "createdAt", u.updated_at as "updatedAt", p.scheduled_at as "scheduledAt",
        u.started_at as "startedAt", u.ended_at as "endedAt"
      from instance_upgrades u join upgrade_paths p on p.id = u.path_id where u.instance_id = ${instanceId}
      union all
      select o.id, o.data->>'upgradePathId', json_build_object('operation', o.status), 'UserDefined', coalesce(o.data->>'fromVersion', ''),
        coalesce(o.data->>'toVersion', ''), o.message, o.run_id, o.created_at, coalesce(o.finished_at, o.created_at), null,
        o.created_at, o.finished_at
      from operations o where o.instance_id = ${instanceId} and o.kind = 'upgrade'
        and not exists (select 1 from instance_upgrades u where u.operation_id = o.id)
    ) past
    where ${page.after === undefined ? sql`true` : sql`(past."createdAt", past.id) < (${page.after.at}::timestamptz, ${page.after.id})`}
    order by past."createdAt" desc, past.id desc limit ${page.limit}`.execute(db);
  return pageOf(page, rows, ({ at, id }) => ({ at, id }));
}
