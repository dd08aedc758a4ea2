import type { JsonObject, ObjectReference, RunNode } from '@cellplane/plan';
import { type Database, sql } from '../../database/database.js';
import { patience } from '../../database/wait-for-locks.js';
import type { Breakpoints } from '../model.js';
import { jsonb } from './jsonb.js';
import type { RunPhase } from '../model.js';
import type { NewEvent, StageRow, StoredObservation } from './run-row.js';
import { MOST_OF_TASK, type ShownObservation } from './shown-observation.js';

/** A statement for many runs waits so long for a locked row; then each run is tried alone. Milliseconds. */
export const ROW_LOCK_MS = 50;

/** Channel that notifies the cell's watcher in another process of new waits. */
export const WAITS_CHANNEL = 'cellplane_waits';

/** A task's row to write. Absent sealed columns keep what is stored. */
export interface TaskWrite {
  nodeId: string;
  node: RunNode;
  sealedInputs?: Buffer;
  /** `null`: nothing is waited for any more. */
  watch: 'label' | 'name' | null;
  object?: ObjectReference;
  sealedGate?: Buffer;
  /** `null` = gone. */
  sealedObject?: Buffer | null;
  observation?: StoredObservation;
  /** What is kept of this observation for people. */
  shown?: ShownObservation;
  /** Tell the cell's watcher, which is another process. */
  announce?: boolean;
}

/** One transition of one run: all of it or nothing, and only for the owner with this fence. */
export interface RunCommit {
  runId: string;
  fence: number;
  cellId: string;
  set?: {
    phase?: RunPhase;
    startedAt?: number;
    data?: JsonObject;
    sealedValues?: Buffer;
    message?: string;
    code?: string;
    finishedAt?: number;
    sealedOutputs?: Buffer;
    /** Breakpoints that are hit, by place; the run is paused with them. */
    breakpoints?: Breakpoints;
  };
  tasks: TaskWrite[];
  stages: StageRow[];
  events: NewEvent[];
}

/** What users and other processes want of the run; read with every commit. */
export interface Control {
  wakeSeq: number;
  paused: boolean;
  terminate: string | null;
  breakpoints?: Breakpoints;
}

/** What a row says of it. */
export function controlOf(row: { wake_seq: number; paused: boolean; terminate: string | null; breakpoints: Breakpoints | null }): Control {
  return {
    wakeSeq: row.wake_seq,
    paused: row.paused,
    terminate: row.terminate,
    ...(row.breakpoints === null ? {} : { breakpoints: row.breakpoints }),
  };
}

/** An owner's observation does not undo a newer one that the watcher has stored (resourceVersions of one object are ordered). */
const NEWER = sql.raw(`(excluded.observation is not null and not (coalesce(old.observation->>'uid' = excluded.observation->>'uid', false)
  and case when old.observation->>'resourceVersion' ~ '^[0-9]{1,30}$' and excluded.observation->>'resourceVersion' ~ '^[0-9]{1,30}$'
    then (old.observation->>'resourceVersion')::numeric > (excluded.observation->>'resourceVersion')::numeric else false end))`);

/**
 * Writes transitions in one statement. The runs' rows are locked first, in the order of their ids (two statements never wait
 * for each other in a circle), and only those which `owner` still holds with the given fence; everything else joins them.
 * A run whose row is locked is skipped like one that is lost; another locked row fails the statement soon.
 * @param lockMs how long such a row is waited for; in a transaction, by what follows too. Milliseconds
 */
