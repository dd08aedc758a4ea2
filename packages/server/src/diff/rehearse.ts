/** A run of a workflow without a cell: each task succeeds as soon as it has begun. Pure; it says what would be done, in which order. */
import { advance, type Advance, leafSucceeded, type LeafStart, type RunNode, type RunState } from '@cellplane/plan';

export interface Rehearsal {
  /** Tasks in the order in which they begin. */
  leaves: LeafStart[];
  /** How it ends; absent: there were more tasks than were asked for, or it would wait for a time. */
  outcome?: Advance['outcome'];
}

/** Goes through the workflow from its beginning, until its end or `most` tasks. `state.nodes` is ignored. */
export function rehearse(state: Omit<RunState, 'nodes'>, now: number, most: number): Rehearsal {
  let nodes: Record<string, RunNode> = {};
  const leaves: LeafStart[] = [];
  for (;;) {
    const next = advance({ ...state, nodes }, now);
    nodes = { ...nodes, ...Object.fromEntries(next.changed.map((node) => [node.id, node])) };
    for (const start of next.starts) {
      leaves.push(start);
      nodes[start.node.id] = leafSucceeded({ ...start.node, inputs: start.inputs, startedAt: now }, now);
    }
    if (next.outcome !== undefined) return { leaves, outcome: next.outcome };
    if (leaves.length > most || (next.starts.length === 0 && next.more !== true)) return { leaves };
  }
}
