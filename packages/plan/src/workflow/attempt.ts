/** Attempts of retried tasks: which task a node is, whichever attempt it belongs to. */
import type { RunNode } from './model.js';

export interface AttemptOf {
  /** The node's id without the numbers of attempts, its own and those around it: the same for every attempt of a task. */
  task: string;
  /** True if an earlier attempt was made, of the task itself or of a template that it stands in. */
  again: boolean;
}

/** Which attempt of which task a node is. `nodes` are those of the run, by id. */
export function attemptOf(nodes: Readonly<Record<string, RunNode>>, node: RunNode): AttemptOf {
  const parent = node.parent === undefined ? undefined : nodes[node.parent];
  if (parent === undefined) return { task: node.id, again: false };
  const above = attemptOf(nodes, parent);
  const own = node.id.slice(parent.id.length);
  if (parent.type !== 'Retry') return { ...above, task: `${above.task}${own}` };
  return { task: above.task, again: above.again || own !== '(0)' };
}
