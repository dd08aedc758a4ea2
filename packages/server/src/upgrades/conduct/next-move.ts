/** What a path in progress does next, by the counts of its waves and the clock. Pure. */
import { failuresToHalt, type Strategy } from '../strategy.js';
import { type Counts, totalOf } from '../upgrade-path.js';

/** A path in progress at one moment. */
export interface PathState {
  strategy: Strategy;
  maxConcurrent: number;
  /** The present wave, from 0, and the last one. */
  wave: number;
  lastWave: number;
  /** Of the present wave. */
  counts: Counts;
  /** In the whole path: an instance whose wave is over may still be upgraded again by hand, but none of a later wave has begun. */
  inFlight: number;
  /** So many of the wave's failures do not count; never more than there are. */
  acceptedFailures: number;
  /** The end of the present wave's soak; null: it has not begun. */
  soakUntil: Date | null;
  now: Date;
}

export type Move =
  /** Begin the upgrade of the next instance that is due. */
  | { move: 'begin' }
  /** Everything that may run runs. */
  | { move: 'wait' }
  /** Too many have failed. */
  | { move: 'halt'; message: string }
  | { move: 'soak'; until: Date }
  /** The soak goes on. */
  | { move: 'soaking'; until: Date }
  /** The soak is over: gates, then the next wave or the end. */
  | { move: 'judge' };

/** The next move of a path that is IN_PROGRESS. */
export function nextMove(state: PathState): Move {
  const { counts, strategy, soakUntil } = state;
  // What was left out shows nothing: it is no part of the percentage.
  const size = totalOf(counts) - counts.SKIPPED - counts.CANCELLED;
  const failures = counts.FAILED - state.acceptedFailures;
  const limit = failuresToHalt(size, strategy);
  const isLast = state.wave >= state.lastWave;
  const leftToTouch = counts.PENDING > 0 || !isLast;
  if (failures >= limit && leftToTouch)
    return {
      move: 'halt',
      message: `Halted in wave ${state.wave + 1} of ${state.lastWave + 1}: ${counts.FAILED} of its ${size} instances failed (it halts at ${limit}${state.acceptedFailures === 0 ? '' : ` beside the ${state.acceptedFailures} that were accepted`}).`,
    };
  if (counts.PENDING > 0) return state.inFlight < state.maxConcurrent ? { move: 'begin' } : { move: 'wait' };
  if (counts.IN_PROGRESS > 0) return { move: 'wait' };
  if (soakUntil === null) {
    // Where nothing of the wave was upgraded there is nothing that could show itself.
    const soaks = strategy.soakSeconds > 0 && counts.COMPLETE + counts.FAILED > 0;
    return soaks ? { move: 'soak', until: new Date(state.now.getTime() + strategy.soakSeconds * 1_000) } : { move: 'judge' };
  }
  return soakUntil > state.now ? { move: 'soaking', until: soakUntil } : { move: 'judge' };
}
