/** A workflow as its plan has it, drawn before any run of it: all tasks pending, unless something is known of them. Pure. */
import type { GraphTask } from '@cellplane/plan';
import { graphOf, type RunGraph, type Task } from './graph';

/** What is known of a task, by the id of its node. */
export type KnownTasks = Readonly<Record<string, { phase: string; message?: string }>>;

export function plannedGraph(entries: readonly GraphTask[], known: KnownTasks = {}): RunGraph {
  const tasks = Object.entries(known).map(
    ([nodeId, { phase, message = '' }]) => ({ nodeId, name: nodeId, title: '', kind: 'task', phase, message }) as Task,
  );
  return graphOf({ graph: [...entries], tasks });
}
