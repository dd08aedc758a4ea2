/** Runs whose time is over: which of them a subject still stands on, and how they are removed. */
import { type Database, sql, type Transaction } from '../../database/database.js';
import { MOST_WRITES } from '../written-manifests.js';

/** A run that has ended. */
export interface EndedRunRow {
  id: string;
  /** What was put into its data under the key that was asked for. */
  value: string | null;
  createdAt: Date;
  finishedAt: Date;
  /** `createdAt`, exactly. */
  place: string;
}

export interface PastRunsOf {
  subject: string;
  /** The member of the runs' data to answer. */
  key: string;
  /** Those that ended before. */
  before: Date;
  /** Those that come after this one in the order of creation. */
  after?: { place: string; id: string };
  limit: number;
}

/** Runs of a subject that ended before this moment, the oldest first. */
export async function selectPastRuns(db: Database, { subject, key, before, after, limit }: PastRunsOf): Promise<EndedRunRow[]> {
  const { rows } = await sql<EndedRunRow>`
    select id, data->>${key} as value, created_at as "createdAt", finished_at as "finishedAt", created_at::text as place from runs
    where subject = ${subject} and created_at < ${before} and finished_at is not null and finished_at < ${before}
      and ${after === undefined ? sql`true` : sql`(created_at, id) > (${after.place}::timestamptz, ${after.id})`}
    order by created_at, id limit ${limit}`.execute(db);
  return rows;
}

/**
 * The newest run of a subject of each verb and each value under `key`: of all of them, of those in which one of these stages has
 * succeeded, and of those that have succeeded.
 */
