/**
 * What the engine tells a run about its leaves. Each answers a new node and leaves its arguments alone; a node that has
 * ended stays as it is, so a late answer changes nothing.
 */
import type { LeafState, ObjectReference, RunNode, RunState } from './model.js';
import { isFulfilled } from './walk/walk.js';

/** The intent to write was committed: the leaf is no longer listed as a start. `object` is known from the rendered manifest. */
export function recordIntent(node: RunNode, object: ObjectReference, now: number): RunNode {
  return changed(node, (leaf) => ({ ...leaf, phase: 'Applying', object, attempts: leaf.attempts + 1 }), {
    phase: 'Running',
    startedAt: node.startedAt ?? now,
  });
}

/** The leaf did its work. */
export function leafSucceeded(node: RunNode, now: number): RunNode {
  return changed(node, (leaf) => ({ ...leaf, phase: 'Succeeded' }), { phase: 'Succeeded', message: '', finishedAt: now });
}

/** The leaf's work was refused (`Failed`), or the machinery could not do it (`Error`). */
export function leafFailed(node: RunNode, message: string, phase: 'Failed' | 'Error', now: number): RunNode {
  return changed(node, (leaf) => ({ ...leaf, phase: 'Failed' }), { phase, message, finishedAt: now });
}

/** The run with nodes put in the place of those of the same id. */
export function withNodes(run: RunState, nodes: readonly RunNode[]): RunState {
  return { ...run, nodes: { ...run.nodes, ...Object.fromEntries(nodes.map((node) => [node.id, node])) } };
}

function changed(node: RunNode, reduce: (leaf: LeafState) => LeafState, also: Partial<RunNode> = {}): RunNode {
  if (isFulfilled(node)) return node;
  return { ...node, ...also, leaf: reduce(node.leaf ?? { phase: 'Pending', attempts: 0 }) };
}
