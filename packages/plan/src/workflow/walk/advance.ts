/**
 * The step of a run. It re-walks the tree from the entrypoint, as Argo's operator does, and is idempotent: nodes that
 * exist are found by their names, so a second call with the same state changes nothing.
 */
import type { Inputs } from '../../expression/fragment.js';
import type { Result } from '../../result.js';
import type { Advance, RunNode, RunState } from '../model.js';
import { PatternBudgetSpent, PATTERNS_TOO_SLOW } from '../../pattern/budget.js';
import { TEXT_TOO_LONG, TooMuchText } from '../../expression/work.js';
import { TOO_LARGE, TooLarge } from '../size.js';
import { callTemplate, overdueText, renderArguments } from './template-call.js';
import { beginWalk, childrenOf, end, isFailing, isFulfilled, put, wake } from './walk.js';
import type { Walk } from './state.js';

/**
 * What follows from a run's state at `now` (epoch milliseconds): changed nodes, leaves to start, the end if it has come, the
 * time to look again. Reads nothing but its arguments, and changes neither.
 */
export function advance(run: RunState, now: number): Advance {
  try {
    const begun = run.nodes[run.workflow.entrypoint] !== undefined;
    // A run is counted before it begins, and again before a loop that only a failure or another attempt brings in.
    if (!begun) grow(run, now);
    const next = step(run, now);
    if (begun && next.changed.some((node) => node.type === 'TaskGroup' && run.nodes[node.id] === undefined)) grow(run, now);
    return next;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== undefined) return refuse(run, now, refusal);
    throw error;
  }
}

/** Why a run can never go on, with the code that its end has. */
export interface Refusal {
  code: string;
  message: string;
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof TooLarge) return { code: TOO_LARGE, message: error.message };
  if (error instanceof TooMuchText) return { code: TEXT_TOO_LONG, message: `an argument of the run's tasks: ${error.message}` };
  return error instanceof PatternBudgetSpent
    ? { code: PATTERNS_TOO_SLOW, message: `the conditions of the run: ${error.message}` }
    : undefined;
}

/** Why a run may not begin: with what is known of its values it would become too large, or take too long to think about. Undefined: it may. */
export function sizeProblem(run: RunState, now: number): Refusal | undefined {
  try {
    grow(run, now);
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== undefined) return refusal;
    throw error;
  }
}

/** Grows the tree in memory as if every task succeeded at once. Throws `TooLarge` and `PatternBudgetSpent`. */
function grow(run: RunState, now: number): void {
  const workflowArguments = renderWorkflowArguments(run);
  const { held: _held, paused: _paused, terminate: _terminate, ...free } = run;
  const walk = beginWalk(free, now, workflowArguments.ok ? workflowArguments.value : {}, true);
  callEntrypoint(walk, workflowArguments);
}

/** Ends a run that can never go on. What is open fails; of one that has not begun there is nothing but the root. */
function refuse(run: RunState, now: number, { code, message }: Refusal): Advance {
  const workflowArguments = argumentsOf(run);
  const walk = beginWalk({ ...run, room: 1 }, now, workflowArguments.ok ? workflowArguments.value : {});
  const id = run.workflow.entrypoint;
  walk.stopping = message;
  walk.mayStart = false;
  closeOverdue(walk);
  const before = walk.nodes.get(id);
  if (before !== undefined) callEntrypoint(walk, workflowArguments);
  const root = walk.nodes.get(id);
  if (root === undefined) {
    const at = { startedAt: now, finishedAt: now };
    put(walk, { id, task: id, template: id, type: 'Skipped', phase: 'Error', message, ...at });
  } else if (!isFulfilled(root)) end(walk, root, 'Failed', message);
  const answered = answer(walk, walk.nodes.get(id));
  return { ...answered, starts: [], outcome: { phase: root === undefined ? 'Error' : 'Failed', message, code } };
}

function callEntrypoint(walk: Walk, workflowArguments: Result<Inputs, string>): void {
  const id = walk.run.workflow.entrypoint;
  callTemplate(walk, { id, task: id, template: id, depth: 1, supplied: () => workflowArguments });
}

function step(run: RunState, now: number): Advance {
  const workflowArguments = renderWorkflowArguments(run);
  const walk = beginWalk(run, now, workflowArguments.ok ? workflowArguments.value : {});
  const rootId = run.workflow.entrypoint;
  const before = walk.nodes.get(rootId);
  if (before !== undefined && isFulfilled(before)) return answer(walk, before);
  stopIfDue(walk);
  closeOverdue(walk);
  callEntrypoint(walk, workflowArguments);
  if (walk.stopping !== undefined) closeOverdue(walk);
  else wake(walk, run.deadlineAt);
  return answer(walk, walk.nodes.get(rootId));
}

