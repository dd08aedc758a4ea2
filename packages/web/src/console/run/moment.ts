/** A run as it was at one moment: what was sent, what was seen, what each clause came to. Pure. */
import { type Lane, laneKey } from './lanes';
import type { DescribedRun, Observation, RunEvent } from './run-query';

export interface LaneThen {
  /** Pending, Waiting, Running, Succeeded, Failed. */
  phase: string;
  /** How many attempts had begun. */
  attempts: number;
  /** What was sent; undefined: nothing yet, or the action sends nothing. */
  manifest: unknown;
  /** What was seen last, and what before. */
  seen: Observation | undefined;
  before: Observation | undefined;
  /** What was said of it last. */
  said: RunEvent | undefined;
}

/** The lane at a moment (milliseconds since the epoch). */
export function laneAt(lane: Lane, run: Pick<DescribedRun, 'events' | 'observations'>, at: number): LaneThen {
  const begun = lane.attempts.filter(({ from }) => from <= at);
  const attempt = begun.at(-1);
  const events = run.events.filter(
    (event) => Date.parse(event.time) <= at && laneKey({ nodeId: event.nodeId, name: event.step }) === lane.key,
  );
  const seen = run.observations.filter(({ nodeId, time }) => nodeId === lane.key && Date.parse(time) <= at);
  const started = events.findLast(({ type }) => type === 'WorkflowStepStarted');
  const last = seen.at(-1);
  return {
    phase: attempt === undefined ? 'Pending' : phaseAt(attempt, at),
    attempts: begun.length,
    manifest: started?.details?.['manifest'],
    seen: last,
    before: seen.findLast((one) => one !== last),
    said: events.at(-1),
  };
}

function phaseAt({ to, phase, stretches }: Lane['attempts'][number], at: number): string {
  if (to !== undefined && to <= at) return phase;
  return stretches.some(({ from, to: until, wait }) => wait && from <= at && at <= until) ? 'Waiting' : 'Running';
}

/** Moments at which something changed, in order: where the slider stops when it is moved by changes. */
export function changesOf({ events, observations }: Pick<DescribedRun, 'events' | 'observations'>): number[] {
  const all = [...events, ...observations].map(({ time }) => Date.parse(time));
  return [...new Set(all)].toSorted((one, other) => one - other);
}
