import { type Database, sql } from '../../database/database.js';
import type { ExpressionValues, JsonObject, Observation, Verdict } from '@cellplane/plan';
import type { Sealer } from '../../secrets/envelope.js';
import { patience } from '../../database/wait-for-locks.js';
import type { Complaint } from './cell-health.js';
import { jsonb } from '../rows/jsonb.js';
import { LeafMemory, uidOf, versionOf } from '../run/leaf/leaf-memory.js';
import { LEASE_MS } from '../rows/lease.js';
import { Redactor } from '../redact.js';
import type { TaskRow } from '../rows/run-row.js';
import type { Wait } from '../run/wait-registry.js';
import { ROW_LOCK_MS } from '../rows/write-commits.js';

/** Channel on which the owner of a run hears that it was rung from another process. The payload is the run's id. */
export const RUNS_CHANNEL = 'cellplane_runs';

/** An observation that changed what people see, for a run whose owner is not here. */
export interface Sighting {
  runId: string;
  nodeId: string;
  observation: Observation;
  verdict: Verdict;
}

/** What became of sightings. */
export interface StoredSightings {
  /** Runs that nobody else owns: the caller takes them up. */
  unowned: string[];
  /** Runs whose row somebody holds just now: nothing of them was stored. */
  held: Set<string>;
}

/**
 * Stores sightings (of one task the last) and rings for their runs in one statement; owners in other processes are notified. A
 * run's row that somebody holds is passed over. What people read of a verdict is masked with the run's own secrets: an operator
 * may have copied them into any object's status.
 */
export async function storeSightings(
  db: Database,
  deps: { owner: string; sealer: Sealer },
  sightings: Sighting[],
): Promise<StoredSightings> {
  const redactors = await redactorsOf(db, deps.sealer, [...new Set(sightings.map((one) => one.runId))]);
  const rows = sightings.map(({ runId, nodeId, observation, verdict }, place) => {
    const { object, ...meta } = observation;
    return {
      place,
      run_id: runId,
      node_id: nodeId,
      verdict: redactors.get(runId)?.json(verdict as unknown as JsonObject, 'numbers') ?? null,
      observation: { ...meta, ...(object === null ? { gone: true } : { uid: uidOf(object), resourceVersion: versionOf(object) }) },
      sealed_object: object === null ? null : deps.sealer.seal(JSON.stringify(object), `${runId}/${nodeId}`).toString('base64'),
    };
  });
  const answer = await sql<{ id: string; owner: string | null; held: boolean }>`/* prepared */
    with given as (
      select distinct on (run_id, node_id) * from jsonb_to_recordset(${jsonb(rows)}::jsonb)
        as g(place int, run_id text, node_id text, verdict jsonb, observation jsonb, sealed_object text)
      order by run_id, node_id, place desc
    ), going as (
      select r.id, r.owner from runs r cross join ${patience(ROW_LOCK_MS)}
      where r.id in (select run_id from given) and r.finished_at is null order by r.id for no key update of r skip locked
    ), seen as (
      update run_tasks t set sealed_object = decode(g.sealed_object, 'base64'), observation = g.observation,
        node = case when g.verdict is null then t.node else jsonb_set(t.node, '{leaf,verdict}', g.verdict) end
      from given g join going on going.id = g.run_id
      where t.run_id = g.run_id and t.node_id = g.node_id and t.watch is not null and t.node ? 'leaf'
      returning t.run_id
    ), rung as (
      update runs r set due_at = least(r.due_at, now()), wake_seq = r.wake_seq + 1 from (select distinct run_id from seen) s where r.id = s.run_id
      returning r.id, r.owner
    )
    select id, owner, false as held, case when owner <> ${deps.owner} then pg_notify(${RUNS_CHANNEL}, id) end as told from rung
    union all
    select id, null, true, null from runs
      where id in (select run_id from given) and finished_at is null and id not in (select id from going)`.execute(db);
  return {
    unowned: answer.rows.filter((row) => !row.held && (row.owner === null || row.owner === deps.owner)).map((row) => row.id),
    held: new Set(answer.rows.filter((row) => row.held).map((row) => row.id)),
  };
}

