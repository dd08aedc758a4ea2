/**
 * A run as nodes and edges: stages before, the tasks of the plan, stages after. An entry of the plan that holds others is drawn by those;
 * what must end before it ends before its first ones. Pure.
 */
import type { Client } from '@cellplane/api/client';

type Progress = Awaited<ReturnType<Client['describeInstanceProgress']>>;
export type RunProgress = NonNullable<Progress['run']>;
export type Task = RunProgress['tasks'][number];
type Entry = NonNullable<RunProgress['graph']>[number];

export interface RunNode {
  id: string;
  label: string;
  /** Of the task, or of the worst one of several that the entry has become (a loop, attempts). */
  phase: string;
  kind: 'stage' | 'task';
  /** What is known of it so far; several where the plan's entry is a loop. */
  tasks: Task[];
}

export interface RunEdge {
  from: string;
  to: string;
}

export interface RunGraph {
  nodes: RunNode[];
  edges: RunEdge[];
}

/** Worst first: the phase that an entry of several tasks is shown with. */
const WORST = ['Error', 'Failed', 'Running', 'Waiting', 'Pending', 'Succeeded', 'Skipped', 'Omitted'];

export function graphOf(run: Pick<RunProgress, 'graph' | 'tasks'>): RunGraph {
  const entries = run.graph ?? [];
  const leaves = entries.filter((entry) => !entries.some((other) => other.parent === entry.id));
  const planned = leaves.map((entry) => nodeOf(entry, run.tasks));
  const drawn = new Set(planned.flatMap((node) => node.tasks));
  // What the plan's text does not foretell, as of a template that calls itself.
  const others = run.tasks.filter((task) => task.kind === 'task' && !drawn.has(task)).map((task) => single(task, task.nodeId ?? task.name));
  const edges = leaves.flatMap((entry) => startsAfter(entries, entry).map((from) => ({ from, to: entry.id })));
  const [before, after] = (['before', 'after'] as const).map((position) =>
    run.tasks
      .filter((task) => task.kind === 'stage' && (task.position ?? 'before') === position)
      .map((task) => single(task, `stage ${task.name}`)),
  ) as [RunNode[], RunNode[]];
  const middle = [...planned, ...others];
  const ends = (side: 'from' | 'to') =>
    middle.filter((node) => !edges.some((edge) => edge[side === 'from' ? 'to' : 'from'] === node.id)).map(({ id }) => id);
  const chain = (nodes: RunNode[]) => nodes.slice(1).map((node, index) => ({ from: nodes[index]?.id ?? '', to: node.id }));
  const [lastBefore, firstAfter] = [before.at(-1), after[0]];
  const join: RunEdge[] = [
    ...(lastBefore === undefined ? [] : ends('from').map((to) => ({ from: lastBefore.id, to }))),
    ...(firstAfter === undefined ? [] : ends('to').map((from) => ({ from, to: firstAfter.id }))),
    ...(middle.length === 0 && lastBefore !== undefined && firstAfter !== undefined ? [{ from: lastBefore.id, to: firstAfter.id }] : []),
  ];
  return { nodes: [...before, ...middle, ...after], edges: [...chain(before), ...edges, ...join, ...chain(after)] };
}

function single(task: Task, id: string): RunNode {
  return { id, label: task.title || task.name, phase: task.phase, kind: task.kind, tasks: [task] };
}

function nodeOf(entry: Entry, tasks: Task[]): RunNode {
  const own = tasks.filter((task) => task.kind === 'task' && isWithin(task.nodeId ?? '', entry.id));
  const phases = own.map(({ phase }) => phase);
  const phase = WORST.find((one) => phases.includes(one)) ?? phases[0] ?? 'Pending';
  return { id: entry.id, label: entry.name, phase, kind: 'task', tasks: own };
}

function isWithin(nodeId: string, id: string): boolean {
  return nodeId === id || ['.', '[', '('].some((sign) => nodeId.startsWith(`${id}${sign}`));
}

/** Ids of the leaves that must have ended before an entry begins: its own, or else those of the entry that it is in. */
function startsAfter(entries: Entry[], entry: Entry): string[] {
  for (let at: Entry | undefined = entry; at !== undefined; at = entries.find(({ id }) => id === at?.parent)) {
    if (at.dependsOn.length > 0) return at.dependsOn.flatMap((id) => lastLeaves(entries, id));
  }
  return [];
}

/** The leaves that an entry ends with: itself, or those within it that nothing else within it waits for. */
function lastLeaves(entries: Entry[], id: string): string[] {
  const within = entries.filter(({ parent }) => parent === id);
  if (within.length === 0) return [id];
  const isLast = (one: Entry) => !within.some(({ dependsOn }) => dependsOn.includes(one.id));
  return within.filter(isLast).flatMap((one) => lastLeaves(entries, one.id));
}
