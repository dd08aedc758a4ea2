/**
 * Stands in for the operators that the simulated cell does not know: an object that a run waits for gets, after a while, a
 * status that makes the plan's own gate hold, or on demand its failure condition, or nothing (docs/simulate.md). It shows that a plan's
 * workflows, gates and parameters fit together. It says nothing of what the real operator would do, and marks what it writes.
 */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { type CompiledResource, type JsonObject, parseGate, satisfyGate } from '@cellplane/plan';
import type { Cells } from '../cells/cell.js';
import { isKnownOperator } from './charts.js';
import { simulatedKinds } from './kinds.js';
import { databaseTime } from '../database/clock.js';
import type { Database } from '../database/database.js';
import { describeRun } from '../engine/describe-run.js';
import { listRuns } from '../engine/list-runs.js';
import type { Run, RunDescription, TaskView } from '../engine/model.js';
import { addPlaceholderFields, addPlaceholderObject, fieldsRead, withReadFields } from './placeholders.js';
import { addWarning, type InstanceRow } from '../instances/store.js';
import type { Sealer } from '../secrets/envelope.js';

/** What simulated operators do where the object does not say (annotation `cellplane.dev/simulate`). */
export type SimulatedOutcome = 'succeed' | 'fail' | 'hang';

/** What a run acts on. */
export interface SimulatedSubject {
  instance: Pick<InstanceRow, 'id' | 'namespace'>;
  resource: CompiledResource;
}

export interface SimulatedOperatorDeps {
  db: Database;
  sealer: Sealer;
  cells: Cells;
  /** This server lives for one simulation: what only the real operator would do is made up as well. */
  simulation: boolean;
  subjectOf(run: Pick<Run, 'id' | 'subject' | 'data'>): Promise<SimulatedSubject>;
}

/** How long simulated work takes. Milliseconds. */
const WORK_MS = 700;
/** How often the cell is asked for its simulated kinds. Milliseconds. */
const KINDS_MS = 1_000;
const ANNOTATION = 'cellplane.dev/simulate';

/** Finalizers that the API server's own controllers take away. */
const OF_THE_CELL = /^(orphan|foregroundDeletion|kubernetes|kubernetes\.io\/.*)$/;

/**
 * Answers the function that works on every waiting run of the cell once; call it again and again.
 * In a simulation it also makes up objects that a task waits for, fields that outputs read, and the end of finalizers; each is told as a
 * warning of its instance.
 */
export function simulatedOperator(deps: SimulatedOperatorDeps, cellId: string, outcome: SimulatedOutcome): () => Promise<void> {
  let kinds = new Set<string>();
  let askedAt = -Infinity;
  const held = new Map<string, number>();
  return async () => {
    // Where nothing may be sent, nothing is to be stood in for.
    if ((await deps.cells.find(cellId)).otherClusterUid !== '') return;
    const client = await deps.cells.client(cellId);
    if (performance.now() - askedAt > KINDS_MS) {
      askedAt = performance.now();
      kinds = await simulatedKinds(client);
    }
    if (kinds.size === 0 && !deps.simulation) return;
    const { runs } = await listRuns(deps.db, { cellId, phases: ['Running'], pageSize: 500 });
    const now = (await databaseTime(deps.db)).getTime();
    for (const { id } of runs) {
      const run = await describeRun({ db: deps.db, sealer: deps.sealer }, id, deps.simulation ? 'all' : 'waiting');
      if (run === undefined) continue;
      const subject = deps.simulation ? await deps.subjectOf(run) : undefined;
      for (const task of run.tasks) if (isOurs(task, kinds, now)) await work(client, task, { outcome, subject });
      if (subject !== undefined && outcome === 'succeed') await makeUp({ deps, client, subject, kinds, now, held }, run);
    }
  };
}

type WaitingTask = TaskView & Required<Pick<TaskView, 'object' | 'waitingFor'>>;

function isOurs(task: TaskView, kinds: Set<string>, now: number): task is WaitingTask {
  const { object, waitingFor, state } = task;
  if (object === undefined || waitingFor === undefined || state !== 'AwaitingCondition') return false;
  return kinds.has(`${object.apiVersion} ${object.kind}`) && now - waitingFor.since.getTime() >= WORK_MS;
}

interface How {
  outcome: SimulatedOutcome;
  /** Of a simulation: what outputs and other tasks read is made up as well. */
  subject: SimulatedSubject | undefined;
}

