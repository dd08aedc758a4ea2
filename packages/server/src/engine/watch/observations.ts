import { type Database, sql } from '../../database/database.js';
import type { ExpressionValues, JsonObject, Observation, Verdict } from '@cellplane/plan';
import type { Sealer } from '../../secrets/envelope.js';
import { patience } from '../../database/wait-for-locks.js';
import { jsonb } from '../rows/jsonb.js';
import { uidOf, versionOf } from '../run/leaf/leaf-memory.js';
import { Redactor } from '../redact.js';
import { MOST_OF_TASK, shownObservation } from '../rows/shown-observation.js';
import { ROW_LOCK_MS, shownColumn } from '../rows/write-commits.js';

/** Channel on which the owner of a run hears that it was rung from another process. The payload is the run's id. */
export const RUNS_CHANNEL = 'cellplane_runs';

/** An observation that changed what people see, for a run whose owner is not here. */
export interface JudgedObservation {
  runId: string;
  nodeId: string;
  observation: Observation;
  verdict: Verdict;
}

/** What became of observations. */
export interface StoredObservations {
  /** Runs without an owner: the caller claims them. */
  unowned: string[];
  /** Runs whose row somebody holds just now: nothing of them was stored. */
  held: Set<string>;
}

/**
 * Stores observations (of one task the last) and writes the wake-ups of their runs, in one statement; owners in other processes are notified. A
 * run's row that somebody holds is passed over. What people read of a verdict is masked with the run's own secrets: an operator
 * may have copied them into any object's status.
 */
export async function storeObservations(
  db: Database,
  deps: { owner: string; sealer: Sealer },
  observations: JudgedObservation[],
): Promise<StoredObservations> {
  const redactors = await redactorsOf(db, deps.sealer, [...new Set(observations.map((one) => one.runId))]);
  const rows = observations.map(({ runId, nodeId, observation, verdict }, place) => {
    const { object, ...meta } = observation;
    const redactor = redactors.get(runId);
    return {
      place,
      run_id: runId,
      node_id: nodeId,
      verdict: redactor?.json(verdict as unknown as JsonObject, 'numbers') ?? null,
      shown: redactor === undefined ? null : shownColumn(shownObservation(observation, verdict, redactor)),
      observation: { ...meta, ...(object === null ? { gone: true } : { uid: uidOf(object), resourceVersion: versionOf(object) }) },
      sealed_object: object === null ? null : deps.sealer.seal(JSON.stringify(object), `${runId}/${nodeId}`).toString('base64'),
    };
  });
  const answer = await sql<{ id: string; owner: string | null; held: boolean }>`/* prepared */
    with given as (
      select distinct on (run_id, node_id) * from jsonb_to_recordset(${jsonb(rows)}::jsonb)
        as g(place int, run_id text, node_id text, verdict jsonb, observation jsonb, sealed_object text, shown jsonb)
      order by run_id, node_id, place desc
    ), going as (
      select r.id, r.owner from runs r cross join ${patience(ROW_LOCK_MS)}
      where r.id in (select run_id from given) and r.finished_at is null order by r.id for no key update of r skip locked
    ), seen as (
      update run_tasks t set sealed_object = decode(g.sealed_object, 'base64'), observation = g.observation,
        node = case when g.verdict is null then t.node else jsonb_set(t.node, '{leaf,verdict}', g.verdict) end
      from given g join going on going.id = g.run_id
      where t.run_id = g.run_id and t.node_id = g.node_id and t.watch is not null and t.node ? 'leaf'
      returning t.run_id, t.node_id, g.shown
    ), kept as (
      insert into run_observations (run_id, node_id, at, verdict, object)
      select s.run_id, s.node_id, (s.shown->>'at')::timestamptz, s.shown->'verdict', s.shown->'object'
      from seen s
      where s.shown is not null
        and (select count(*) from run_observations o where o.run_id = s.run_id and o.node_id = s.node_id) < ${MOST_OF_TASK}
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
