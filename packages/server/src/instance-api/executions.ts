/** Executions: what was run on an instance, by whom and what came of it (docs/reference/plan-language.md#custom-workflows). They outlive the instance. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionStarted, WorkflowExecution } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import type { PageQuery } from '../database/page.js';
import { resourceIdsOf } from '../catalog/catalog.js';
import { workflowId } from '../catalog/wire/workflow-definition.js';
import type { RunPhase } from '../engine/model.js';
import { badRequest, notFound } from '../errors.js';
import { readDate } from '../request-text/moment.js';
import { type ExecutionFilter, type ExecutionRow, selectExecutions } from './execution-store.js';
import { stepsOnWire } from './run-wire.js';
import { runNotFound } from './removed-run.js';
import type { RunViews } from './live/run-views.js';
import { type InstanceRow, selectVisibleToo } from '../instances/store.js';
import { verbOnWire } from './supported-operations.js';

/** Longest time that a call is held open. Seconds. */
const LONGEST_WAIT = 60;
/** How often a call that is held open looks whether the operation is over. Milliseconds. */
const POLL_MS = 200;

const STATUSES: Record<RunPhase, 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED'> = {
  Pending: 'PENDING',
  Running: 'RUNNING',
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Terminated: 'FAILED',
};

/**
 * The instance of which executions are asked, deleted or not. Only its provider may: executions tell what the provider's own
 * workflows were given and found. @throws DomainError not_found
 */
export async function historyOf(
  db: Database,
  caller: { orgId: string },
  place: { serviceId: string; environmentId: string; instanceId: string },
): Promise<InstanceRow> {
  const instance = await selectVisibleToo(db, caller, place.instanceId);
  const isThere =
    instance?.providerOrgId === caller.orgId && instance.serviceId === place.serviceId && instance.environmentId === place.environmentId;
  if (instance === undefined || !isThere) throw notFound('instance', place.instanceId);
  return instance;
}

export interface ExecutionQuery extends PageQuery {
  /** Calls of custom workflows alone; with verbs, of these. */
  custom?: { verbs: string[] | undefined };
  verb?: string;
  status?: string;
  startDate?: string;
  endDate?: string;
}

/** A page of them, newest first, without tasks and outputs. @throws DomainError bad_request */
export async function listExecutions(
  db: Database,
  instance: InstanceRow,
  query: ExecutionQuery,
): Promise<{ workflowExecutions: WorkflowExecution[]; nextPageToken?: string }> {
  const filter: ExecutionFilter = { instanceId: instance.id, pageSize: query.pageSize, nextPageToken: query.nextPageToken };
  if (query.custom !== undefined) filter.custom = query.custom;
  const verb = query.verb?.trim();
  // Upgrades and updates are one thing to the clients of the reference.
  if (verb !== undefined && verb !== '') filter.verb = /^update$/i.test(verb) ? 'modify' : verb;
  if (query.status !== undefined && query.status !== '') filter.phases = readStatus(query.status);
  if (query.startDate !== undefined && query.startDate !== '') filter.from = readDate(query.startDate, 'startDate');
  if (query.endDate !== undefined && query.endDate !== '') filter.before = readDate(query.endDate, 'endDate');
  const { rows, ...next } = await selectExecutions(db, filter);
  const ids = await resourceIdsOf(db, instance.planId);
  return {
    workflowExecutions: rows.map((row) => onWire(instance, row, ids)),
    ...next,
  };
}

/** One execution with its tasks and outputs, secrets masked. @throws DomainError not_found */
export async function describeExecution(
  { db }: { db: Database },
  runs: RunViews,
  instance: InstanceRow,
  executionId: string,
  custom?: { verbs: string[] | undefined },
): Promise<WorkflowExecution> {
  const { rows } = await selectExecutions(db, { instanceId: instance.id, runId: executionId, ...(custom === undefined ? {} : { custom }) });
  const run = rows[0] === undefined ? undefined : await runs.describe(executionId);
  if (rows[0] === undefined || run === undefined)
    throw await runNotFound(db, { what: 'workflow execution', runId: executionId, instanceId: instance.id });
  return { ...onWire(instance, rows[0], await resourceIdsOf(db, instance.planId)), outputs: run.outputs, tasks: stepsOnWire(run) };
}

