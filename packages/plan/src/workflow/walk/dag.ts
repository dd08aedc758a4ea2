/**
 * A DAG in one pass (Argo 3.7 controller/dag.go executeDAG, executeDAGTask, assessDAGPhase). A task begins when every task
 * that its `depends` mentions is fulfilled, also across ||; then the text decides between running and Omitted. failFast
 * cancels nothing: it decides which failing target gives the DAG its phase, the first or the last.
 */
import type { Inputs } from '../../expression/fragment.js';
import type { DagTask, DagTemplate } from '../../model.js';
import { type DependsNode, dependsOf, evaluateDepends, type TaskResults, tasksOf } from '../depends.js';
import type { NodePhase, RunNode } from '../model.js';
import { type Boundary, endAtOnce, runTask } from './task.js';
import { childrenOf, end, isCompleted, isFailing, isFulfilled, resultOf } from './walk.js';
import type { Walk } from './state.js';

interface DagWalk {
  walk: Walk;
  boundary: Boundary;
  tasks: ReadonlyMap<string, DagTask>;
  waits: ReadonlyMap<string, Waits>;
  visited: Set<string>;
}

interface Waits {
  logic?: DependsNode;
  tasks: string[];
  problem?: string;
}

/** Brings a DAG's tasks on, and ends its node when nothing is open. */
export function runDag(walk: Walk, at: { id: string; inputs: Inputs; depth: number }, template: DagTemplate): void {
  const node = walk.nodes.get(at.id);
  if (node === undefined) return;
  const dag: DagWalk = {
    walk,
    boundary: {
      ...at,
      template: template.name,
      results: (of, task, field) => (of === 'tasks' ? resultOf(walk.nodes.get(`${at.id}.${task}`), field) : undefined),
    },
    tasks: new Map(template.tasks.map((task) => [task.name, task])),
    waits: new Map(template.tasks.map((task) => [task.name, waitsOf(task)])),
    visited: new Set(),
  };
  const targets = targetsOf(template, dag.waits);
  if (targets.length === 0) {
    end(walk, node, 'Error', `templates.${template.name} has no task that could end it: its tasks form a cycle, or there are none`);
    return;
  }
  for (const name of orderOf(dag, targets)) bring(dag, name);
  const phase = assess(dag, targets, template.failFast);
  if (phase !== 'Running') end(walk, node, phase, isFailing(phase) ? (walk.stopping ?? '') : '');
}

/** Tasks that no other task mentions, sorted by name: what the DAG is there for. */
function targetsOf(template: DagTemplate, waits: ReadonlyMap<string, Waits>): string[] {
  const mentioned = new Set([...waits.values()].flatMap((wait) => wait.tasks));
  return template.tasks
    .map((task) => task.name)
    .filter((name) => !mentioned.has(name))
    .sort();
}

function waitsOf(task: DagTask): Waits {
  const parsed = dependsOf(task);
  if (!parsed.ok) return { tasks: [], problem: parsed.problem.message };
  return parsed.value === undefined ? { tasks: [] } : { logic: parsed.value, tasks: tasksOf(parsed.value) };
}

function nodeId(dag: DagWalk, task: string): string {
  return `${dag.boundary.id}.${task}`;
}

/** The tasks that lead to the targets, each after what it waits for. A chain may be as long as there are tasks. */
function orderOf(dag: DagWalk, targets: readonly string[]): string[] {
  const order: string[] = [];
  const open: { name: string; waits: readonly string[]; next: number }[] = [];
  const enter = (name: string): void => {
    if (dag.visited.has(name)) return;
    dag.visited.add(name);
    open.push({ name, waits: dag.waits.get(name)?.tasks ?? [], next: 0 });
  };
  for (const target of targets) {
    enter(target);
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const dependency = at.waits[at.next];
      at.next += 1;
      if (dependency !== undefined) enter(dependency);
      else {
        open.pop();
        order.push(at.name);
      }
    }
  }
  return order;
}

/** Brings one task on; what it waits for has been looked at. */
function bring(dag: DagWalk, name: string): void {
  const { walk, boundary } = dag;
  const task = dag.tasks.get(name);
  if (task === undefined) return;
  const id = nodeId(dag, name);
  const waits = dag.waits.get(name) ?? { tasks: [] };
  const existing = walk.nodes.get(id);
  if (existing !== undefined && isFulfilled(existing)) return;
  if (existing === undefined) {
    if (!walk.mayStart) return;
    const unknown = waits.tasks.find((dependency) => !dag.tasks.has(dependency));
    const problem = waits.problem ?? (unknown === undefined ? undefined : `invalid dependency ${unknown}`);
    if (problem !== undefined) return endAtOnce(walk, task, id, boundary.id, 'Error', problem);
    if (waits.logic !== undefined) {
      const nodes = waits.tasks.map((dependency) => walk.nodes.get(nodeId(dag, dependency)));
      if (!nodes.every((node) => node !== undefined && isFulfilled(node))) return;
      const execute = evaluateDepends(
        waits.logic,
        (dependency) => resultsOf(walk, walk.nodes.get(nodeId(dag, dependency))),
        (dependency) => dag.tasks.get(dependency)?.continueOn,
      );
      if (!execute) return endAtOnce(walk, task, id, boundary.id, 'Omitted', 'omitted: depends condition not met');
    }
  }
  runTask(walk, boundary, task, id, boundary.id);
}