/** What masks each run's secrets. A run whose values cannot be opened has none: nothing of it is shown. */
async function redactorsOf(db: Database, sealer: Sealer, ids: string[]): Promise<Map<string, Redactor>> {
  const { rows } = await sql<{ id: string; sealed_values: Buffer }>`select id, sealed_values from runs where id = any(${ids})`.execute(db);
  return new Map(
    rows.flatMap(({ id, sealed_values }): [string, Redactor][] => {
      try {
        return [[id, new Redactor(JSON.parse(sealer.open(sealed_values, id).toString('utf8')) as ExpressionValues)]];
      } catch {
        return [];
      }
    }),
  );
}

/** Everything that is waited for on these cells; or one wait. */
export async function readWaits(
  db: Database,
  sealer: Sealer,
  of: { cells: string[] } | { runId: string; nodeId: string },
): Promise<Wait[]> {
  const answer =
    'cells' in of
      ? await sql<TaskRow>`select * from run_tasks where cell_id = any(${of.cells}) and watch is not null`.execute(db)
      : await sql<TaskRow>`select * from run_tasks where run_id = ${of.runId} and node_id = ${of.nodeId} and watch is not null`.execute(db);
  return answer.rows.flatMap((row) => {
    if (row.watch === null || row.cell_id === null || row.api_version === null || row.kind === null || row.name === null) return [];
    const { judged } = LeafMemory.load(
      row,
      (sealed) => JSON.parse(sealer.open(sealed, `${row.run_id}/${row.node_id}`).toString('utf8')) as JsonObject,
    );
    return [
      {
        cellId: row.cell_id,
        runId: row.run_id,
        nodeId: row.node_id,
        watch: row.watch,
        object: {
          apiVersion: row.api_version,
          kind: row.kind,
          name: row.name,
          ...(row.namespace === null ? {} : { namespace: row.namespace }),
          ...(row.uid === null ? {} : { uid: row.uid }),
        },
        ...(judged === undefined ? {} : { judged }),
      },
    ];
  });
}

/**
 * Takes or renews the watch of those cells that nobody else watches now. Answers which are ours. A cell whose row somebody holds
 * just now is passed over and is not in the answer: the others do not wait for it.
 */
export async function leaseCells(db: Database, owner: string, cells: string[]): Promise<Set<string>> {
  const until = sql`now() + ${LEASE_MS} * interval '1 millisecond'`;
  const answer = await sql<{ cell_id: string }>`
    with wanted as (
      select unnest(${cells}::text[]) as cell_id union select cell_id from cell_watchers where lease_until < now()
    ), made as (
      insert into cell_watchers (cell_id, owner, lease_until) select cell_id, ${owner}, ${until} from wanted order by cell_id
      on conflict (cell_id) do nothing returning cell_id
    ), free as (
      select cell_id from cell_watchers
      where cell_id in (select cell_id from wanted) and (owner = ${owner} or owner is null or lease_until < now())
      order by cell_id for no key update skip locked
    ), taken as (
      update cell_watchers w set owner = ${owner}, lease_until = ${until},
        trouble = case when w.owner = ${owner} then w.trouble end, trouble_since = case when w.owner = ${owner} then w.trouble_since end,
        refused = case when w.owner = ${owner} then w.refused else '{}' end
      from free where w.cell_id = free.cell_id returning w.cell_id
    )
    select cell_id from made union all select cell_id from taken`.execute(db);
  return new Set(answer.rows.map((row) => row.cell_id));
}

/** Lets all cells go at the end of the process. A row that somebody holds is left to its lease. */
export async function releaseCells(db: Database, owner: string): Promise<void> {
  await sql`
    update cell_watchers set lease_until = now() - interval '1 second', owner = null
    where cell_id in (select cell_id from cell_watchers where owner = ${owner} for no key update skip locked)`.execute(db);
}

/** Says what is wrong with a cell's connection, for everything that waits there. */
export async function noteComplaint(db: Database, owner: string, cellId: string, { trouble, refused }: Complaint): Promise<void> {
  const text = trouble ?? null;
  await sql`
    update cell_watchers set trouble = ${text}, refused = ${jsonb(refused)},
      trouble_since = case when ${text}::text is null then null else coalesce(trouble_since, now()) end
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}
