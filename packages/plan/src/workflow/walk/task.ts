/** One task of a DAG or one step: its loop, its `when`, then the call of its template. */
import { cut } from '../../cut.js';
import type { Inputs } from '../../expression/fragment.js';
import type { RenderScope, ResultsOf } from '../../expression/render-text.js';
import type { Json } from '../../json.js';
import type { DagTask } from '../../model.js';
import { resolveWith } from '../bind-template.js';
import { isLoop, runLoop } from './loops.js';
import { callTemplate, renderArguments } from './template-call.js';
import { isFulfilled, put, takeRoom } from './walk.js';
import type { Walk } from './state.js';
import { evaluateWhen, parseWhen } from '../when/when.js';

/** The template instance that a task stands in: node id, template name, bound inputs. */
export interface Boundary {
  id: string;
  template: string;
  inputs: Inputs;
  depth: number;
  /** What the tasks before have come to. */
  results: ResultsOf;
}

/** What a loop's child is made for. */
export type LoopItem = Pick<RenderScope, 'item' | 'itemFlags'>;

/** Brings a task as far as it can go now; its dependencies are fulfilled. */
export function runTask(walk: Walk, boundary: Boundary, task: DagTask, id: string, parent: string): void {
  const existing = walk.nodes.get(id);
  if (existing !== undefined && isFulfilled(existing)) return;
  if (existing === undefined && walk.mayStart && walk.run.held?.has(task.name) === true) {
    walk.held.add(task.name);
    return;
  }
  const work = () => (isLoop(task) ? runLoop(walk, boundary, task, id, parent) : runOne(walk, boundary, task, id, parent));
  if (walk.run.atTask === undefined) work();
  else walk.run.atTask(task.name, work);
}

/** A task without its loop, or one child of the loop. */
export function runOne(walk: Walk, boundary: Boundary, task: DagTask, id: string, parent: string, of: LoopItem = {}): void {
  const { item } = of;
  if (!walk.nodes.has(id)) {
    if (!walk.mayStart) return;
    if (walk.room <= 0) {
      // Nor is its condition looked at before there is room for it: with every slice of a wide run it would be again.
      walk.more = true;
      return;
    }
    const when = judgeWhen(walk, boundary, task, of);
    if (when.state === 'error') return endAtOnce(walk, task, id, parent, 'Error', when.message, item);
    if (when.state === 'no') return endAtOnce(walk, task, id, parent, 'Skipped', `when '${cut(task.when ?? '')}' evaluated false`, item);
  }
  callTemplate(walk, {
    id,
    parent,
    task: task.name,
    template: task.template,
    depth: boundary.depth + 1,
    ...(item !== undefined && { item }),
    supplied: () =>
      renderArguments(walk, task.arguments, boundary.inputs, (parameter) => `${placeOf(boundary, task)}.arguments.${parameter}`, {
        ...of,
        results: boundary.results,
      }),
  });
}

/** Place of a task's texts among the platform expressions (`PlacedExpression.place`). */
export function placeOf(boundary: Pick<Boundary, 'template'>, task: Pick<DagTask, 'name'>): string {
  return `templates.${boundary.template}.tasks.${task.name}`;
}

/** Whether a task's `when` lets it run; `item` is absent for a loop that is not expanded. */
export function judgeWhen(
  walk: Walk,
  boundary: Boundary,
  task: DagTask,
  item: LoopItem = {},
): { state: 'yes' | 'no' } | { state: 'error'; message: string } {
  if (task.when === undefined) return { state: 'yes' };
  const parsed = parseWhen(task.when, walk.patterns);
  if (!parsed.ok) return { state: 'error', message: parsed.problem.message };
  const resolve = resolveWith({
    inputs: boundary.inputs,
    values: walk.run.values,
    place: `${placeOf(boundary, task)}.when`,
    workflowName: walk.run.runId,
    workflowParameters: walk.workflowParameters,
    results: boundary.results,
    ...item,
  });
  const answer = evaluateWhen(parsed.value, resolve, walk.patterns);
  if (!answer.ok) return { state: 'error', message: answer.problem.message };
  return { state: answer.value ? 'yes' : 'no' };
}

/** A node for a task that never calls its template. */
export function endAtOnce(
  walk: Walk,
  task: DagTask,
  id: string,
  parent: string,
  phase: 'Error' | 'Skipped' | 'Omitted',
  message: string,
  item?: Json,
): void {
  if (!walk.nodes.has(id) && !takeRoom(walk)) return;
  put(walk, {
    id,
    parent,
    task: task.name,
    template: task.template,
    type: 'Skipped',
    phase,
    message,
    ...(item !== undefined && { item }),
    startedAt: walk.now,
    finishedAt: walk.now,
  });
}
