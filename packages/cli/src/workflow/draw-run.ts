/** A run as lines of text: its stages, the graph of its tasks, and below what waits, what it waits for. Pure. */
import type { GraphTask, TaskProgress } from '@cellplane/api';
import { type Hints, hintsOf } from '../hint.js';
import { causeLines, pauseText } from '../progress/cause-lines.js';
import { type Clause, clauseText, leaves, seconds, stateOf, type TellOptions } from '../progress/lines.js';
import type { Mark } from '../progress/mark.js';
import { layOut } from './layout.js';
import type { RunPicture } from './run-picture.js';

export type DrawnMark = Mark | 'held' | 'unmet' | 'met' | 'none';

export interface DrawnLine {
  /** What the line is about, the same in every drawing of the run. */
  key: string;
  /** Columns of the graph, in front of the mark. */
  indent: string;
  mark: DrawnMark;
  text: string;
  /** At the right border: a duration. */
  right?: string;
  /** A remark below a task: long ones are broken, not cut. */
  note?: true;
  /** What makes it news in a pipe, in place of its text. */
  same?: string;
}

/** A run, how much of it is told, and how commands are written. */
type Told = RunPicture & { verbose: boolean; hints: Hints };

/** Everything that a person wants of a run at a time (epoch milliseconds). */
export function drawRun(picture: RunPicture, now: number, { verbose = false, hints = hintsOf({}, {}) }: TellOptions = {}): DrawnLine[] {
  const run = { ...picture, verbose, hints };
  return [...head(run, now), ...stages(run, 'before', now), ...tasks(run, now), ...stages(run, 'after', now), ...foot(run)];
}

function head(run: Told, now: number): DrawnLine[] {
  const lasted = seconds((run.endedAt ?? now) - run.startedAt);
  const words: Record<string, string> = {
    IN_PROGRESS: 'running for',
    PAUSED: 'paused, running for',
    SUCCESS: 'succeeded after',
    FAILED: 'failed after',
    CANCELLED: 'was terminated after',
  };
  const left = run.endedAt !== undefined || run.deadline === undefined ? '' : `, ${seconds(run.deadline - now)} left`;
  const lines = [note('run', `${run.kind} of ${run.instanceId} ${words[run.status] ?? run.status} ${lasted}${left}`), note('id', run.id)];
  if (run.status === 'PAUSED') {
    lines.push({ key: 'paused', indent: '', mark: 'held', text: `${pauseText(run.breakpoints)}. Go on with:`, note: true });
    lines.push({ ...note('resume', run.hints('workflow', 'resume', run.id)), indent: '  ' });
  }
  return [...lines, note('gap', '')];
}

/** Why it ended, unless a task below says the same. */
function foot(run: RunPicture): DrawnLine[] {
  if (run.message === '' || run.status === 'SUCCESS') return [];
  if (run.tasks.some((task) => task.message !== '' && run.message.endsWith(task.message) && stateOf(task) === 'failed')) return [];
  return [note('gap', ''), { ...note('message', run.message), mark: 'failed' }];
}

function stages(run: Told, position: 'before' | 'after', now: number): DrawnLine[] {
  return run.tasks
    .filter((task) => task.kind === 'stage' && (task.position ?? 'before') === position)
    .flatMap((task) => withNotes(run, task, { key: `stage ${task.name}`, indent: '', below: '', name: task.title || task.name }, now));
}

interface Spot {
  key: string;
  indent: string;
  /** In front of the lines below. */
  below: string;
  name: string;
}

