/** SQL of the instances of a cell without a running operation, and of the objects that each of them must have. */
import { type Database, sql, type Transaction, transaction } from '../database/database.js';
import type { InstanceFinding } from '../instances/finding.js';
import { clearFindingsOfGoing, setObjectsUntil } from '../instances/finding-store.js';
import type { InstanceStatus } from '../instances/instance.js';
import { type ExpectedObject, layOver, type Touch } from './expected-objects.js';

/** An instance that rests, as a reconcile pass over its cell sees it. */
export interface Resting {
  id: string;
  namespace: string;
  status: InstanceStatus;
  /** Changes whenever an operation begins, or ends, on it. */
  mark: string;
  findings: InstanceFinding[];
}

/** Instances whose new runs are read at once: their tasks are in memory together. */
const BATCH = 25;

/** The last operation on the instance `i`, and how it stands. */
const mark = sql`coalesce((select o.id || ' ' || o.status || ' ' || coalesce(o.finished_at::text, '') from operations o
  where o.instance_id = i.id order by o.created_at desc, o.id desc limit 1), '')`;
const isResting = sql`i.deleted_at is null and i.placed and i.ever_ran and not i.taking_down
  and not exists (select 1 from operations o where o.instance_id = i.id and o.status in ('running', 'waiting'))`;

/** Instances of the cell on which nothing acts and which have been whole once. */
export async function selectResting(db: Database, cellId: string): Promise<Resting[]> {
  const { rows } = await sql<Resting>`
    select i.id, i.namespace, i.status, ${mark} as mark, i.findings from instances i
    where i.cell_id = ${cellId} and ${isResting} order by i.id`.execute(db);
  return rows;
}

/** One instance, if it rests. */
export async function selectRestingOne(db: Database, id: string): Promise<Resting | undefined> {
  const { rows } = await sql<Resting>`
    select i.id, i.namespace, i.status, ${mark} as mark, i.findings from instances i where i.id = ${id} and ${isResting}`.execute(db);
  return rows[0];
}

/** The instance, if it still rests as it did. It must be locked. */
export async function stillRests(tx: Transaction, { id, mark: before }: Pick<Resting, 'id' | 'mark'>): Promise<boolean> {
  const { rows } = await sql`select 1 from instances i where i.id = ${id} and ${isResting} and ${mark} = ${before}`.execute(tx);
  return rows.length > 0;
}

