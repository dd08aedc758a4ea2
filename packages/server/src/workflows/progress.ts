/** What an instance is doing right now: once, or as a stream for live displays. */
import { setTimeout as pause } from 'node:timers/promises';
import type { InstanceProgress, InstanceStreamMessage } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { selectInstance } from '../instances/store.js';
import { endpointAddresses, statusDescription } from '../instances/wire.js';
import type { RunReads } from './run-reads.js';
import { selectNewestOperation } from './store.js';
import { tasksOnWire } from './wire.js';

export interface ProgressDeps {
  db: Database;
  runs: RunReads;
}

/** How often a followed instance is looked at. Milliseconds. */
const LOOK_MS = 250;

/** How often the cell is asked what Pods and Events say; in between, what they said last is kept. Milliseconds. */
const EXPLAIN_MS = 2_000;

/** The instance and its newest run; a deleted instance is shown too. @throws DomainError not_found */
export async function instanceProgress(
  deps: ProgressDeps,
  orgId: string,
  instanceId: string,
  options: { explain: boolean } = { explain: true },
): Promise<InstanceProgress> {
  const { isOpen, runId } = await selectNewestOperation(deps.db, instanceId);
  // Read after the operation: when none was open, this is the status that the last one left.
  const instance = await selectInstance(deps.db, instanceId);
  if (instance === undefined || (instance.orgId !== orgId && instance.providerOrgId !== orgId)) throw notFound('instance', instanceId);
  const progress: InstanceProgress = {
    instanceId,
    status: instance.status,
    final: !isOpen,
    endpoints: endpointAddresses(instance),
  };
  const description = statusDescription(instance);
  if (description !== '') progress.statusDescription = description;
  const run = runId === undefined ? undefined : await deps.runs.describe(runId, options);
  if (run !== undefined) {
    const tasks = tasksOnWire(run);
    const first = tasks.find((task) => task.waitingFor !== undefined)?.waitingFor;
    progress.run = {
      id: run.id,
      kind: run.kind,
      phase: run.phase,
      message: run.message,
      createdAt: run.createdAt.toISOString(),
      deadline: run.deadlineAt.toISOString(),
      tasks,
      ...(run.code === '' ? {} : { code: run.code }),
      ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt.toISOString() }),
      ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt.toISOString() }),
      ...(first === undefined ? {} : { waitingFor: first }),
    };
  }
  return progress;
}

/**
 * Progress first and whenever it changed, and every run event after `after`. Ends when the signal aborts, or when the
 * instance is deleted. @throws DomainError not_found, before the first message
 */
export async function* followInstance(
  deps: ProgressDeps,
  orgId: string,
  instanceId: string,
  options: { after: number; signal: AbortSignal },
): AsyncIterable<InstanceStreamMessage> {
  let [shown, after, explainedAt] = ['', options.after, 0];
  const explanations = new Map<string, string>();
  while (!options.signal.aborted) {
    const explain = performance.now() - explainedAt > EXPLAIN_MS;
    if (explain) explainedAt = performance.now();
    const progress = await instanceProgress(deps, orgId, instanceId, { explain });
    keepExplanations(progress, explanations, explain);
    const events = progress.run === undefined ? [] : await deps.runs.events(progress.run.id, { after });
    for (const event of events) {
      after = Math.max(after, event.sequence);
      const { sequence, runId, type, step, message } = event;
      yield { event: 'run-event', data: { sequence, runId, time: event.at.toISOString(), type, step, message } };
    }
    const text = JSON.stringify(progress);
    if (text !== shown) yield { event: 'progress', data: progress };
    shown = text;
    if (progress.final && progress.status === 'DELETED') return;
    await pause(LOOK_MS, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** A look that did not ask the cell shows what the last one heard, as long as the task still waits. */
function keepExplanations(progress: InstanceProgress, known: Map<string, string>, fresh: boolean): void {
  if (fresh) known.clear();
  for (const { nodeId, waitingFor } of progress.run?.tasks ?? []) {
    if (nodeId === undefined || waitingFor === undefined) continue;
    if (waitingFor.explanation !== undefined) known.set(nodeId, waitingFor.explanation);
    const explanation = known.get(nodeId);
    if (explanation !== undefined) waitingFor.explanation = explanation;
  }
}
