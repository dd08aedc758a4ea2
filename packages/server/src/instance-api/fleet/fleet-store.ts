/** The fleet in numbers: everything is counted by the database, however many instances there are. */
import { type Database, type RawBuilder, sql } from '../../database/database.js';
import type { Viewer } from '../../identity/viewer.js';
import { nameInTags } from '@cellplane/api/name-tag';
import type { Tag } from '../../instances/instance.js';
import { liesWithin, visibleTo, type Within } from '../../instances/store.js';

/** A plan and where it stands, by the names of the catalogue. */
export interface PlanNames {
  serviceId: string;
  serviceName: string;
  environmentId: string;
  environmentName: string;
  environmentType: string;
  planId: string;
  planName: string;
}

const names = sql`s.id as "serviceId", s.name as "serviceName", e.id as "environmentId", e.name as "environmentName", e.type as "environmentType",
  p.id as "planId", p.name as "planName"`;

export interface CountedGroup extends PlanNames {
  version: string;
  cellId: string;
  cell: string;
  total: number;
  statuses: Record<string, number>;
}

/** Live instances by plan version and cell. */
export async function countInstances(db: Database, viewer: Viewer, within: Within): Promise<CountedGroup[]> {
  const { rows } = await sql<CountedGroup>`
    with counted as (
      select i.plan_id, i.plan_version, i.cell_id, i.status, count(*)::int as count from instances i
      where i.deleted_at is null and ${visibleTo(viewer)} and ${liesWithin(within)} group by i.plan_id, i.plan_version, i.cell_id, i.status
    )
    select ${names}, c.plan_version as version, d.id as "cellId", d.key as cell, sum(c.count)::int as total, jsonb_object_agg(c.status, c.count) as statuses
    from counted c join plans p on p.id = c.plan_id join environments e on e.id = p.environment_id join services s on s.id = e.service_id
      join deployment_cells d on d.id = c.cell_id
    group by s.id, e.id, p.id, c.plan_version, d.id
    order by s.name, e.name, p.name, string_to_array(c.plan_version, '.')::int[] desc, d.key`.execute(db);
  return rows;
}

/** Why instances wait. */
export interface CountedWait {
  cause: string;
  of: string;
  words: string;
  cure: string;
  count: number;
  since: Date;
  instanceIds: string[];
}

/** Operations under way on instances that the viewer may see, with their runs. */
const underWay = (viewer: Viewer, within: Within) => sql`
  select o.id as operation_id, o.kind, o.created_at, i.id as instance_id, i.plan_id, r.id as run_id, r.paused, r.message
  from operations o join instances i on i.id = o.instance_id left join runs r on r.id = o.run_id and r.finished_at is null
  where o.status = 'running' and ${visibleTo(viewer)} and ${liesWithin(within)}`;

/**
 * What open runs wait for, grouped by cause: of a task the root cause that was found, else the refusal of the last call, else its gate;
 * a stage by its title. A paused run waits for a person. An instance is counted once for each of its causes.
 */
export async function countWaits(db: Database, viewer: Viewer, within: Within): Promise<CountedWait[]> {
  const { rows } = await sql<CountedWait>`
    with under_way as (${underWay(viewer, within)}), waits as (
      select w.instance_id, coalesce(t.leaf->'causes'->0->>'code', case when t.leaf->'lastError' is not null then 'error' else 'gate' end) as cause,
        coalesce(t.leaf->'object'->>'kind', '') as of,
        coalesce(t.leaf->'causes'->0->>'cause', t.leaf->'lastError'->>'message', t.leaf->'verdict'->>'reason', '') as words,
        coalesce(t.leaf->'causes'->0->>'cure', '') as cure,
        to_timestamp((t.started)::double precision / 1000) as since
      from under_way w cross join lateral (
        select node->'leaf' as leaf, coalesce(node->>'startedAt', '0')::bigint as started from run_tasks
        where run_id = w.run_id and watch is not null and node->>'phase' = 'Running'
      ) t
      where not w.paused
      union all
      select w.instance_id, 'stage', st.title, st.waiting->>'for', '', to_timestamp((st.waiting->>'since')::double precision / 1000)
      from under_way w join run_stages st on st.run_id = w.run_id and st.state = 'Waiting' and st.waiting is not null where not w.paused
      union all
      select w.instance_id, 'paused', w.kind, w.message, '', w.created_at from under_way w where w.paused
    )
    select cause, of, (array_agg(words order by since))[1] as words, (array_agg(cure order by since))[1] as cure, count(distinct instance_id)::int as count,
      min(since) as since, (array_agg(distinct instance_id))[1:10] as "instanceIds"
    from waits group by cause, of order by count(distinct instance_id) desc, min(since)`.execute(db);
  return rows;
}

