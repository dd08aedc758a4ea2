/**
 * A run over time: one lane a task or stage, with a bar for each attempt, and in it the time in which it only waited. Events are all
 * that is needed, so that attempts which a retry has put aside stay visible. Pure.
 */
import type { DescribedRun, Observation, RunEvent, Task } from './run-query';

/** Part of a bar. `wait`: what was sent is done, and something else is waited for. */
export interface Stretch {
  from: number;
  to: number;
  wait: boolean;
}

export interface Attempt {
  from: number;
  /** Undefined: it goes on. */
  to: number | undefined;
  /** Succeeded, Failed, or Running while it goes on. */
  phase: string;
  stretches: Stretch[];
}

export interface Lane {
  /** The node's id, or `stage ` and its name. */
  key: string;
  label: string;
  kind: 'stage' | 'task';
  /** Absent: the task was put aside by a retry, and has not come again. */
  task: Task | undefined;
  attempts: Attempt[];
}

/** The same for a task as the server lists it and for an event of it. */
export function laneKey(of: { nodeId?: string | undefined; name: string }): string {
  return of.nodeId ?? `stage ${of.name}`;
}

/** Lanes in the order of the plan; those that have not begun have no attempts. `now`: where an open bar ends. Milliseconds since the epoch. */
export function lanesOf(run: Pick<DescribedRun, 'tasks' | 'events' | 'observations'>, now: number): Lane[] {
  const stages = new Set(run.tasks.filter(({ kind }) => kind === 'stage').map(({ name }) => name));
  const events = grouped(
    run.events.filter(({ nodeId, step }) => nodeId !== undefined || stages.has(step)),
    ({ nodeId, step }) => laneKey({ nodeId, name: step }),
  );
  const observations = grouped(run.observations, ({ nodeId }) => nodeId);
  const lanes = run.tasks.map((task): Lane => {
    const key = laneKey(task);
    return {
      key,
      label: task.title || task.name,
      kind: task.kind,
      task,
      attempts: attemptsOf(events.get(key) ?? [], observations.get(key) ?? [], { task, now }),
    };
  });
  const gone = [...events].filter(([key]) => !lanes.some((lane) => lane.key === key));
  return [
    ...lanes,
    ...gone.map(([key, own]): Lane => {
      const [first] = own;
      const attempts = attemptsOf(own, observations.get(key) ?? [], { task: undefined, now });
      return { key, label: first?.step ?? key, kind: 'task', task: undefined, attempts };
    }),
  ];
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

function attemptsOf(events: RunEvent[], observations: Observation[], { task, now }: { task: Task | undefined; now: number }): Attempt[] {
  const starts = events.filter(({ type }) => type === 'WorkflowStepStarted');
  return starts.map((start, index): Attempt => {
    const from = Date.parse(start.time);
    const next = starts[index + 1];
    const own = events.filter(({ sequence }) => sequence > start.sequence && (next === undefined || sequence < next.sequence));
    const end = own.find(({ type }) => type === 'WorkflowStepCompleted' || type === 'WorkflowStepFailed');
    const ended = endOf(end, next, task);
    const to = ended?.at;
    const waits = [
      ...own
        .filter(({ type, sequence }) => type === 'WorkflowStepDebug' && (end === undefined || sequence < end.sequence))
        .map(({ time }) => Date.parse(time)),
      ...observations.filter(({ state }) => state === 'waiting').map(({ time }) => Date.parse(time)),
    ].filter((at) => at >= from && at <= (to ?? now));
    const since = waits.length === 0 ? undefined : Math.min(...waits);
    const last = Math.max(to ?? now, from);
    return {
      from,
      to,
      phase: ended?.phase ?? 'Running',
      stretches:
        since === undefined
          ? [{ from, to: last, wait: false }]
          : [
              { from, to: since, wait: false },
              { from: since, to: last, wait: true },
            ],
    };
  });
}

/** How an attempt ended: by its own event, by the retry that put it aside, or with the run. */
function endOf(end: RunEvent | undefined, next: RunEvent | undefined, task: Task | undefined): { at: number; phase: string } | undefined {
  if (end !== undefined) return { at: Date.parse(end.time), phase: end.type === 'WorkflowStepCompleted' ? 'Succeeded' : 'Failed' };
  if (next !== undefined) return { at: Date.parse(next.time), phase: 'Failed' };
  if (task?.finishedAt !== undefined) return { at: Date.parse(task.finishedAt), phase: task.phase };
  return undefined;
}

/** From when to when the run is drawn. */
export function spanOf({ run, events }: Pick<DescribedRun, 'run' | 'events'>, now: number): { from: number; to: number } {
  const from = Math.min(Date.parse(run.startTime), ...events.slice(0, 1).map(({ time }) => Date.parse(time)));
  const to = run.endTime === undefined ? now : Date.parse(run.endTime);
  return { from, to: Math.max(to, from + 1) };
}
