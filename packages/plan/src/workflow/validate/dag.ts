/** The shape of a DAG: names, dependencies, cycles (Argo 3.7 validate.go validateDAG, common/ancestry.go). */
import type { DagTask, DagTemplate } from '../../model.js';
import { dependsOf, mentionsOf, tasksOf } from '../depends.js';
import { isLoop } from '../walk/loops.js';
import { checkNames, listPlaces, TEMPLATE_NAME } from './names.js';
import type { Tell } from './tell.js';

/** Tasks of one DAG, at most: far more than anyone draws, and what the walk along a chain can bear. */
const MAX_TASKS = 1000;

/** Checks how the tasks of a DAG hang together. */
export function checkDag(tell: Tell, template: DagTemplate, path: string): void {
  const owner = `templates.${template.name}`;
  const { tasks } = template;
  if (tasks.length === 0) {
    tell({
      code: 'no-tasks',
      path: `${path}.dag.tasks`,
      message: `${owner} must have at least one task`,
      cure: 'Add a task, or remove the template.',
    });
    return;
  }
  if (tasks.length > MAX_TASKS) {
    tell({
      code: 'too-many-tasks',
      path: `${path}.dag.tasks`,
      message: `${owner} has ${tasks.length} tasks, ${MAX_TASKS} are the most`,
      cure: 'Split it into nested DAGs.',
    });
    return;
  }
  checkNames(tell, tasks, listPlaces(`${path}.dag.tasks`, `${owner}.tasks`), TEMPLATE_NAME);
  const usesDepends = tasks.some((task) => task.depends !== undefined);
  const usesDependencies = tasks.some((task) => task.dependencies.length > 0);
  if (usesDepends && usesDependencies) {
    tell({
      code: 'depends-and-dependencies',
      path: `${path}.dag`,
      message: `${owner} cannot use both 'depends' and 'dependencies' in the same DAG template`,
      cure: "Write 'depends' everywhere: dependencies [A, B] is depends: A && B.",
    });
  }
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const waits = new Map<string, string[]>();
  for (const [index, task] of tasks.entries()) {
    const at = `${path}.dag.tasks[${index}]`;
    if ((usesDepends || task.dependencies.length > 0) && /^\d/.test(task.name)) {
      tell({
        code: 'name-begins-with-digit',
        path: `${at}.name`,
        message: `${owner}.tasks.${task.name} name cannot begin with a digit when using either 'depends' or 'dependencies'`,
        cure: 'Begin the name with a letter.',
      });
    }
    if (usesDepends && task.continueOn !== undefined) {
      tell({
        code: 'continue-on-with-depends',
        path: `${at}.continueOn`,
        message: `${owner}.tasks.${task.name} cannot use 'continueOn' when using 'depends'. Instead use 'dep-task.Failed'/'dep-task.Errored'`,
        cure: `Remove it, and write ${task.name}.Succeeded || ${task.name}.Failed where it matters.`,
      });
    }
    waits.set(task.name, checkDepends(tell, task, byName, owner, at));
  }
  for (const cycle of cyclesOf(waits)) {
    const index = tasks.findIndex((task) => task.name === cycle[0]);
    tell({
      code: 'dependency-cycle',
      path: `${path}.dag.tasks[${index}]`,
      message: `${owner} sorting failed: graph with cycle: ${cycle.join('->')}`,
      cure: 'Remove one of these dependencies.',
    });
  }
}

function checkDepends(tell: Tell, task: DagTask, byName: ReadonlyMap<string, DagTask>, owner: string, at: string): string[] {
  const parsed = dependsOf(task);
  if (!parsed.ok) {
    const { code, offset, message, cure } = parsed.problem;
    tell({ code, path: `${at}.depends`, offset, message: `${owner}.tasks.${task.name} ${message}`, cure });
    return [];
  }
  if (parsed.value === undefined) return [];
  const places = new Map(task.dependencies.map((name, place) => [name, place]));
  for (const mention of mentionsOf(parsed.value)) {
    const index = places.get(mention.task) ?? -1;
    const path = task.depends === undefined ? `${at}.dependencies[${index}]` : `${at}.depends`;
    const offset = task.depends === undefined ? {} : { offset: mention.offset };
    const other = byName.get(mention.task);
    if (other === undefined) {
      tell({
        code: 'unknown-dependency',
        path,
        ...offset,
        message: `${owner} sorting failed: invalid dependency ${mention.task}`,
        cure: `Tasks of this DAG are ${namesOf(byName)}.`,
      });
    } else if ((mention.result === 'AnySucceeded' || mention.result === 'AllFailed') && !isLoop(other)) {
      tell({
        code: 'depends-without-items',
        path,
        ...offset,
        message: `${owner}.tasks.${task.name} dependency '${mention.task}' uses an items-based condition such as .AnySucceeded or .AllFailed but does not contain any items`,
        cure: 'Use .Succeeded or .Failed.',
      });
    }
  }
  return tasksOf(parsed.value);
}

/** Names of tasks as a cure shows them. */
function namesOf(byName: ReadonlyMap<string, DagTask>): string {
  const names = [...byName.keys()].slice(0, 20).join(', ');
  return byName.size > 20 ? `${names} and ${byName.size - 20} more` : names;
}

/** The tasks that a task depends on, directly or not. */
export function ancestorsOf(template: DagTemplate, task: DagTask): Set<string> {
  const byName = new Map(template.tasks.map((one) => [one.name, one]));
  const found = new Set<string>();
  const open = [task];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const parsed = dependsOf(one);
    for (const name of parsed.ok && parsed.value !== undefined ? tasksOf(parsed.value) : []) {
      const other = found.has(name) ? undefined : byName.get(name);
      if (other === undefined) continue;
      found.add(name);
      open.push(other);
    }
  }
  return found;
}

/** Cycles that are told, at most. */
const MOST_CYCLES = 20;

/** Each cycle once, as the names along it with the first repeated at the end; the first of them. */
export function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  // The way to where the search is: names with their places on it, and what of each is still to be gone.
  const trail = new Map<string, number>();
  const open: { name: string; next: number }[] = [];
  for (const start of edges.keys()) {
    if (!done.has(start)) open.push({ name: start, next: 0 });
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      if (at.next === 0) trail.set(at.name, trail.size);
      const name = edges.get(at.name)?.[at.next];
      at.next += 1;
      if (name === undefined) {
        done.add(at.name);
        trail.delete(at.name);
        open.pop();
        continue;
      }
      const from = trail.get(name);
      if (from !== undefined) cycles.push([...[...trail.keys()].slice(from), name]);
      else if (!done.has(name)) open.push({ name, next: 0 });
      if (cycles.length >= MOST_CYCLES) return cycles;
    }
  }
  return cycles;
}
