/** One pass over a run's tree: the nodes as they become, and what the pass asks of the engine. */
import type { Inputs } from '../../expression/fragment.js';
import type { ResultField } from '../../expression/text.js';
import { PatternBudget } from '../../pattern/budget.js';
import type { NodePhase, RunNode, RunState } from '../model.js';
import { countNode, isTask } from '../size.js';
import type { Walk } from './state.js';

/** A walk at its beginning. */
export function beginWalk(run: RunState, now: number, workflowParameters: Inputs, counting = false): Walk {
  const walk: Walk = {
    run,
    now,
    templates: new Map(run.workflow.templates.map((template) => [template.name, template])),
    workflowParameters,
    mayStart: run.paused !== true,
    deadlineAt: run.deadlineAt,
    cutOff: new Set(),
    nodes: new Map(),
    children: new Map(),
    changed: new Set(),
    starts: [],
    held: new Set(),
    tasks: 0,
    characters: 0,
    counting,
    patterns: (counting ? undefined : run.patterns) ?? new PatternBudget(),
    room: counting ? Infinity : (run.room ?? Infinity),
    more: false,
  };
  for (const node of Object.values(run.nodes)) {
    index(walk, node);
    if (isTask(walk, node)) walk.tasks += 1;
  }
  return walk;
}

function index(walk: Walk, node: RunNode): void {
  if (!walk.nodes.has(node.id) && node.parent !== undefined) {
    const siblings = walk.children.get(node.parent);
    if (siblings) siblings.push(node.id);
    else walk.children.set(node.parent, [node.id]);
  }
  walk.nodes.set(node.id, node);
}

/** Takes the place of one more node that begins; false if this walk has begun as many as it may. */
export function takeRoom(walk: Walk): boolean {
  if (walk.room > 0) {
    walk.room -= 1;
    return true;
  }
  walk.more = true;
  return false;
}

/** Puts a new or changed node into the tree. Throws `TooLarge` for one that is too many. */
export function put(walk: Walk, node: RunNode): RunNode {
  const isNew = !walk.nodes.has(node.id);
  index(walk, node);
  if (isNew) countNode(walk, node);
  walk.changed.add(node.id);
  return node;
}

/** Puts a node that ends now. */
export function end(walk: Walk, node: RunNode, phase: NodePhase, message = node.message): RunNode {
  return put(walk, { ...node, phase, message, finishedAt: walk.now });
}

/** Children in the tree, in the order in which they began. */
export function childrenOf(walk: Walk, id: string): RunNode[] {
  return (walk.children.get(id) ?? []).flatMap((child) => walk.nodes.get(child) ?? []);
}

/** Asks for another look at a time. */
export function wake(walk: Walk, at: number): void {
  if (walk.wakeAt === undefined || at < walk.wakeAt) walk.wakeAt = at;
}

/** Argo's Fulfilled: ended, whether it ran or not. */
export function isFulfilled(node: RunNode): boolean {
  return isCompleted(node) || node.phase === 'Skipped' || node.phase === 'Omitted';
}

/** A field of a node's result as Argo writes it; undefined until it has ended. Times are whole seconds. */
export function resultOf(node: RunNode | undefined, field: ResultField): string | undefined {
  if (node === undefined || !isFulfilled(node)) return undefined;
  if (field === 'status') return node.phase;
  const at = node[field];
  return at === undefined ? undefined : `${new Date(at).toISOString().slice(0, -'.000Z'.length)}Z`;
}

/** Argo's Completed: it ran to an end. */
export function isCompleted(node: RunNode): boolean {
  return node.phase === 'Succeeded' || isFailing(node.phase);
}

export function isFailing(phase: NodePhase): phase is 'Failed' | 'Error' {
  return phase === 'Failed' || phase === 'Error';
}
