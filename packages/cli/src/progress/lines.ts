import type { InstanceProgress, TaskProgress } from '@cellplane/api';
import { type Hints, hintsOf } from '../hint.js';
import type { Mark } from './mark.js';
import { fit } from './fit.js';
import { causeLines, pauseText } from './cause-lines.js';

/** One line of the display. `state` picks the mark in front. */
export interface ProgressLine {
  state: Mark | 'note';
  text: string;
  /** 1 = what the step above waits for. */
  depth: number;
  /** A step or task, which is known by how it begins. */
  isStep?: true;
  /** What makes it news in a pipe, in place of its text. */
  same?: string;
}

/** How much is told, and how commands are written. */
export interface TellOptions {
  verbose?: boolean | undefined;
  hints?: Hints | undefined;
}

/** A node of a gate's proof tree, as the server sends it. */
export interface Clause {
  text: string;
  value: boolean;
  op: string;
  live?: unknown;
  missing?: true;
  children?: Clause[];
}

/** What an instance is doing, as lines: every step and task, and below one that waits its clauses with their live values. */
export function progressLines(progress: InstanceProgress, now: number, options: TellOptions = {}): ProgressLine[] {
  const { hints = hintsOf({}, {}), verbose } = options;
  const lines: ProgressLine[] = [];
  for (const task of progress.run?.tasks ?? []) {
    const state = stateOf(task);
    lines.push({ state, text: `${task.title || task.name}${details(task, state, now)}`, depth: 0, isStep: true });
    if (state === 'waiting' && task.waitingFor !== undefined)
      lines.push(...waitLines(task.waitingFor, now, { task: task.nodeId ?? task.name, verbose }));
    if (state === 'failed' && task.message !== '') lines.push({ state: 'note', text: task.message, depth: 1 });
    if (state === 'failed') lines.push(...notesOf(task, task.nodeId ?? task.name, verbose));
  }
  const { run } = progress;
  if (run?.paused === true && run.finishedAt === undefined)
    lines.push({
      state: 'waiting',
      text: `${pauseText(run.breakpoints ?? [])}. Go on with: ${hints('workflow', 'resume', run.id)}`,
      depth: 0,
    });
  return lines;
}

/** The clauses of a gate with their live values; `reason` alone where there is no gate. */
function waitLines(
  wait: NonNullable<TaskProgress['waitingFor']>,
  now: number,
  { task, verbose }: { task: string; verbose: boolean | undefined },
): ProgressLine[] {
  const clauses = wait.success === undefined || wait.success === null ? [] : leaves(wait.success as Clause);
  const explanation = notesOf(wait, task, verbose);
  const allTrue = clauses.every((clause) => clause.value);
  const left = `${seconds(Date.parse(wait.deadline) - now)} left`;
  if (clauses.length === 0 || allTrue) return [{ state: 'note', text: `${wait.reason} (${left})`, depth: 1 }, ...explanation];
  return [
    ...clauses.map((clause): ProgressLine => ({ state: clause.value ? 'done' : 'waiting', text: clauseText(clause), depth: 1 })),
    { state: 'note', text: left, depth: 1 },
    ...explanation,
  ];
}

function notesOf(told: Parameters<typeof causeLines>[0], task: string, verbose: boolean | undefined): ProgressLine[] {
  return causeLines(told, verbose).map(({ same, text }): ProgressLine => ({ state: 'note', text, depth: 1, same: `${task} ${same}` }));
}

/** The clauses of a proof tree, left to right. */
export function leaves(node: Clause): Clause[] {
  return node.op === 'clause' || node.op === 'not' || node.children === undefined ? [node] : node.children.flatMap(leaves);
}

/** A clause, with its live value if it is false. */
export function clauseText(clause: Clause): string {
  if (clause.value) return clause.text;
  if (clause.missing) return `${clause.text} (not there yet)`;
  return clause.live === undefined ? clause.text : `${clause.text} (is ${brief(clause.live)})`;
}

/** A live value on one line, 80 characters at most. */
function brief(value: unknown): string {
  return fit(typeof value === 'string' ? value : JSON.stringify(value), 80);
}

/** How a task is marked. */
export function stateOf(task: TaskProgress): ProgressLine['state'] {
  switch (task.phase) {
    case 'Succeeded':
      return 'done';
    case 'Failed':
    case 'Error':
      return 'failed';
    case 'Skipped':
    case 'Omitted':
      return 'skipped';
    case 'Pending':
      return 'pending';
    default:
      return task.waitingFor === undefined ? 'running' : 'waiting';
  }
}

function details(task: TaskProgress, state: ProgressLine['state'], now: number): string {
  const object = task.object as { kind?: string; name?: string } | undefined;
  const what =
    task.action === undefined || object?.kind === undefined ? '' : ` — ${task.action} ${object.kind} ${object.name ?? ''}`.trimEnd();
  if (task.startedAt === undefined || state === 'pending' || state === 'skipped') return what;
  const end = task.finishedAt === undefined ? now : Date.parse(task.finishedAt);
  return `${what} (${seconds(end - Date.parse(task.startedAt))})`;
}

/** How long ago: `12 s`, `3 min`, `5 h`, `4 d`; empty without a time. */
export function age(time: string | undefined, now: number = Date.now()): string {
  const passed = now - Date.parse(time ?? '');
  if (Number.isNaN(passed)) return '';
  return passed < 48 * 3_600_000 ? seconds(passed) : `${Math.floor(passed / (24 * 3_600_000))} d`;
}

/** `0.4 s`, `12 s`, `3 min`, `5 h`. */
export function seconds(milliseconds: number): string {
  const value = Math.max(0, milliseconds) / 1000;
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  return value < 7_200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3_600)} h`;
}