/** The arguments of a run that is refused; it may be because of them. */
function argumentsOf(run: RunState): Result<Inputs, string> {
  try {
    return renderWorkflowArguments(run);
  } catch (error) {
    if (error instanceof TooMuchText) return { ok: false, problem: error.message };
    throw error;
  }
}

function renderWorkflowArguments(run: RunState): Result<Inputs, string> {
  const rendered = renderArguments({ run, workflowParameters: {} }, run.workflow.arguments, {}, (parameter) => `arguments.${parameter}`);
  if (rendered.ok) return rendered;
  return { ok: false, problem: `unresolved workflow input parameters: [${rendered.problem.replace(/^failed to resolve /, '')}]` };
}

/** A terminated run, or one past its deadline, begins nothing more. */
function stopIfDue(walk: Walk): void {
  const { run, now } = walk;
  if (run.terminate !== undefined) walk.stopping = run.terminate;
  else if (now >= run.deadlineAt)
    walk.stopping = `DeadlineExceeded: the workflow did not end within ${seconds(run.deadlineAt - run.startedAt)} s`;
  if (walk.stopping !== undefined) walk.mayStart = false;
}

/** Open leaves fail when the run is stopped, or their own time or that of a DAG around them is over, naming what they waited for. */
function closeOverdue(walk: Walk): void {
  for (const node of walk.nodes.values()) {
    if (node.type !== 'Resource' || isFulfilled(node)) continue;
    const overdue = node.deadlineAt !== undefined && walk.now >= node.deadlineAt;
    if (walk.stopping === undefined && !overdue) continue;
    const around = overdueAround(walk, node);
    for (const one of around) walk.cutOff.add(one.id);
    const cause = walk.stopping ?? overdueText(around.at(-1) ?? node);
    end(walk, node.leaf ? { ...node, leaf: { ...node.leaf, phase: 'Failed' } } : node, 'Failed', `${cause}; ${waitedFor(node)}`);
  }
}

/** The DAGs and steps around a node whose time is over, the innermost first. */
function overdueAround(walk: Walk, node: RunNode): RunNode[] {
  const found: RunNode[] = [];
  for (let at = parentOf(walk, node); at !== undefined; at = parentOf(walk, at))
    if (at.deadlineAt !== undefined && walk.now >= at.deadlineAt) found.push(at);
  return found;
}

function parentOf(walk: Walk, { parent }: RunNode): RunNode | undefined {
  return parent === undefined ? undefined : walk.nodes.get(parent);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}

/** What an open leaf was waiting for, in words. */
export function waitedFor(node: RunNode): string {
  const { leaf } = node;
  if (leaf === undefined || node.phase === 'Pending') return 'it had not been started';
  if (leaf.verdict !== undefined) return `waited for ${leaf.verdict.reason}`;
  if (leaf.lastError !== undefined) return `last error: ${leaf.lastError.message}`;
  return leaf.write === undefined ? 'its request had not been answered' : 'nothing was seen of its object';
}

function answer(walk: Walk, root: RunNode | undefined): Advance {
  const result: Advance = {
    changed: [...walk.changed].flatMap((id) => walk.nodes.get(id) ?? []),
    starts: walk.starts.filter(({ node }) => walk.nodes.get(node.id)?.phase === 'Pending'),
    ...(walk.held.size === 0 ? {} : { held: [...walk.held] }),
    ...(walk.more ? { more: true as const } : {}),
  };
  if (root !== undefined && isFulfilled(root)) {
    const phase = isFailing(root.phase) ? root.phase : 'Succeeded';
    result.outcome = { phase, message: phase === 'Succeeded' ? '' : failureMessage(walk, root) };
  } else if (walk.wakeAt !== undefined && Number.isFinite(walk.wakeAt)) {
    result.wakeAt = walk.wakeAt;
  }
  return result;
}

/** DAG failures carry no message in Argo; people want the task's. Follows the failing branch down to the node that tells. */
function failureMessage(walk: Walk, root: RunNode): string {
  let node = root;
  for (;;) {
    const failing = childrenOf(walk, node.id).filter((child) => isFailing(child.phase));
    const next = node.type === 'Retry' ? latest(failing) : earliest(failing);
    if (next === undefined) break;
    node = next;
  }
  if (node === root) return root.message;
  return `task '${node.task}' ${node.phase === 'Error' ? 'could not run' : 'failed'}: ${node.message}`;
}

function earliest(nodes: RunNode[]): RunNode | undefined {
  return [...nodes].sort(byEnd)[0];
}

function latest(nodes: RunNode[]): RunNode | undefined {
  return [...nodes].sort(byEnd).at(-1);
}

/** By the time of their ends; at the same time by name, so that stored order decides nothing. */
function byEnd(a: RunNode, b: RunNode): number {
  return (a.finishedAt ?? 0) - (b.finishedAt ?? 0) || (a.id < b.id ? -1 : 1);
}
