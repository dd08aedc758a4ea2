import { type ExpressionValues, type Json, type JsonObject, MASK, workflowGraph } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import type { Sealer } from '../secrets/envelope.js';
import { BROKEN } from './run/broken-run.js';
import { HURTS_OWNER } from './run/poison-run.js';
import type { Refusal } from './watch/cell-health.js';
import { explainInWords } from './explain/explain.js';
import { summaryOf } from './list-runs.js';
import type { Cells, RunDescription, RunOutput, StageView, TaskView, WaitingFor } from './model.js';
import { Redactor } from './redact.js';
import type { RunRow, StageRow, TaskRow } from './rows/run-row.js';

export interface DescribeDeps {
  db: Database;
  sealer: Sealer;
  /** Given: a waiting task's namespace is read for what its Pods and Events say now. */
  cells?: Cells;
}

/** What the cell's watcher says of it. */
interface CellWords {
  cellId: string;
  /** It does not answer. */
  away?: { message: string; since: Date };
  /** Kinds that may not be watched, by `apiVersion|kind`. */
  refused: Record<string, Refusal>;
}

/** Reading a waiting task's namespace may take so long. Milliseconds. */
const EXPLAIN_MS = 1_500;

/**
 * Everything about a run that may be shown, secrets masked; undefined if there is no such run. `waiting`: of its tasks only those
 * that wait for an object, without their manifests.
 */
export async function describeRun(deps: DescribeDeps, id: string, only: 'all' | 'waiting' = 'all'): Promise<RunDescription | undefined> {
  const { db, sealer } = deps;
  const [row] = (await sql<RunRow>`select * from runs where id = ${id}`.execute(db)).rows;
  if (row === undefined) return undefined;
  const [stages, tasks, started, troubles] = await Promise.all([
    sql<StageRow>`select * from run_stages where run_id = ${id}`.execute(db),
    // Sealed columns hold whole objects, and are not shown: a wide loop has thousands of them.
    sql<Pick<TaskRow, 'node'>>`
      select node from run_tasks where run_id = ${id} and (${only === 'all'} or watch is not null)`.execute(db),
    sql<{ node_id: string; manifest: JsonObject | null; action: string | null }>`
      select node_id, details->'manifest' as manifest, details->>'action' as action from run_events
      where run_id = ${id} and type = 'WorkflowStepStarted' and node_id is not null and ${only === 'all'}`.execute(db),
    sql<{
      trouble: string | null;
      trouble_since: Date | null;
      refused: Record<string, Refusal>;
    }>`select trouble, trouble_since, refused from cell_watchers where cell_id = ${row.cell_id}`.execute(db),
  ]);
  const [trouble] = troubles.rows;
  const cell: CellWords = {
    cellId: row.cell_id,
    refused: trouble?.refused ?? {},
    ...(trouble?.trouble == null || trouble.trouble_since === null
      ? {}
      : { away: { message: trouble.trouble, since: trouble.trouble_since } }),
  };
  const open = row.finished_at === null;
  const manifests = new Map(started.rows.map((event) => [event.node_id, event]));
  const stageViews = describeStages(row, stages.rows, open, cell);
  const taskViews = tasks.rows
    .map((task) => describeTask(row, task, manifests.get(task.node.id), open, cell))
    .sort(
      (one, other) =>
        (one.startedAt?.getTime() ?? Infinity) - (other.startedAt?.getTime() ?? Infinity) || (one.nodeId < other.nodeId ? -1 : 1),
    );
  const waiting =
    (open && (row.code === BROKEN || row.code === HURTS_OWNER) ? setAsideWait(row) : undefined) ??
    taskViews.find((task) => task.waitingFor !== undefined)?.waitingFor ??
    stageViews.find((stage) => stage.waitingFor !== undefined)?.waitingFor;
  if (waiting?.object !== undefined && cell.away === undefined) await explainNow(deps, row, waiting);
  return {
    ...summaryOf(row),
    stages: stageViews,
    tasks: taskViews,
    outputs: readOutputs(sealer, row),
    data: row.data,
    graph: row.workflow === null ? [] : workflowGraph(row.workflow),
    breakpoints: row.breakpoints ?? {},
    ...(waiting === undefined ? {} : { waitingFor: waiting }),
  };
}

/** A run that this process cannot carry on waits for its deadline, or for a process that can. */
function setAsideWait(row: RunRow): WaitingFor {
  return { reason: row.message, since: row.started_at ?? row.created_at, deadline: row.deadline_at };
}

function describeStages(row: RunRow, rows: StageRow[], open: boolean, cell: CellWords): StageView[] {
  const view = (name: string, position: 'before' | 'after'): StageView => {
    const stage = rows.find((one) => one.name === name);
    if (stage === undefined) return { name, title: name, position, state: 'Pending', attempts: 0, message: '' };
    return {
      name,
      title: stage.title,
      position,
      state: stage.state,
      attempts: stage.attempts,
      message: stage.message,
      startedAt: stage.started_at,
      ...(stage.finished_at === null ? {} : { finishedAt: stage.finished_at }),
      ...(open && stage.waiting !== null ? { waitingFor: stageWait(stage.waiting, row, cell) } : {}),
    };
  };
  return [...row.before.map((name) => view(name, 'before')), ...row.after.map((name) => view(name, 'after'))];
}

