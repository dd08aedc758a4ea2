/**
 * How large a run may become, and the refusal of one that would become larger. A run is counted before it begins: its tree is
 * grown in memory as if every task succeeded at once, so that of a loop which is too wide, nested or not, nothing is begun. What
 * only a failure brings in is counted when it comes.
 */
import { jsonLength } from '../expression/json/json-size.js';
import type { Json } from '../json.js';
import type { RunNode } from './model.js';
import type { Walk } from './walk/state.js';

/** Tasks of one run, at most: leaves, and what was skipped or omitted. A loop's items are tasks. Attempts of a retried task count once. */
export const MAX_TASKS = 5_000;

/** Nodes of one run, at most: tasks, and what holds them (DAGs, steps, groups, loops, retries) with every attempt. */
export const MAX_NODES = 20_000;

/** Manifests of the tasks of one run, and the values that they are given, at most, all together. Characters. */
const MAX_INPUT_CHARACTERS = 64 * 1024 * 1024;

/** `code` of a run that was refused for its size. */
export const TOO_LARGE = 'too-many-tasks';

/** Thrown out of the walk: the run would become larger than a run may be. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const CURE = 'Split the work into several runs, or give a shorter list.';

/** Throws if a loop of so many items is more than a run may have; before anything is made of them. */
export function boundLoop(task: string, items: number): void {
  if (items > MAX_TASKS)
    throw new TooLarge(`task '${task}' loops over ${items} items; a run may have ${MAX_TASKS} tasks. Nothing of it was begun. ${CURE}`);
}

/** Counts a node that is new; throws at the first that is too many. */
export function countNode(walk: Walk, node: RunNode): void {
  if (walk.counting) countInputs(walk, node);
  if (isTask(walk, node)) walk.tasks += 1;
  if (walk.tasks > MAX_TASKS)
    throw new TooLarge(`the run comes to more than ${MAX_TASKS} tasks at task '${node.task}', and may have no more. ${CURE}`);
  if (walk.nodes.size > MAX_NODES)
    throw new TooLarge(
      `the run comes to more than ${MAX_NODES} nodes at task '${node.task}' (tasks, the templates and loops that hold them, and attempts), and may have no more. ${CURE}`,
    );
}

/** Counts what a node was given, and what it writes; throws when all of it together is too much. */
function countInputs(walk: Walk, node: RunNode): void {
  const template = walk.templates.get(node.template);
  // The name of a loop's child holds its item, and the names of all loops around it.
  walk.characters += node.id.length;
  if (template?.type === 'resource') walk.characters += template.manifest.length;
  for (const { parts } of Object.values(node.inputs ?? {}))
    for (const part of parts) walk.characters += 'text' in part ? part.text.length : lengthOf(part.value);
  if (walk.characters > MAX_INPUT_CHARACTERS)
    throw new TooLarge(
      `the manifests and arguments of the run's tasks come to more than ${MAX_INPUT_CHARACTERS} characters at task '${node.task}', and may come to no more. ${CURE}`,
    );
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : jsonLength(value as Json, MAX_INPUT_CHARACTERS);
}

/** True for what counts as a task: a leaf or what was never called, but not the second attempt of one. */
export function isTask(walk: Walk, node: RunNode): boolean {
  if (node.type === 'Retry') return true;
  if (node.type !== 'Resource' && node.type !== 'Skipped') return false;
  const parent = node.parent === undefined ? undefined : (walk.nodes.get(node.parent) ?? walk.run.nodes[node.parent]);
  return parent?.type !== 'Retry';
}