export async function selectNewestRuns(db: Database, { subject, key, stages }: { subject: string; key: string; stages: string[] }) {
  const { rows } = await sql<{ id: string }>`
    with mine as (
      select r.id, r.kind, r.phase, r.data->>${key} as value, r.created_at,
        exists (select 1 from run_stages s where s.run_id = r.id and s.name = any(${stages}) and s.state = 'Succeeded') as acted
      from runs r where r.subject = ${subject}
    )
    (select distinct on (kind, value) id from mine order by kind, value, created_at desc, id desc)
    union (select distinct on (kind, value) id from mine where acted order by kind, value, created_at desc, id desc)
    union (select distinct on (kind, value) id from mine where phase = 'Succeeded' order by kind, value, created_at desc, id desc)`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** An object, and up to the end of which run its manifest is put together and kept. */
export interface Composed {
  group: string;
  kind: string;
  name: string;
  until: Date;
}

interface LastWritersOf {
  subject: string;
  making: readonly string[];
  since: Date | null;
  composed: readonly Composed[];
}

/**
 * Of each object that a run of the verbs `making` has made since this moment: the runs that have written, patched or deleted it last, by
 * what they did to it. What is asked later of these objects is answered by these runs as by all (lifecycle/past-runs-store.ts). Of those
 * whose manifest is not put together up to the end of a run (`composed`), also all patches since the last write of the whole object, as
 * many as are put together at most (written-manifests.ts).
 */
export async function selectLastWriters(db: Database, { subject, making, since, composed }: LastWritersOf): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with life as (
      select r.id, r.kind = any(${[...making]}) as making, r.finished_at from runs r
      where r.subject = ${subject} and r.created_at >= coalesce(${since}::timestamptz, '-infinity')
    ), actions as materialized (
      select r.id as run_id, tpl->>'name' as template, tpl->>'action' as action
      from life l join runs r on r.id = l.id, json_array_elements(r.workflow->'templates') tpl
      where l.making and tpl->>'action' in ('apply', 'create', 'replace')
    ), product as materialized (
      select distinct case when strpos(t.api_version, '/') > 0 then split_part(t.api_version, '/', 1) else '' end as api_group, t.kind, t.name
      from life l join run_tasks t on t.run_id = l.id and t.name is not null and t.kind is not null and t.api_version is not null
        join actions a on a.run_id = l.id and a.template = t.node->>'template'
      where l.making and t.node->'leaf'->'write' is not null
    ), touched as materialized (
      select l.id, l.making, l.finished_at, t.node, p.api_group, p.kind, p.name
      from life l join run_tasks t on t.run_id = l.id and t.name is not null and t.api_version is not null and t.node ? 'leaf'
        join product p on p.kind = t.kind and p.name = t.name
          and p.api_group = case when strpos(t.api_version, '/') > 0 then split_part(t.api_version, '/', 1) else '' end
    ), done as materialized (
      select r.id as run_id, tpl->>'name' as template, tpl->>'action' as action
      from runs r, json_array_elements(r.workflow->'templates') tpl
      where r.id in (select id from touched) and tpl->>'action' <> 'get'
    ), counted as (
      select t.id, t.making, t.api_group, t.kind, t.name, d.action, t.finished_at,
        coalesce((t.node->'leaf'->'write'->>'at')::float8, (t.node->>'finishedAt')::float8) as at, extract(epoch from t.finished_at) * 1000 as ended
      from touched t join done d on d.run_id = t.id and d.template = t.node->>'template'
      where t.node->'leaf'->'write' is not null
        or d.action = 'delete' and (t.node->>'phase' = 'Succeeded'
          or (t.node->'leaf'->>'attempts')::int > coalesce((t.node->'leaf'->>'harmless')::int, 0))
    ), composed as (
      select * from jsonb_to_recordset(${JSON.stringify(composed)}::jsonb) as g ("group" text, kind text, name text, until timestamptz)
    ), patches as (
      select c.id, row_number() over (partition by c.api_group, c.kind, c.name order by coalesce(c.at, c.ended) desc nulls first, c.id) as n
      from counted c left join composed g on g."group" = c.api_group and g.kind = c.kind and g.name = c.name
      where c.action = 'patch' and (c.finished_at is null or c.finished_at > coalesce(g.until, '-infinity'))
        and coalesce(c.at, c.ended, 'infinity') >= coalesce((select max(coalesce(w.at, w.ended)) from counted w
          where w.api_group = c.api_group and w.kind = c.kind and w.name = c.name and w.action in ('apply', 'create', 'replace')), 0)
    )
    (select distinct on (api_group, kind, name, action, making) id from counted
      order by api_group, kind, name, action, making, at desc nulls last, id)
    union (select distinct on (api_group, kind, name, action, making) id from counted
      order by api_group, kind, name, action, making, coalesce(at, ended) desc nulls last, id)
    union (select id from patches where n <= ${MOST_WRITES})`.execute(db);
  return rows.map((row) => row.id);
}

/** Different values under `key` in the data of a subject's runs. */
export async function selectValuesOfRuns(db: Database, { subject, key }: { subject: string; key: string }): Promise<string[]> {
  const { rows } = await sql<{ value: string | null }>`select distinct data->>${key} as value from runs where subject = ${subject}`.execute(
    db,
  );
  return rows.flatMap(({ value }) => (value === null ? [] : [value]));
}

/** How many tasks and events each of these runs has. */
export async function selectSizes(db: Database, ids: string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; size: number }>`
    select r.id, (select count(*) from run_tasks t where t.run_id = r.id) + (select count(*) from run_events e where e.run_id = r.id) as size
    from unnest(${ids}::text[]) as r (id)`.execute(db);
  return new Map(rows.map(({ id, size }) => [id, size]));
}

/**
 * Removes runs with their stages, tasks and events, unless they go on (again). Whoever holds one keeps it. Whose they are is locked
 * before. Answers the ends of those that were removed.
 */
export async function deleteRuns(tx: Transaction, ids: string[]): Promise<Date[]> {
  const { rows } = await sql<{ id: string; finishedAt: Date | null }>`
    select id, finished_at as "finishedAt" from runs where id = any(${ids}) and finished_at is not null order by id for update skip locked`.execute(
    tx,
  );
  const ended = rows.map((row) => row.id);
  if (ended.length === 0) return [];
  await sql`delete from run_events where run_id = any(${ended})`.execute(tx);
  await sql`delete from run_tasks where run_id = any(${ended})`.execute(tx);
  await sql`delete from run_stages where run_id = any(${ended})`.execute(tx);
  await sql`delete from runs where id = any(${ended})`.execute(tx);
  return rows.flatMap(({ finishedAt }) => finishedAt ?? []);
}

/** The next subjects of runs after this one, in their order; each is found by one look into the index. */
export async function selectSubjects(db: Database, { after, limit }: { after: string; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`
    with recursive found (subject, n) as (
      (select subject, 1 from runs where subject > ${after} order by subject limit 1)
      union all
      select (select r.subject from runs r where r.subject > f.subject order by r.subject limit 1), f.n + 1
      from found f where f.n < ${limit} and f.subject is not null
    )
    select subject from found where subject is not null order by subject`.execute(db);
  return rows.map((row) => row.subject);
}

/** When the oldest run that is here was made; null: there is none. */
export async function selectOldestRun(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`select created_at as at from runs order by created_at, id limit 1`.execute(db);
  return rows[0]?.at ?? null;
}