async function work(client: KubernetesClient, task: WaitingTask, { outcome, subject }: How): Promise<void> {
  const { apiVersion, kind, name, namespace } = task.object;
  const key = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const object = await client.get(key).catch(gone);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
  const asked = object.metadata.annotations?.[ANNOTATION] ?? outcome;
  const wanted = statusFor(task, object, asked);
  if (wanted === undefined) return;
  const status = subject === undefined ? wanted : withReadStatus(wanted, fieldsRead(subject.resource, task.task));
  const seen = { ...status, observedGeneration: object.metadata.generation ?? 1, simulated: true };
  if (JSON.stringify(seen) === JSON.stringify(object['status'])) return;
  // Whole, so that a field can go; who changed the object meanwhile wins, and the next round tries again.
  await client.replace({ ...object, apiVersion, kind, status: seen }, { subresource: 'status' }).catch(gone);
}

/** The status to write; undefined where there is nothing to do, or another script of the annotation is the simulator's own. */
function statusFor({ waitingFor }: WaitingTask, object: KubernetesObject, asked: string): JsonObject | undefined {
  const gate =
    asked === 'succeed' ? (waitingFor.gate ?? waitingFor.success?.text) : asked === 'fail' ? waitingFor.failure?.text : undefined;
  if (gate === undefined) return asked === 'fail' ? { phase: 'Failed', message: 'failed on demand' } : undefined;
  const parsed = parseGate(gate, asked === 'fail' ? 'failure' : 'success');
  if (!parsed.ok) return undefined;
  return satisfyGate(parsed.value, object as unknown as JsonObject);
}

function withReadStatus(status: JsonObject, paths: string[][]): JsonObject {
  const read = paths.filter(([first]) => first === 'status');
  return (withReadFields({ status }, read)['status'] ?? status) as JsonObject;
}

interface Simulation {
  deps: SimulatedOperatorDeps;
  client: KubernetesClient;
  subject: SimulatedSubject;
  /** Kinds whose operator is stood in for. */
  kinds: Set<string>;
  /** The database's time. */
  now: number;
  /** Since when objects that are being deleted are seen with a finalizer, by uid; the cell's own clock is another one. */
  held: Map<string, number>;
}

/** Kinds that the cell has a controller for: what they do not reach by themselves is a fault of the plan. */
const BEHAVES = new Set([
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'PersistentVolumeClaim',
  'Namespace',
]);

/** Makes up what the real operator of the run's resource would make and the cell does not know of. */
async function makeUp({ deps, client, subject, kinds, now, held: since }: Simulation, run: RunDescription): Promise<void> {
  const { instance, resource } = subject;
  const signal = AbortSignal.timeout(5_000);
  if (await isKnownOperator(client, resource, signal)) return;
  const tell = (made: string | undefined, why: string) =>
    made === undefined ? undefined : addWarning(deps.db, instance.id, `simulated: ${made} made up; ${why}`);
  for (const task of run.tasks) {
    const { object, waitingFor } = task;
    if (object === undefined || waitingFor === undefined || task.action === 'delete') continue;
    if (now - waitingFor.since.getTime() < WORK_MS) continue;
    const { apiVersion, kind, name, namespace } = object;
    const key = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    const of = { apiVersion, kind, gate: waitingFor.gate ?? waitingFor.success?.text, task: task.task, resource };
    const live = await client.get(key).catch(gone);
    if (live === undefined) {
      if (task.action === 'get') await tell(await addPlaceholderObject(client, key, of), 'only the real operator would make it');
    } else if (!BEHAVES.has(kind) && !kinds.has(`${apiVersion} ${kind}`) && live.metadata.deletionTimestamp === undefined)
      await tell(await addPlaceholderFields(client, live, of), 'only the real operator would fill them in');
  }
  for (const { apiVersion, kind } of resource.kinds) {
    const { items } = await client.list({ apiVersion, kind, namespace: instance.namespace }).catch(() => ({ items: [] }));
    for (const item of items) {
      const held = item.metadata.finalizers?.filter((finalizer) => !OF_THE_CELL.test(finalizer)) ?? [];
      const { name, uid = '', deletionTimestamp } = item.metadata;
      if (held.length === 0 || deletionTimestamp === undefined) continue;
      if (!since.has(uid)) since.set(uid, performance.now());
      if (performance.now() - (since.get(uid) ?? 0) < WORK_MS) continue;
      since.delete(uid);
      const left = item.metadata.finalizers?.filter((finalizer) => OF_THE_CELL.test(finalizer)) ?? [];
      const metadata = { finalizers: left, resourceVersion: item.metadata.resourceVersion };
      const key = { apiVersion, kind, name, namespace: instance.namespace };
      await tell(
        (await client.patch(key, 'merge', { metadata }).catch(gone)) && `the end of finalizer ${held.join(', ')} on ${kind} ${name} was`,
        'only the real operator would take it away',
      );
    }
  }
}

function gone(error: unknown): undefined {
  if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return undefined;
  throw error;
}