function tasks(run: Told, now: number): DrawnLine[] {
  const actual = run.tasks.filter((task) => task.kind === 'task');
  const drawn = new Set<TaskProgress>();

  const level = (parent: string | undefined, column: string): DrawnLine[] => {
    const entries = run.graph.filter((entry) => entry.parent === parent);
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    return layOut(entries).flatMap(({ id, branch, below, after }) => {
      const entry = byId.get(id) as GraphTask;
      const names = after.map((one) => byId.get(one)?.name ?? one);
      const name = `${entry.name}${names.length === 0 ? '' : ` (after ${names.join(', ')})`}`;
      return entryLines(entry, { key: id, indent: `${column}${branch}`, below: `${column}${below}`, name });
    });
  };

  const entryLines = (entry: GraphTask, spot: Spot): DrawnLine[] => {
    const inner = run.graph.some((one) => one.parent === entry.id);
    const own = actual.filter((task) => task.nodeId === entry.id || task.nodeId?.startsWith(`${entry.id}(`) === true);
    const mine = inner ? [] : own;
    for (const task of mine) drawn.add(task);
    if (inner || own.length > 1 || (own[0] !== undefined && isChildOfLoop(own[0], entry))) {
      const within = actual.filter((task) => isWithin(task, entry.id));
      for (const task of within) drawn.add(task);
      const list = (inner ? within.filter((task) => !run.graph.some((one) => covers(one, task))) : own).flatMap((task) =>
        withNotes(
          run,
          task,
          { key: task.nodeId ?? '', indent: `${spot.below}┆ `, below: `${spot.below}┆ `, name: nameWithin(task, entry) },
          now,
        ),
      );
      return [
        { key: spot.key, indent: spot.indent, mark: markOfAll(within), text: spot.name },
        ...(inner ? level(entry.id, `${spot.below}┆ `) : []),
        ...list,
      ];
    }
    const [task] = own;
    if (task === undefined) return [pendingLine(run, entry, spot)];
    return withNotes(run, task, spot, now);
  };

  const lines = level(undefined, '');
  // What the plan's text does not foretell, as of a template that calls itself.
  const others = actual.filter((task) => !drawn.has(task));
  return [
    ...lines,
    ...others.flatMap((task) =>
      withNotes(run, task, { key: task.nodeId ?? task.name, indent: '', below: '', name: task.nodeId ?? task.name }, now),
    ),
  ];
}

function isWithin(task: TaskProgress, id: string): boolean {
  const { nodeId = '' } = task;
  return nodeId === id || ['.', '[', '('].some((sign) => nodeId.startsWith(`${id}${sign}`));
}

/** An attempt or a child of a loop, or the entry itself. */
function covers(entry: GraphTask, task: TaskProgress): boolean {
  return task.nodeId === entry.id || task.nodeId?.startsWith(`${entry.id}(`) === true;
}

/** `(0:first)`: the child of a loop is named; a first attempt `(0)` stands for its task. */
function isChildOfLoop(task: TaskProgress, entry: GraphTask): boolean {
  return task.nodeId?.startsWith(`${entry.id}(`) === true && task.nodeId.includes(':', entry.id.length);
}

function nameWithin(task: TaskProgress, entry: GraphTask): string {
  const rest = task.nodeId?.slice(entry.id.length) ?? '';
  return /^\(\d+\)$/.test(rest) ? `attempt ${Number(rest.slice(1, -1)) + 1}` : rest.replace(/^\./, '');
}

function markOfAll(within: TaskProgress[]): DrawnMark {
  const marks = within.map(stateOf);
  if (within.length === 0) return 'pending';
  for (const mark of ['waiting', 'running'] as const) if (marks.includes(mark)) return mark;
  if (marks.at(-1) === 'failed') return 'failed';
  return marks.every((mark) => mark !== 'pending') ? 'done' : 'running';
}

function pendingLine(run: RunPicture, entry: GraphTask, spot: Spot): DrawnLine {
  const breakpoint = run.breakpoints.find((one) => one.place === `task ${entry.name}` && one.status !== 'Passed');
  const what = entry.action === undefined ? '' : ` — ${entry.action} ${entry.kind ?? ''}`.trimEnd();
  const mark = breakpoint?.status === 'Hit' ? 'held' : 'pending';
  return {
    key: spot.key,
    indent: spot.indent,
    mark,
    text: `${spot.name}${what}${breakpoint === undefined || mark === 'held' ? '' : ', with a breakpoint'}`,
  };
}