export interface CountedAlarm {
  kind: string;
  count: number;
  instanceIds: string[];
}

/** What somebody should look at. `stuckAfterMinutes`: an operation that has gone on for longer counts as stuck. */
export async function countAlarms(db: Database, viewer: Viewer, within: Within, stuckAfterMinutes: number): Promise<CountedAlarm[]> {
  const { rows } = await sql<CountedAlarm>`
    with seen as (
      select i.id, i.status, i.drifted_fields, i.findings, i.warnings from instances i
      where i.deleted_at is null and ${visibleTo(viewer)} and ${liesWithin(within)}
    ), alarms as (
      select 1 as place, 'failed' as kind, id from seen where status = 'FAILED'
      union all
      select 2, 'stuck', instance_id from (${underWay(viewer, within)}) w where w.created_at < now() - ${stuckAfterMinutes} * interval '1 minute'
      union all select 3, 'drifted', id from seen where drifted_fields > 0
      union all select 4, 'differs', id from seen where jsonb_array_length(findings::jsonb) > 0
      union all select 5, 'warned', id from seen where to_jsonb(warnings) not in ('[]', 'null')
    )
    select kind, count(*)::int as count, (array_agg(id order by id))[1:10] as "instanceIds"
    from alarms group by place, kind order by place`.execute(db);
  return rows;
}

export interface OperationUnderWay {
  operationId: string;
  instanceId: string;
  kind: string;
  runId: string | null;
  startedAt: Date;
  paused: boolean | null;
  planName: string;
}

/** The newest ones first, and how many there are. */
export async function selectUnderWay(
  db: Database,
  viewer: Viewer,
  within: Within,
  limit: number,
): Promise<{ count: number; operations: OperationUnderWay[] }> {
  const { rows } = await sql<OperationUnderWay & { all: number }>`
    select w.operation_id as "operationId", w.instance_id as "instanceId", w.kind, w.run_id as "runId", w.created_at as "startedAt", w.paused,
      p.name as "planName", (count(*) over ())::int as all
    from (${underWay(viewer, within)}) w join plans p on p.id = w.plan_id order by w.created_at desc, w.operation_id limit ${limit}`.execute(
    db,
  );
  return { count: rows[0]?.all ?? 0, operations: rows.map(({ all: _all, ...row }) => row) };
}

/** Names that people gave these instances, by their ids; of those that have one. */
export async function selectNamesOf(db: Database, viewer: Viewer, instanceIds: string[]): Promise<Record<string, string>> {
  if (instanceIds.length === 0) return {};
  const { rows } = await sql<{ id: string; tags: Tag[] }>`
    select i.id, i.tags from instances i where i.id = any(${instanceIds}) and ${visibleTo(viewer)}`.execute(db);
  return Object.fromEntries(
    rows.flatMap(({ id, tags }) => {
      const name = nameInTags(tags);
      return name === undefined ? [] : [[id, name]];
    }),
  );
}

/** Which runs are meant; what is missing does not restrict. */
export interface RunsOf extends Within {
  planId: string | undefined;
  verb: string | undefined;
}

/** A condition on `runs`: they are of instances that the viewer may see, in this place, of this plan, and of this verb. */
export function isRunOf(viewer: Viewer, { planId, verb, ...within }: RunsOf): RawBuilder<unknown> {
  return sql`subject in (select i.id from instances i where ${visibleTo(viewer)} and ${liesWithin(within)}
      and ${planId === undefined ? sql`true` : sql`i.plan_id = ${planId}`})
    and ${verb === undefined ? sql`true` : sql`${verb.toLowerCase()} in (lower(kind), lower(data->'step'->>'customVerb'))`}`;
}

/** Plans of these instances, deleted or not, by the instance. */
export async function selectPlansOf(db: Database, viewer: Viewer, instanceIds: string[]): Promise<Map<string, PlanNames>> {
  const { rows } = await sql<PlanNames & { instanceId: string }>`
    select i.id as "instanceId", ${names} from instances i join plans p on p.id = i.plan_id join environments e on e.id = p.environment_id
      join services s on s.id = e.service_id
    where i.id = any(${instanceIds}) and ${visibleTo(viewer)}`.execute(db);
  return new Map(rows.map(({ instanceId, ...row }) => [instanceId, row]));
}

/** What a run is a step of. */
export interface StepOfRun {
  /** Of a custom workflow. */
  verb: string | null;
  planVersion: string | null;
}

/** Verbs and plan versions of these runs, by their ids. */
export async function selectStepsOf(db: Database, runIds: string[]): Promise<Map<string, StepOfRun>> {
  const { rows } = await sql<StepOfRun & { id: string }>`
    select id, data->'step'->>'customVerb' as verb, data->>'planVersion' as "planVersion" from runs where id = any(${runIds})`.execute(db);
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}
