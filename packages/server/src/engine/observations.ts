import { type Database, sql } from '../database/database.js';
import type { JsonObject, Observation, Verdict } from '@cellplane/plan';
import type { Sealer } from '../secrets/envelope.js';
import { jsonb } from './jsonb.js';
import { LeafMemory, uidOf, versionOf } from './leaf-memory.js';
import { LEASE_MS } from './lease.js';
import type { TaskRow } from './run-row.js';
import type { Wait } from './wait-registry.js';

/** Channel on which the owner of a run hears that it was rung from another process. The payload is the run's id. */
export const RUNS_CHANNEL = 'cellplane_runs';

/** An observation that changed what people see, for a run whose owner is not here. */
export interface Sighting {
  runId: string;
  nodeId: string;
  observation: Observation;
  verdict: Verdict;
}

/**
 * Stores sightings (of one task the last) and rings for their runs in one statement. Answers the runs that nobody owns: the caller takes them up.
 * Owners in other processes are notified.
 */
export async function storeSightings(db: Database, deps: { owner: string; sealer: Sealer }, sightings: Sighting[]): Promise<string[]> {
  const rows = sightings.map(({ runId, nodeId, observation, verdict }, place) => {
    const { object, ...meta } = observation;
    return {
      place,
      run_id: runId,
      node_id: nodeId,
      verdict,
      observation: { ...meta, ...(object === null ? { gone: true } : { uid: uidOf(object), resourceVersion: versionOf(object) }) },
      sealed_object: object === null ? null : deps.sealer.seal(JSON.stringify(object), `${runId}/${nodeId}`).toString('base64'),
    };
  });
  const answer = await sql<{ id: string; owner: string | null }>`/* prepared */
    with given as (
      select distinct on (run_id, node_id) * from jsonb_to_recordset(${jsonb(rows)}::jsonb)
        as g(place int, run_id text, node_id text, verdict jsonb, observation jsonb, sealed_object text)
      order by run_id, node_id, place desc
    ), going as (
      select id, owner from runs where id in (select run_id from given) and finished_at is null order by id for no key update
    ), seen as (
      update run_tasks t set sealed_object = decode(g.sealed_object, 'base64'), observation = g.observation,
        node = jsonb_set(t.node, '{leaf,verdict}', g.verdict)
      from given g join going on going.id = g.run_id
      where t.run_id = g.run_id and t.node_id = g.node_id and t.watch is not null and t.node ? 'leaf'
      returning t.run_id
    ), rung as (
      update runs r set due_at = least(r.due_at, now()), wake_seq = r.wake_seq + 1 from (select distinct run_id from seen) s where r.id = s.run_id
      returning r.id, r.owner
    )
    select id, owner, case when owner <> ${deps.owner} then pg_notify(${RUNS_CHANNEL}, id) end as told from rung`.execute(db);
  return answer.rows.filter((row) => row.owner === null || row.owner === deps.owner).map((row) => row.id);
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

/** Takes or renews the watch of those cells that nobody else watches now. Answers which are ours. */
export async function leaseCells(db: Database, owner: string, cells: string[]): Promise<Set<string>> {
  const answer = await sql<{ cell_id: string }>`
    insert into cell_watchers as w (cell_id, owner, lease_until)
    select cell_id, ${owner}, now() + ${LEASE_MS} * interval '1 millisecond' from (
      select unnest(${cells}::text[]) as cell_id union select cell_id from cell_watchers where lease_until < now()
    ) wanted order by cell_id
    on conflict (cell_id) do update set owner = excluded.owner, lease_until = excluded.lease_until,
      trouble = case when w.owner = excluded.owner then w.trouble end, trouble_since = case when w.owner = excluded.owner then w.trouble_since end
      where w.owner = excluded.owner or w.owner is null or w.lease_until < now()
    returning cell_id`.execute(db);
  return new Set(answer.rows.map((row) => row.cell_id));
}

/** Lets all cells go at the end of the process. */
export async function releaseCells(db: Database, owner: string): Promise<void> {
  await sql`update cell_watchers set lease_until = now() - interval '1 second', owner = null where owner = ${owner}`.execute(db);
}

/** Says what is wrong with a cell's connection, for everything that waits there; null = it is well again. */
export async function noteTrouble(db: Database, owner: string, cellId: string, trouble: string | null): Promise<void> {
  await sql`
    update cell_watchers set trouble = ${trouble}, trouble_since = case when ${trouble}::text is null then null else coalesce(trouble_since, now()) end
    where cell_id = ${cellId} and owner = ${owner} and trouble is distinct from ${trouble}`.execute(db);
}