function describeTask(
  row: RunRow,
  task: Pick<TaskRow, 'node'>,
  started: { manifest: JsonObject | null; action: string | null } | undefined,
  open: boolean,
  cell: CellWords,
): TaskView {
  const { node } = task;
  const { leaf } = node;
  const waitingFor = open && node.phase === 'Running' ? waitOf(row, task, cell) : undefined;
  return {
    nodeId: node.id,
    ...(node.parent === undefined ? {} : { parent: node.parent }),
    task: node.task,
    template: node.template,
    type: node.type,
    phase: node.phase,
    message: node.message,
    attempts: leaf?.attempts ?? 0,
    ...(leaf === undefined ? {} : { state: leaf.phase }),
    ...(started?.action == null ? {} : { action: started.action }),
    ...(started?.manifest == null ? {} : { manifest: started.manifest }),
    ...(leaf?.object === undefined ? {} : { object: leaf.object }),
    ...(leaf?.nextRetryAt === undefined ? {} : { nextRetryAt: new Date(leaf.nextRetryAt) }),
    ...(leaf?.lastError === undefined ? {} : { lastError: { ...leaf.lastError, firstSeenAt: new Date(leaf.lastError.firstSeenAt) } }),
    ...(node.startedAt === undefined ? {} : { startedAt: new Date(node.startedAt) }),
    ...(node.finishedAt === undefined ? {} : { finishedAt: new Date(node.finishedAt) }),
    ...(waitingFor === undefined ? {} : { waitingFor }),
    ...(leaf?.causes === undefined || (node.phase !== 'Failed' && node.phase !== 'Error') ? {} : { causes: leaf.causes }),
  };
}

function waitOf(row: RunRow, { node }: Pick<TaskRow, 'node'>, cell: CellWords): WaitingFor | undefined {
  const { leaf } = node;
  if (leaf === undefined) return undefined;
  const deadline = new Date(Math.min(node.deadlineAt ?? Infinity, row.deadline_at.getTime()));
  const common = {
    deadline,
    ...(leaf.object === undefined ? {} : { object: leaf.object }),
    ...(leaf.explanation === undefined ? {} : { explanation: leaf.explanation }),
    ...(leaf.causes === undefined ? {} : { causes: leaf.causes }),
  };
  if (cell.away !== undefined) return { ...common, reason: awayReason(cell.cellId, cell.away), since: cell.away.since };
  if (leaf.lastError !== undefined) return { ...common, reason: leaf.lastError.message, since: new Date(leaf.lastError.firstSeenAt) };
  if (leaf.phase !== 'AwaitingCondition' || leaf.verdict === undefined) return undefined;
  const { success, failure, reason } = leaf.verdict;
  const refusal = leaf.object && cell.refused[`${leaf.object.apiVersion}|${leaf.object.kind}`];
  return {
    ...common,
    reason: refusal === undefined ? reason : `${reason}; ${refusedReason(leaf.object?.kind ?? '', refusal)}`,
    since: new Date(leaf.write?.at ?? node.startedAt ?? row.created_at.getTime()),
    ...(success === undefined ? {} : { gate: success.text, success }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function awayReason(cellId: string, { message, since }: { message: string; since: Date }): string {
  return `cell ${cellId} does not answer since ${since.toISOString()}: ${message}`;
}

/** The watch of a kind is refused: kind here, verb and identity in the API server's words. */
function refusedReason(kind: string, { message, since }: Refusal): string {
  return `changes of kind ${kind} cannot be watched since ${since}, so it is read now and then: ${message}`;
}

function stageWait(waiting: NonNullable<StageRow['waiting']>, row: RunRow, cell: CellWords): WaitingFor {
  const deadline = new Date(Math.min(waiting.deadline ?? Infinity, row.deadline_at.getTime()));
  if (cell.away !== undefined) return { reason: `${awayReason(cell.cellId, cell.away)}; ${waiting.for}`, since: cell.away.since, deadline };
  return { reason: waiting.for, since: new Date(waiting.since), deadline };
}

/** Replaces what was stored by what the namespace says now; what cannot be read leaves it. */
async function explainNow(deps: DescribeDeps, row: RunRow, waiting: WaitingFor): Promise<void> {
  const client = await deps.cells?.client(row.cell_id).catch(() => undefined);
  if (client === undefined || waiting.object === undefined) return;
  const found = await explainInWords(client, row.namespace, waiting.object, { timeoutMs: EXPLAIN_MS }).catch(() => undefined);
  // A partial explanation does not replace a complete one.
  if (found === undefined || (found.isPartial && waiting.explanation !== undefined)) return;
  // As the run's owner masks what it stores: Pods and Events may repeat what the run has given them.
  const values = JSON.parse(deps.sealer.open(row.sealed_values, row.id).toString('utf8')) as ExpressionValues;
  const redactor = new Redactor(values);
  waiting.explanation = redactor.text(found.text);
  waiting.causes = redactor.causes(found.causes);
  if (found.isPartial) waiting.isPartlyExplained = true;
}

function readOutputs(sealer: Sealer, row: RunRow): Record<string, Json> {
  if (row.sealed_outputs === null) return {};
  const outputs = JSON.parse(sealer.open(row.sealed_outputs, row.id).toString('utf8')) as Record<string, RunOutput>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value, secret }]) => [name, secret === true ? MASK : value]));
}
