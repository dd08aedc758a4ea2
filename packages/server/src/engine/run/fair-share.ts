/**
 * What one run may take of what all runs share: the event loop, the connection pool, the statements that commit, the cell. A run of
 * a few tasks never comes near; a wide loop is worked in slices.
 */

/** Requests of one run to its cell that are under way at once. */
const REQUESTS_AT_ONCE = 16;
/** Of a run that has more to send than that: what others ask of the cell meanwhile waits behind these. */
export const REQUESTS_OF_A_WIDE_LOOP = 4;
/** Tasks of one run that have begun and whose request has not been answered, at most; also the nodes that begin in one step. */
export const SLICE = 64;
/** Tasks' rows of one run in one statement, at most. */
export const ROWS_AT_ONCE = 100;
/** Tasks of one run that are explained from Pods and Events at once; of those that failed together, so many are explained at all. */
export const EXPLAINED_AT_ONCE = 3;

/** A step that used more processor time is followed by a pause, in milliseconds, so that a run has a tenth of the event loop at most. */
const FREE_MS = 2;
const SHARE = 1 / 10;

/** How many requests of a run may be under way, of so many that are or could be. */
export function requestsAtOnce(wanted: number): number {
  return wanted > REQUESTS_AT_ONCE ? REQUESTS_OF_A_WIDE_LOOP : REQUESTS_AT_ONCE;
}

/** How long a run lets others go first after a step that used so much processor time. Milliseconds; 0: not at all. */
function pauseAfter(used: NodeJS.CpuUsage): number {
  const milliseconds = (used.user + used.system) / 1000;
  return milliseconds <= FREE_MS ? 0 : milliseconds * (1 / SHARE - 1);
}

/** A run is measured until so many of its steps, one after the other, were short. */
const SHORT_STEPS = 8;

/**
 * Measures the steps of one run, but only after a long one: to ask for the processor time takes about as long as a step of a run of a few
 * tasks (a sixth of a create was measured), and the clock alone says that a step was short. By the clock a step is long also where
 * others had the processor meanwhile, so a run whose measured steps are short is soon not measured any more.
 */
export class StepMeter {
  private toMeasure = 0;

  /** Does a step; `pauseMs` is how long the run lets others go first after it. */
  measure<T>(step: () => T): { made: T; pauseMs: number } {
    const before = this.toMeasure > 0 ? process.cpuUsage() : undefined;
    const began = performance.now();
    const made = step();
    const isLong = performance.now() - began > FREE_MS;
    const pauseMs = before === undefined || !isLong ? 0 : pauseAfter(process.cpuUsage(before));
    if (pauseMs > 0 || (isLong && before === undefined)) this.toMeasure = SHORT_STEPS;
    else if (before !== undefined) this.toMeasure -= 1;
    return { made, pauseMs };
  }
}
