/** What a plan alone tells of the size of its runs: the least number of tasks and nodes that one has when every task succeeds. */
import type { CompiledWorkflow, DagTask, Template } from '../model.js';
import { parseText } from '../expression/text.js';
import { dependsOf, evaluateDepends } from './depends.js';
import { isLoop, parseList } from './walk/loops.js';
import { MAX_NODES, MAX_TASKS } from './size.js';
import { MAX_DEPTH } from './walk/template-call.js';
import type { Tell } from './validate/tell.js';
import { evaluateWhen, parseWhen } from './when/when.js';

interface Size {
  tasks: number;
  nodes: number;
}

/** Beyond any bound; sums of doubling templates would leave the range of exact numbers. */
const ENDLESS = 1_000_000_000;
const ONE: Size = { tasks: 1, nodes: 1 };

/** Refuses a workflow whose runs would be larger than a run may be, at the loop that is too wide alone, or else at the entrypoint. */
export function checkSize(tell: Tell, workflow: CompiledWorkflow): void {
  const templates = new Map(workflow.templates.map((template) => [template.name, template]));
  const cure = 'Split the work into several workflows, or shorten the lists.';
  let said = false;
  for (const { task, path } of callsOf(workflow)) {
    const items = itemCount(task);
    if (items === undefined || items <= MAX_TASKS) continue;
    said = true;
    tell({
      code: 'too-many-tasks',
      path: `${path}.${task.withItems === undefined ? 'withParam' : 'withItems'}`,
      message: `task '${task.name}' loops over ${items} items; a run may have ${MAX_TASKS} tasks`,
      cure,
    });
  }
  const entry = templates.get(workflow.entrypoint);
  if (said || entry === undefined) return;
  const { tasks, nodes } = sizeOf(templates, entry);
  if (tasks <= MAX_TASKS && nodes <= MAX_NODES) return;
  const shown = (count: number) => (count >= ENDLESS ? `more than ${ENDLESS}` : `at least ${count}`);
  tell({
    code: 'too-many-tasks',
    path: 'entrypoint',
    message: `a run of template '${entry.name}' would have ${shown(tasks)} tasks in ${shown(nodes)} nodes; a run may have ${MAX_TASKS} tasks and ${MAX_NODES} nodes`,
    cure,
  });
}

function callsOf(workflow: CompiledWorkflow): { task: DagTask; path: string }[] {
  return workflow.templates.flatMap((template, index) => {
    if (template.type === 'dag') return template.tasks.map((task, at) => ({ task, path: `templates[${index}].dag.tasks[${at}]` }));
    if (template.type !== 'steps') return [];
    return template.groups.flatMap((steps, group) =>
      steps.map((task, at) => ({ task, path: `templates[${index}].steps[${group}][${at}]` })),
    );
  });
}

/** Each template is counted once, however often it is called. One that calls itself ends somewhere by its `when`. */
function sizeOf(templates: ReadonlyMap<string, Template>, entry: Template): Size {
  const known = new Map<string, Size>();
  const above = new Set<string>();
  const call = (name: string): Size => {
    const template = templates.get(name);
    // Deeper calls fail the run.
    if (template === undefined || above.has(name) || above.size >= MAX_DEPTH) return ONE;
    const before = known.get(name);
    if (before !== undefined) return before;
    above.add(name);
    const size = own(template);
    above.delete(name);
    known.set(name, size);
    return size;
  };
  const task = (one: DagTask): Size => {
    // What may be skipped or omitted is at least one node.
    const called = holdsAlways(one.when) && mayBegin(one) ? call(one.template) : ONE;
    if (!isLoop(one)) return called;
    const items = itemCount(one);
    return items === undefined || items === 0 || !mayBegin(one) ? ONE : plus({ tasks: 0, nodes: 1 }, times(called, items));
  };
  const own = (template: Template): Size => {
    const retry = template.retryStrategy === undefined ? 0 : 1;
    if (template.type === 'resource') return { tasks: 1, nodes: 1 + retry };
    const groups = template.type === 'steps' ? template.groups.length : 0;
    const tasks = template.type === 'steps' ? template.groups.flat() : template.tasks;
    return tasks.map(task).reduce(plus, { tasks: retry, nodes: 1 + retry + groups });
  };
  return call(entry.name);
}

function plus(one: Size, other: Size): Size {
  return { tasks: Math.min(one.tasks + other.tasks, ENDLESS), nodes: Math.min(one.nodes + other.nodes, ENDLESS) };
}

function times(size: Size, count: number): Size {
  return { tasks: Math.min(size.tasks * count, ENDLESS), nodes: Math.min(size.nodes * count, ENDLESS) };
}

/** True for no condition, and for one without placeholders that is true. Patterns are left to the run, which counts again. */
function holdsAlways(when: string | undefined): boolean {
  if (when === undefined) return true;
  if (/[=!]~/.test(when) || !parseText(when).every((part) => part.type === 'text')) return false;
  const parsed = parseWhen(when);
  const answer = parsed.ok ? evaluateWhen(parsed.value) : undefined;
  return answer?.ok === true && answer.value;
}

/** True if the task runs when all before it have succeeded. */
function mayBegin(task: DagTask): boolean {
  const parsed = dependsOf(task);
  if (!parsed.ok || parsed.value === undefined) return true;
  return evaluateDepends(
    parsed.value,
    () => ({ Succeeded: true, AnySucceeded: true }),
    () => undefined,
  );
}

/** Items of a loop, if the plan says how many; undefined if that depends on values. */
function itemCount(task: DagTask): number | undefined {
  if (task.withItems !== undefined) return task.withItems.length;
  if (task.withParam === undefined || !parseText(task.withParam).every((part) => part.type === 'text')) return undefined;
  const list = parseList(task.withParam);
  return list.ok ? list.value.length : undefined;
}
