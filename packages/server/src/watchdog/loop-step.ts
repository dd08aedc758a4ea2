/**
 * Steps of runs that the event loop does in one go. Whoever works on a run says before each what it is, so that the watchdog can name
 * it when the loop stands still; and where the run's last owner did not come back, it is written into the run's row as well, before
 * the step begins: what is found there by the next owner is what the last one ended at.
 *
 * There is one event loop in a process, so there is one place where this is told.
 */
import type { Step } from './board.js';

/** A run in the hands of this process. */
export interface OwnedRun {
  fence: number;
  /** Its steps are written into its row before they begin. */
  isDoubtful: boolean;
}

/** Who hears what the loop is at. */
export interface Teller {
  /** A step begins or goes on; undefined: none does. */
  at(step: Step | undefined): void;
  /** The step stands in the run's row when this returns, if that can be had soon. */
  mark(step: Step): void;
  /** No step stands in the run's row any more. */
  clear(step: Step): void;
}

/** Of a step and what is inside it so many are written into the row: a wide loop has thousands. */
const MARKS = 50;

let marks = 0;
const owned = new Map<string, OwnedRun>();
let teller: Teller | undefined;
let current: Step | undefined;

/** From now on the teller hears; answers a function that ends it. */
export function tellLoopSteps(to: Teller): () => void {
  teller = to;
  return () => {
    if (teller === to) teller = undefined;
  };
}

/** This process works on the run until the answered function is called. */
export function ownsRun(id: string, run: OwnedRun): () => void {
  owned.set(id, run);
  return () => {
    if (owned.get(id) === run) owned.delete(id);
  };
}

/** Does a part of the work on a run that comes back before anything else goes on. `label` must be the same for whoever does it again. */
export function atStep<T>(runId: string, label: string, work: () => T): T {
  if (teller === undefined) return work();
  const to = teller;
  const run = owned.get(runId);
  const outer = current;
  const step: Step = { run: runId, fence: run?.fence ?? 0, label };
  const doubtful = run?.isDoubtful === true;
  to.at((current = step));
  if (outer === undefined) marks = 0;
  if (doubtful && marks++ < MARKS) to.mark(step);
  try {
    return work();
  } finally {
    if (doubtful && outer?.run !== runId) to.clear(step);
    to.at((current = outer));
  }
}
