/**
 * Stands in for the operators that the simulated cell does not know: an object that a run waits for gets, after a while, a
 * status that makes the plan's own gate hold, or on demand its failure condition, or nothing (design 5.9). It shows that a plan's
 * workflows, gates and parameters fit together. It says nothing of what the real operator would do, and marks what it writes.
 */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { type JsonObject, parseGate, satisfyGate } from '@cellplane/plan';
import { simulatedKinds } from '../cells/simulated-kinds.js';
import { describeRun } from '../engine/describe-run.js';
import { listRuns } from '../engine/list-runs.js';
import type { TaskView } from '../engine/model.js';
import type { InstanceDeps } from './run-context.js';

/** What simulated operators do where the object does not say (annotation `cellplane.dev/simulate`). */
export type SimulatedOutcome = 'succeed' | 'fail' | 'hang';

/** How long simulated work takes. Milliseconds. */
const WORK_MS = 700;
/** How often the cell is asked for its simulated kinds. Milliseconds. */
const KINDS_MS = 1_000;
const ANNOTATION = 'cellplane.dev/simulate';

/** Answers the function that looks at every waiting run of the cell once; call it again and again. */
export function simulatedOperator(deps: InstanceDeps, cellId: string, outcome: SimulatedOutcome): () => Promise<void> {
  let kinds = new Set<string>();
  let askedAt = 0;
  return async () => {
    const client = await deps.cells.client(cellId);
    if (Date.now() - askedAt > KINDS_MS) {
      askedAt = Date.now();
      kinds = await simulatedKinds(client);
    }
    if (kinds.size === 0) return;
    const { runs } = await listRuns(deps.db, { cellId, phases: ['Running'], limit: 500 });
    for (const { id } of runs) {
      const run = await describeRun({ db: deps.db, sealer: deps.sealer }, id, 'waiting');
      for (const task of run?.tasks ?? []) if (isOurs(task, kinds)) await work(client, task, outcome);
    }
  };
}

type WaitingTask = TaskView & Required<Pick<TaskView, 'object' | 'waitingFor'>>;

function isOurs(task: TaskView, kinds: Set<string>): task is WaitingTask {
  const { object, waitingFor, state } = task;
  if (object === undefined || waitingFor === undefined || state !== 'AwaitingCondition') return false;
  return kinds.has(`${object.apiVersion} ${object.kind}`) && Date.now() - waitingFor.since.getTime() >= WORK_MS;
}

async function work(client: KubernetesClient, task: WaitingTask, outcome: SimulatedOutcome): Promise<void> {
  const { apiVersion, kind, name, namespace } = task.object;
  const key = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const object = await client.get(key).catch(gone);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
  const asked = object.metadata.annotations?.[ANNOTATION] ?? outcome;
  const status = statusFor(task, object, asked);
  if (status === undefined) return;
  const seen = { ...status, observedGeneration: object.metadata.generation ?? 1, simulated: true };
  if (JSON.stringify(seen) === JSON.stringify(object['status'])) return;
  // Whole, so that a field can go; who changed the object meanwhile wins, and the next look tries again.
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

function gone(error: unknown): undefined {
  if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return undefined;
  throw error;
}
