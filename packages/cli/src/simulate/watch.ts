/** An operation on an instance, watched until it has ended or the simulation's own time limit says that it will not. */
import type { InstanceProgress, InstanceStreamMessage, TaskProgress } from '@cellplane/api';
import type { Client } from '@cellplane/api/client';
import { type Clause, clauseText, leaves, seconds } from '../progress/lines.js';
import { showProgress } from '../progress/show.js';
import type { Screen } from '../progress/screen.js';

/** How often the instance is looked at. Milliseconds. */
const POLL_MS = 200;
/** An operator that failed as asked is given so long to be noticed. Milliseconds. */
const FAILURE_MS = 5_000;

export interface WatchOptions {
  screen: Screen;
  /** So long one step may take. Milliseconds. */
  limitMs: number;
  outcome: 'succeed' | 'fail' | 'hang';
}

export interface Watched {
  progress: InstanceProgress | undefined;
  /** Why it was given up, if it was. */
  overdue?: string;
}

/** Begins an operation and shows it to its end. `ended` judges what the instance's rows alone do not say. */
export async function watchOperation(
  on: { client: Client; instanceId: string },
  operation: { begin: () => Promise<unknown>; ended?: () => Promise<boolean> },
  options: WatchOptions,
): Promise<Watched> {
  const { client, instanceId } = on;
  const look = () => client.describeInstanceProgress({ params: { id: instanceId } });
  const before = (await look()).run?.id;
  await operation.begin();
  return watch(look, { ...options, isOurs: (progress) => progress.run?.id !== before, ...operation });
}

/** The same for an instance that is new: every run of it is the operation's. */
export function watchNew(on: { client: Client; instanceId: string }, options: WatchOptions): Promise<Watched> {
  return watch(() => on.client.describeInstanceProgress({ params: { id: on.instanceId } }), { ...options, isOurs: () => true });
}

async function watch(
  look: () => Promise<InstanceProgress>,
  options: WatchOptions & { isOurs: (progress: InstanceProgress) => boolean; ended?: () => Promise<boolean> },
): Promise<Watched> {
  const { limitMs, outcome, isOurs, ended } = options;
  let overdue: string | undefined;
  async function* looks(): AsyncGenerator<InstanceStreamMessage> {
    let shown = '';
    let changedAt = Date.now();
    for (;;) {
      const progress = await look();
      const ours = isOurs(progress);
      const over = ours && progress.final && ((await ended?.()) ?? true);
      const text = JSON.stringify(progress);
      if (text !== shown) changedAt = Date.now();
      shown = text;
      overdue = over ? undefined : ours ? overdueStep(progress, { limitMs, outcome }) : undefined;
      if (!over && overdue === undefined && Date.now() - changedAt > limitMs)
        overdue = `nothing has happened for ${seconds(limitMs)}, the simulation's limit`;
      const isEnd = over || overdue !== undefined;
      if (ours) yield { event: 'progress', data: { ...progress, final: isEnd } };
      if (isEnd) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  const progress = await showProgress(looks(), options.screen);
  return { progress, ...(overdue === undefined ? {} : { overdue }) };
}

/** Why a step is not waited for any longer; undefined while it may be. */
export function overdueStep(
  { run }: Pick<InstanceProgress, 'run'>,
  { limitMs, outcome }: Pick<WatchOptions, 'limitMs' | 'outcome'>,
  now = Date.now(),
): string | undefined {
  for (const task of run?.tasks ?? []) {
    if (task.startedAt === undefined || task.finishedAt !== undefined || !['Running', 'Waiting'].includes(task.phase)) continue;
    const taken = now - Date.parse(task.startedAt);
    const wait = task.waitingFor;
    const unnoticed = outcome === 'fail' && wait !== undefined && wait.gate !== undefined && !hasClauses(wait.failure);
    if (unnoticed && now - Date.parse(wait.since) > Math.min(FAILURE_MS, limitMs))
      return `${nameOf(task)} has no failureCondition: its operator failed, as asked, and nothing in the plan notices it. Customers would wait until the deadline, ${leftOf(task, now)}. Add one, such as failureCondition: status.phase == Failed`;
    if (taken > limitMs)
      return `${nameOf(task)} has taken ${seconds(taken)}, the simulation's limit${missing(task)}${consequence(task, outcome, now)}`;
  }
  return undefined;
}

const hasClauses = (gate: unknown): boolean => gate !== undefined && gate !== null;

function nameOf(task: TaskProgress): string {
  const object = task.object as { kind?: string; name?: string } | undefined;
  const what = task.action === undefined || object?.kind === undefined ? '' : ` (${task.action} ${object.kind} ${object.name ?? ''})`;
  return `${task.kind === 'task' ? 'task' : 'step'} "${task.title || task.name}"${what}`;
}

function leftOf(task: TaskProgress, now: number): string {
  return task.waitingFor === undefined ? '' : `${seconds(Date.parse(task.waitingFor.deadline) - now)} from now`;
}

/** What it waits for: the clauses that do not hold, or the reason. */
function missing(task: TaskProgress): string {
  const wait = task.waitingFor;
  if (wait === undefined) return '';
  const clauses = wait.success === undefined || wait.success === null ? [] : leaves(wait.success as Clause);
  const open = clauses.filter((clause) => !clause.value).map(clauseText);
  return `: ${open.length > 0 ? `it waits for ${open.join(' and ')}` : wait.reason}`;
}

function consequence(task: TaskProgress, outcome: WatchOptions['outcome'], now: number): string {
  const left = leftOf(task, now);
  const cluster = left === '' ? '' : ` On a cluster it would wait until its deadline, ${left}.`;
  return outcome === 'hang' ? `. Its operator hangs, as asked.${cluster}` : `. Nothing in the simulated cell brings that about.${cluster}`;
}