export async function writeCommits(
  db: Database,
  owner: string,
  commits: RunCommit[],
  lockMs = ROW_LOCK_MS,
): Promise<(Control | undefined)[]> {
  const answer = await sql<{
    id: string;
    wake_seq: number;
    paused: boolean;
    terminate: string | null;
    breakpoints: Breakpoints | null;
  }>`/* prepared */
    with given as (
      select * from jsonb_to_recordset(${jsonb(commits.map(runColumns))}::jsonb) as g(id text, fence bigint, touch boolean, phase text,
        started_at timestamptz, data jsonb, sealed_values text, message text, code text, finished_at timestamptz, sealed_outputs text, breakpoints jsonb)
    ), held as (
      select r.id, r.wake_seq, r.paused or g.breakpoints is not null as paused, r.terminate,
        case when g.breakpoints is null then r.breakpoints else coalesce(r.breakpoints, '{}') || g.breakpoints end as breakpoints
      from runs r join given g on g.id = r.id cross join ${patience(lockMs)}
      where r.owner = ${owner} and r.fence = g.fence and r.finished_at is null order by r.id
      for no key update of r skip locked
    ), touched as (
      update runs r set
        phase = coalesce(g.phase, r.phase), started_at = coalesce(r.started_at, g.started_at), data = coalesce(g.data, r.data),
        sealed_values = coalesce(decode(g.sealed_values, 'base64'), r.sealed_values), message = coalesce(g.message, r.message),
        code = coalesce(g.code, r.code), finished_at = g.finished_at, sealed_outputs = coalesce(decode(g.sealed_outputs, 'base64'), r.sealed_outputs),
        paused = h.paused, breakpoints = h.breakpoints,
        due_at = case when g.finished_at is null then r.due_at end, owner = case when g.finished_at is null then r.owner end,
        lease_until = case when g.finished_at is null then r.lease_until end, at_step = null
      from given g join held h on h.id = g.id where r.id = g.id and (g.touch or r.at_step is not null)
    ), given_tasks as (
      select * from jsonb_to_recordset(${jsonb(commits.flatMap(taskColumns))}::jsonb) as t(run_id text, node_id text, node jsonb, sealed_inputs text,
        watch text, cell_id text, api_version text, kind text, namespace text, name text, uid text, sealed_gate text, seen boolean, sealed_object text,
        observation jsonb, announce boolean, shown jsonb)
    ), tasks as (
      insert into run_tasks as old (run_id, node_id, node, sealed_inputs, watch, cell_id, api_version, kind, namespace, name, uid, sealed_gate, sealed_object, observation)
      select t.run_id, t.node_id, t.node, decode(t.sealed_inputs, 'base64'), t.watch, t.cell_id, t.api_version, t.kind, t.namespace, t.name, t.uid,
        decode(t.sealed_gate, 'base64'), decode(t.sealed_object, 'base64'), t.observation
      from given_tasks t join held h on h.id = t.run_id
      on conflict (run_id, node_id) do update set
        node = excluded.node, sealed_inputs = coalesce(excluded.sealed_inputs, old.sealed_inputs), watch = excluded.watch, cell_id = excluded.cell_id,
        api_version = excluded.api_version, kind = excluded.kind, namespace = excluded.namespace, name = excluded.name, uid = excluded.uid,
        sealed_gate = coalesce(excluded.sealed_gate, old.sealed_gate),
        sealed_object = case when ${NEWER} then excluded.sealed_object else old.sealed_object end,
        observation = case when ${NEWER} then excluded.observation else old.observation end
    ), stages as (
      insert into run_stages (run_id, name, title, state, attempts, message, waiting, next_at, started_at, finished_at)
      select s.run_id, s.name, s.title, s.state, s.attempts, s.message, s.waiting, s.next_at, s.started_at, s.finished_at
      from jsonb_to_recordset(${jsonb(commits.flatMap(stageColumns))}::jsonb) as s(run_id text, name text, title text, state text, attempts int,
        message text, waiting jsonb, next_at timestamptz, started_at timestamptz, finished_at timestamptz) join held h on h.id = s.run_id
      on conflict (run_id, name) do update set title = excluded.title, state = excluded.state, attempts = excluded.attempts, message = excluded.message,
        waiting = excluded.waiting, next_at = excluded.next_at, finished_at = excluded.finished_at
    ), events as (
      insert into run_events (run_id, at, type, step, node_id, message, details)
      select e.run_id, e.at, e.type, e.step, e.node_id, e.message, e.details
      from jsonb_to_recordset(${jsonb(commits.flatMap(eventColumns))}::jsonb) as e(place int, run_id text, at timestamptz, type text, step text,
        node_id text, message text, details jsonb) join held h on h.id = e.run_id
      order by e.place
    ), observations as (
      insert into run_observations (run_id, node_id, at, verdict, object)
      select t.run_id, t.node_id, (t.shown->>'at')::timestamptz, t.shown->'verdict', t.shown->'object'
      from given_tasks t join held h on h.id = t.run_id
      where t.shown is not null
        and (select count(*) from run_observations o where o.run_id = t.run_id and o.node_id = t.node_id) < ${MOST_OF_TASK}
    ), announced as (
      select pg_notify(${WAITS_CHANNEL}, json_build_object('cell', t.cell_id, 'run', t.run_id, 'node', t.node_id)::text)
      from given_tasks t join held h on h.id = t.run_id where t.announce
    )
    select id, wake_seq, paused, terminate, breakpoints, (select count(*) from announced) as announced from held`.execute(db);
  const held = new Map(answer.rows.map((row) => [row.id, row]));
  return commits.map(({ runId }) => {
    const row = held.get(runId);
    return row && controlOf(row);
  });
}

function runColumns({ runId, fence, set }: RunCommit): object {
  if (set === undefined) return { id: runId, fence, touch: false };
  return {
    id: runId,
    fence,
    touch: true,
    phase: set.phase,
    started_at: time(set.startedAt),
    data: set.data,
    sealed_values: set.sealedValues?.toString('base64'),
    message: set.message,
    code: set.code,
    finished_at: time(set.finishedAt),
    sealed_outputs: set.sealedOutputs?.toString('base64'),
    breakpoints: set.breakpoints,
  };
}

function taskColumns({ runId, cellId, tasks }: RunCommit): object[] {
  return tasks.map((task) => ({
    run_id: runId,
    node_id: task.nodeId,
    node: task.node,
    sealed_inputs: task.sealedInputs?.toString('base64'),
    watch: task.watch,
    cell_id: cellId,
    api_version: task.object?.apiVersion,
    kind: task.object?.kind,
    namespace: task.object?.namespace,
    name: task.object?.name,
    uid: task.object?.uid,
    sealed_gate: task.sealedGate?.toString('base64'),
    sealed_object: task.sealedObject?.toString('base64'),
    observation: task.observation,
    announce: task.announce ?? false,
    shown: shownColumn(task.shown),
  }));
}

/** As the column `shown` has it. */
export function shownColumn(shown: ShownObservation | undefined): object | undefined {
  return shown && { ...shown, at: time(shown.at) };
}

function stageColumns({ runId, stages }: RunCommit): object[] {
  return stages.map((stage) => ({ ...stage, run_id: runId }));
}

function eventColumns({ runId, events }: RunCommit): object[] {
  return events.map((event, place) => ({
    place,
    run_id: runId,
    at: time(event.at),
    type: event.type,
    step: event.step,
    node_id: event.nodeId,
    message: event.message,
    details: event.details,
  }));
}

function time(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