function withNotes(run: Told, task: TaskProgress, spot: Spot, now: number): DrawnLine[] {
  const over = run.endedAt !== undefined;
  const state = stateOf(task);
  const held = run.breakpoints.some((one) => one.status === 'Hit' && one.place === `${task.kind} ${task.name}`);
  const wanted = run.breakpoints.some((one) => one.status === 'Pending' && one.place === `${task.kind} ${task.name}`);
  const object = task.object as { kind?: string; name?: string } | undefined;
  const what =
    task.action === undefined || object?.kind === undefined ? '' : ` — ${task.action} ${object.kind} ${object.name ?? ''}`.trimEnd();
  // A stage that waits is looked at again and again; that is no try.
  const tries = task.kind === 'task' && task.attempts > 1 ? `, try ${task.attempts}` : '';
  const took =
    task.startedAt === undefined || state === 'pending' || state === 'skipped'
      ? undefined
      : seconds((task.finishedAt === undefined ? now : Date.parse(task.finishedAt)) - Date.parse(task.startedAt));
  const line: DrawnLine = {
    key: spot.key,
    indent: spot.indent,
    mark: held ? 'held' : over && (state === 'running' || state === 'waiting') ? 'failed' : state === 'note' ? 'none' : state,
    text: `${spot.name}${what}${tries}${wanted && state === 'pending' ? ', with a breakpoint' : ''}`,
    ...(took === undefined ? {} : { right: took }),
  };
  return [
    line,
    ...notes(task, state, now, run.verbose).map((one, index) => ({
      ...one,
      key: `${spot.key} ${one.key || index}`,
      indent: `${spot.below}    `,
    })),
  ];
}

function notes(task: TaskProgress, state: string, now: number, verbose: boolean): DrawnLine[] {
  const remark = (text: string): DrawnLine => note('', text);
  const causes = (told: Parameters<typeof causeLines>[0]) =>
    causeLines(told, verbose).map(({ same, text }): DrawnLine => ({ ...remark(text), key: same, same }));
  if (state === 'failed') return [...(task.message === '' ? [] : [remark(task.message)]), ...causes(task)];
  if (state === 'skipped') return task.message === '' ? [] : [remark(task.message)];
  const wait = task.waitingFor;
  if (wait === undefined) return task.lastError === undefined ? [] : [remark(task.lastError.message)];
  const clauses = wait.success === undefined || wait.success === null ? [] : leaves(wait.success as Clause);
  const unmet = clauses.some((clause) => !clause.value);
  const shown = unmet
    ? clauses.map(
        (clause): DrawnLine => ({
          key: clause.text,
          indent: '',
          mark: clause.value ? 'met' : 'unmet',
          text: clauseText(clause),
          note: true,
        }),
      )
    : [];
  // The reason repeats the clauses, unless it is a wait of another name: an error, a cell that is away, settling.
  const told = unmet && clauses.some((clause) => wait.reason.includes(clause.text));
  const object = wait.object as { kind?: string; name?: string } | undefined;
  return [
    ...(told ? [] : [remark(wait.reason)]),
    ...shown,
    ...causes({ causes: wait.causes, explanation: withName(wait.explanation, object?.name) }),
    { ...remark(`gives up in ${seconds(Date.parse(wait.deadline) - now)}`), key: 'deadline' },
  ];
}

/** Words of others may not say what they are about. */
function withName(explanation: string | undefined, name: string | undefined): string | undefined {
  return explanation === undefined || name === undefined || explanation.includes(name) ? explanation : `${name}: ${explanation}`;
}

function note(key: string, text: string): DrawnLine {
  return { key, indent: '', mark: 'none', text, note: true };
}
