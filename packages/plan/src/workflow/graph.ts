/**
 * The tasks of a workflow as they stand in the plan, with what each comes after: for drawing a run before its tasks exist.
 * Loops and retries are one entry here; their children and attempts carry the entry's id with a number in parentheses.
 */
import type { CompiledWorkflow, DagTask, ResourceAction, Template } from '../model.js';
import { dependsOf, tasksOf } from './depends.js';

export interface GraphTask {
  /** Id of the run's node: `create.applycluster`; entries of a nested template carry the caller's id in front. */
  id: string;
  /** The entry whose template this one is in; absent at the top. */
  parent?: string;
  name: string;
  /** Ids of the entries that must have ended before, all in the same template. */
  dependsOn: string[];
  /** Absent for a task that calls a DAG or steps. */
  action?: ResourceAction;
  kind?: string;
}

/** Entries of one workflow, at most: nested calls can multiply. */
const MAX_ENTRIES = 500;

/** Tasks in an order in which each comes after what it depends on; those in a cycle come last, as written. */
export function workflowGraph(workflow: CompiledWorkflow): GraphTask[] {
  const templates = new Map(workflow.templates.map((template) => [template.name, template]));
  const root = templates.get(workflow.entrypoint);
  const entries: GraphTask[] = [];
  if (root === undefined) return entries;
  if (root.type === 'resource') return [{ id: root.name, name: root.name, dependsOn: [], action: root.action, kind: root.kind }];

  const expand = (template: Template, id: string, parent: string | undefined, above: string[]): void => {
    for (const { task, taskId, dependsOn } of callsOf(template, id)) {
      if (entries.length >= MAX_ENTRIES) return;
      const called = templates.get(task.template);
      entries.push({
        id: taskId,
        ...(parent === undefined ? {} : { parent }),
        name: task.name,
        dependsOn,
        ...(called?.type === 'resource' ? { action: called.action, kind: called.kind } : {}),
      });
      // A template that calls itself has no last entry.
      if (called !== undefined && called.type !== 'resource' && !above.includes(called.name))
        expand(called, taskId, taskId, [...above, called.name]);
    }
  };
  expand(root, root.name, undefined, [root.name]);
  return entries;
}

interface Call {
  task: DagTask;
  taskId: string;
  dependsOn: string[];
}

function callsOf(template: Template, id: string): Call[] {
  if (template.type === 'resource') return [];
  if (template.type === 'steps') {
    const named = template.groups.map((steps, index) => steps.map((task) => ({ task, taskId: `${id}[${index}].${task.name}` })));
    return named.flatMap((steps, index) => {
      const before = named.slice(0, index).findLast((group) => group.length > 0) ?? [];
      return steps.map((step) => ({ ...step, dependsOn: before.map((one) => one.taskId) }));
    });
  }
  const all = new Set(template.tasks.map((one) => one.name));
  return sorted(
    template.tasks.map((task) => {
      const parsed = dependsOf(task);
      const names = parsed.ok && parsed.value !== undefined ? tasksOf(parsed.value) : [];
      const known = names.filter((name) => name !== task.name && all.has(name));
      return { task, taskId: `${id}.${task.name}`, dependsOn: [...new Set(known)].map((name) => `${id}.${name}`) };
    }),
  );
}

/** As written, but never before what it depends on. */
function sorted(calls: Call[]): Call[] {
  const done = new Set<string>();
  const order: Call[] = [];
  let left = calls;
  while (left.length > 0) {
    const ready = left.filter((call) => call.dependsOn.every((id) => done.has(id)));
    const next = ready.length === 0 ? left : ready;
    for (const call of next) done.add(call.taskId);
    order.push(...next);
    left = left.filter((call) => !done.has(call.taskId));
  }
  return order;
}