function resultsOf(walk: Walk, node: RunNode | undefined): TaskResults {
  if (node === undefined) return {};
  const children = node.type === 'TaskGroup' ? childrenOf(walk, node.id) : [];
  return {
    Succeeded: node.phase === 'Succeeded',
    Failed: node.phase === 'Failed',
    Errored: node.phase === 'Error',
    Skipped: node.phase === 'Skipped',
    Omitted: node.phase === 'Omitted',
    AnySucceeded: children.some((child) => child.phase === 'Succeeded'),
    AllFailed: children.length > 0 && children.every((child) => child.phase === 'Failed'),
  };
}

/** The DAG's phase; Running while a node is open, or a target has none yet that it may still get. */
function assess(dag: DagWalk, targets: string[], failFast: boolean): NodePhase {
  const { walk } = dag;
  const nodes = [...dag.tasks.keys()].map((name) => walk.nodes.get(nodeId(dag, name)));
  if (nodes.some((node) => node !== undefined && !isFulfilled(node))) return 'Running';
  // A failure that a deadline made is none that may be gone on after.
  if (walk.run.terminate !== undefined || walk.cutOff.has(dag.boundary.id)) return 'Failed';
  const reached = branchPhases(dag, new Set(targets));
  const phases = targets.map((name) => ({ name, phase: reached.get(name) }));
  if (phases.some(({ phase }) => phase === undefined)) return walk.stopping === undefined ? 'Running' : 'Failed';
  let result: NodePhase = 'Succeeded';
  for (const { name, phase } of phases) {
    if (phase === undefined || !isFailing(phase)) continue;
    const also = dag.tasks.get(name)?.continueOn;
    if (phase === 'Failed' ? also?.failed : also?.error) continue;
    result = phase;
    if (failFast) break;
  }
  return result;
}

/**
 * The phases of targets. One that did not run has the phase of a branch above it, a failing one if there is any, and of
 * several failing ones that with the fewest steps from the beginning, as Argo's breadth-first walk has it. A branch goes
 * through every child of a loop. It goes past a nested template with that task's own phase: Argo looks at the template's
 * last nodes instead, so that a failure which the template itself continued on can fail the DAG that calls it.
 */
function branchPhases(dag: DagWalk, targets: ReadonlySet<string>): Map<string, NodePhase> {
  const dependants = new Map<string, string[]>();
  const queue: { task: string; child?: RunNode; phase: NodePhase }[] = [];
  for (const name of dag.visited) {
    const above = (dag.waits.get(name)?.tasks ?? []).filter((dependency) => dag.tasks.has(dependency));
    if (above.length === 0) queue.push({ task: name, phase: 'Succeeded' });
    for (const dependency of above) {
      const others = dependants.get(dependency);
      if (others) others.push(name);
      else dependants.set(dependency, [name]);
    }
  }
  const reached = new Map<string, NodePhase>();
  const seen = new Set<string>();
  for (const { task, child, phase } of queue) {
    const node = child ?? dag.walk.nodes.get(nodeId(dag, task));
    if (node === undefined || seen.has(`${node.id} ${phase}`)) continue;
    seen.add(`${node.id} ${phase}`);
    const branch = isCompleted(node) ? node.phase : phase;
    const known = reached.get(task);
    if (child === undefined && targets.has(task) && (known === undefined || !isFailing(known))) reached.set(task, branch);
    if (node.type === 'TaskGroup') {
      for (const one of loopChildren(dag.walk, node.id)) queue.push({ task, child: one, phase: branch });
    } else {
      for (const dependant of dependants.get(task) ?? []) queue.push({ task: dependant, phase: branch });
    }
  }
  return reached;
}

/** By their index: stored nodes come in any order. */
function loopChildren(walk: Walk, group: string): RunNode[] {
  const index = (node: RunNode): number => Number.parseInt(node.id.slice(group.length + 1), 10);
  return childrenOf(walk, group).toSorted((a, b) => index(a) - index(b));
}