/**
 * What a call answers about its execution. It has the status words of operations (docs/reference/statuses.md#workflows), not those of executions.
 * @throws DomainError not_found
 */
export async function callAnswer(
  deps: { db: Database },
  runs: RunViews,
  instance: InstanceRow,
  executionId: string,
): Promise<ExecutionStarted> {
  const { workflowId: id, status, outputs, failureCode, failureMessage } = await describeExecution(deps, runs, instance, executionId);
  return {
    workflowId: id,
    workflowExecutionId: executionId,
    status: status === 'SUCCEEDED' ? 'SUCCESS' : status,
    ...(status === 'SUCCEEDED' && outputs !== undefined ? { outputs } : {}),
    ...(failureCode === undefined ? {} : { failureCode }),
    ...(failureMessage === undefined ? {} : { failureMessage }),
  };
}

/** @throws DomainError bad_request if it is negative, or longer than anybody may wait */
export function readWait(seconds: number | undefined): number {
  const wanted = seconds ?? 0;
  if (wanted >= 0 && wanted <= LONGEST_WAIT) return wanted;
  throw badRequest('invalid-wait', `waitForCompletionSeconds must be 0 to ${LONGEST_WAIT}; it is ${wanted}.`, [
    { field: 'waitForCompletionSeconds', code: wanted < 0 ? 'below-minimum' : 'above-maximum', message: `must be 0 to ${LONGEST_WAIT}` },
  ]);
}

/**
 * Resolves when `isOver` says so, when the time is up, or when nobody waits any more. A look that fails says nothing: what was
 * accepted goes on, and so does the wait. Seconds.
 */
export async function waitForEnd(
  isOver: () => Promise<boolean>,
  wait: { seconds: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = performance.now() + wait.seconds * 1_000;
  for (;;) {
    const left = deadline - performance.now();
    if (left <= 0 || wait.signal?.aborted === true || (await isOver().catch(() => false))) return;
    await delay(Math.min(POLL_MS, left), undefined, wait.signal === undefined ? {} : { signal: wait.signal }).catch((error: unknown) => {
      if (wait.signal?.aborted !== true) throw error;
    });
  }
}

/** `resourceIds` by key: a step may act on a resource that the instance's own depends on. */
function onWire(instance: InstanceRow, row: ExecutionRow, resourceIds: Record<string, string>): WorkflowExecution {
  const resourceId = resourceIds[row.resourceKey ?? instance.resourceKey] ?? instance.resourceId;
  const data = row.operationData ?? {};
  const failed = row.phase === 'Failed' || row.phase === 'Terminated';
  const params = data['requestParams'];
  return {
    executionId: row.runId,
    workflowId: workflowId(resourceId, row.customVerb ?? row.kind),
    instanceId: instance.id,
    verb: row.customVerb ?? verbOnWire(row.kind),
    status: STATUSES[row.phase],
    startTime: (row.startedAt ?? row.createdAt).toISOString(),
    ...(row.finishedAt === null ? {} : { endTime: row.finishedAt.toISOString() }),
    invokedBy: row.requestedBy ?? '',
    ...(row.requestedByName === null ? {} : { invokedByName: row.requestedByName }),
    requestParams: typeof params === 'object' && params !== null && !Array.isArray(params) ? params : {},
    ...(failed ? { failureCode: row.code, failureMessage: row.message } : {}),
    ...(typeof data['name'] === 'string' ? { name: data['name'] } : {}),
    ...(row.operationId === null ? {} : { operationId: row.operationId }),
  };
}

function readStatus(text: string): RunPhase[] {
  const wanted = text.trim().toUpperCase();
  const phases = (Object.keys(STATUSES) as RunPhase[]).filter((phase) => STATUSES[phase] === wanted);
  if (phases.length > 0) return phases;
  throw badRequest('unknown-status', `There is no status "${cut(text)}"; use PENDING, RUNNING, SUCCEEDED or FAILED.`, [
    { field: 'status', message: 'must be PENDING, RUNNING, SUCCEEDED or FAILED' },
  ]);
}