/** Reads what runs have ended since the last pass into `instance_objects`. */
export async function bringForward(db: Database, cellId: string, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select i.id from instances i where i.cell_id = ${cellId} and ${isResting} and exists (
      select 1 from runs r where r.subject = i.id and r.finished_at > coalesce(i.objects_until, '-infinity')) order by i.id`.execute(db);
  for (let at = 0; at < rows.length; at += BATCH) {
    signal.throwIfAborted();
    await readRuns(
      db,
      rows.slice(at, at + BATCH).map((row) => row.id),
    );
  }
  await clearFindingsOfGoing(db, cellId);
  await sql`delete from instance_objects o using instances i
    where i.id = o.instance_id and i.cell_id = ${cellId} and i.deleted_at is not null`.execute(db);
}

interface TouchRow extends Touch {
  instanceId: string;
}

interface Standing {
  id: string;
  until: Date | null;
  /** Ends of its runs that are to be read. */
  end: Date;
  /** Its present life began after what is known. */
  anew: boolean;
}

async function readRuns(db: Database, ids: string[]): Promise<void> {
  await transaction(db, async (tx) => {
    const standing = await sql<Standing>`
      with life as (
        select instance_id, max(created_at) as begun from operations
        where instance_id = any(${ids}) and kind in ('create', 'restore') group by instance_id
      )
      select i.id, case when life.begun > i.objects_until then null else i.objects_until end as until,
        coalesce(life.begun > i.objects_until, true) as anew,
        (select max(finished_at) from runs r where r.subject = i.id) as "end"
      from instances i left join life on life.instance_id = i.id where i.id = any(${ids}) order by i.id
      for no key update of i`.execute(tx);
    const touches = await selectTouches(tx, standing.rows);
    const known = await selectObjects(tx, ids);
    const rows = standing.rows.flatMap(({ id, anew }) =>
      layOver(anew ? [] : (known.get(id) ?? []), touches.get(id) ?? []).map((object) => ({ instanceId: id, ...object })),
    );
    const changed = standing.rows.filter(({ id, anew }) => anew || touches.has(id)).map((row) => row.id);
    await sql`delete from instance_objects where instance_id = any(${changed})`.execute(tx);
    await sql`
      insert into instance_objects (instance_id, api_group, api_version, kind, name, uid, run_id, present, product, passing)
      select * from jsonb_to_recordset(${JSON.stringify(rows.filter((row) => changed.includes(row.instanceId)))}::jsonb) as o(
        "instanceId" text, "group" text, "apiVersion" text, kind text, name text, uid text, "runId" text, present boolean, product boolean,
        passing boolean)`.execute(tx);
    await setObjectsUntil(tx, standing.rows);
  });
}

/** What the tasks of runs that have ended since did, in the order in which they ended. Tasks of before a retry of their run are forgotten. */
async function selectTouches(tx: Transaction, standing: Standing[]): Promise<Map<string, Touch[]>> {
  const { rows } = await sql<TouchRow>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(standing)}::jsonb) as g(id text, until timestamptz)
    ), ended as materialized (
      select r.id, r.subject, r.kind as verb, r.workflow, r.finished_at from runs r join given g on g.id = r.subject
      where r.finished_at > coalesce(g.until, '-infinity')
        and r.created_at >= coalesce((select max(created_at) from operations o where o.instance_id = g.id
          and o.kind in ('create', 'restore')), '-infinity')
    ), templates as materialized (
      -- The words stand in for the mark that tasks of an older version of the program do not have.
      select e.id, tpl->>'name' as name, tpl->>'action' as action,
        strpos(tpl::text, 'cellplane.dev/may-vanish') > 0 or strpos(tpl::text, 'ttlSeconds') > 0 or strpos(tpl::text, 'ttlStrategy') > 0
          or strpos(tpl::text, 'ownerReferences') > 0 as passing
      from ended e, json_array_elements(e.workflow->'templates') tpl where tpl->>'action' is not null
    )
    select e.subject as "instanceId", e.id as "runId", e.verb, tpl.action, t.api_version as "apiVersion", t.kind, t.name,
      coalesce(t.node->'leaf'->'write'->>'uid', t.uid) as uid, t.node->'leaf'->'write' is not null as wrote,
      t.node->'leaf'->'write' is not null or t.node->>'phase' = 'Succeeded'
        or (t.node->'leaf'->>'attempts')::int > coalesce((t.node->'leaf'->>'harmless')::int, 0) as removed,
      tpl.passing or t.node->'leaf'->'write'->>'passing' = 'true' as passing
    from ended e join run_tasks t on t.run_id = e.id and t.name is not null and t.kind is not null and t.api_version is not null
      join templates tpl on tpl.id = e.id and tpl.name = t.node->>'template'
    where t.node ? 'leaf'
    order by coalesce((t.node->'leaf'->'write'->>'at')::float8, (t.node->>'finishedAt')::float8, extract(epoch from e.finished_at) * 1000),
      t.node_id`.execute(tx);
  const touches = new Map<string, Touch[]>();
  for (const { instanceId, ...row } of rows) {
    const touch = { ...row, passing: row.passing === true };
    const there = touches.get(instanceId);
    if (there === undefined) touches.set(instanceId, [touch]);
    else there.push(touch);
  }
  return touches;
}

async function selectObjects(db: Database, ids: string[]): Promise<Map<string, ExpectedObject[]>> {
  const { rows } = await sql<ExpectedObject & { instanceId: string }>`
    select instance_id as "instanceId", api_group as "group", api_version as "apiVersion", kind, name, uid, run_id as "runId", present, product,
      passing
    from instance_objects where instance_id = any(${ids})`.execute(db);
  const objects = new Map<string, ExpectedObject[]>();
  for (const { instanceId, ...object } of rows) {
    const there = objects.get(instanceId);
    if (there === undefined) objects.set(instanceId, [object]);
    else there.push(object);
  }
  return objects;
}

/** Everything that the workflows of these instances have written or deleted, by instance. */
export async function selectWritten(db: Database, instances: Pick<Resting, 'id'>[]): Promise<Map<string, ExpectedObject[]>> {
  return selectObjects(
    db,
    instances.map((one) => one.id),
  );
}
