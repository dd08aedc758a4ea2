import type { Seen, Step } from './board.js';

/** One reading of the loop's state, with the thread's own clocks. */
export interface Sample extends Seen {
  monotonic: number;
  /** Processor time of the whole process so far. Milliseconds. */
  usedMs: number;
}

/** What a sample shows, compared with the ones before it. */
export interface Found {
  /** This step has used so much of the processor that it is remembered. Told once for each. */
  long?: Step;
  /** A step that was told of as long has come back, in time. */
  over?: Step;
  /** The loop stands still, since so many milliseconds; told now and then. */
  standing?: number;
  /** The loop will not turn any more. */
  end: boolean;
}

/** A step that has used so much of the processor is remembered in its run's row. Milliseconds. */
const LONG_MS = 1_000;
/** One that took longer than a lease lasts has cost its owner the lease: that it came back in the end does not make it good. Milliseconds. */
const COSTS_LEASE_MS = 3_000;
/** The loop's standing still is told after this time, and again after each doubling. Milliseconds. */
const TOLD_MS = 3_000;
/** The most that counts between two samples: a longer gap means that the whole process, or the machine, stood still. Milliseconds. */
const BETWEEN_MS = 500;

/**
 * Judges the event loop by samples of its state. Only time in which the watchdog thread ran itself counts: a suspended process, a
 * sleeping machine and a process under a debugger do not count as a loop that stands still. Pure.
 */
export class LoopWatch {
  private before: Sample | undefined;
  private stoodMs = 0;
  private stepMs = 0;
  private stepUsedMs = 0;
  private told = TOLD_MS;
  private remembered: Step | undefined;
  private ended = false;

  constructor(
    /** 0: the process is never ended. */
    private readonly limitMs: number,
  ) {}

  judge(now: Sample): Found {
    const { before } = this;
    this.before = now;
    if (before === undefined || now.isDebugged) return this.turned();
    const passed = Math.min(now.monotonic - before.monotonic, BETWEEN_MS);
    const found: Found = { end: false };
    if (now.turns !== before.turns) this.turned();
    else this.stoodMs += passed;
    if (now.sequence !== before.sequence) {
      const { remembered } = this;
      if (remembered !== undefined && this.stepMs < COSTS_LEASE_MS) found.over = remembered;
      this.remembered = undefined;
      this.stepMs = 0;
      this.stepUsedMs = 0;
    } else {
      this.stepMs += passed;
      this.stepUsedMs += Math.min(now.usedMs - before.usedMs, passed);
    }
    if (now.step !== undefined && this.remembered === undefined && this.stepUsedMs >= LONG_MS) found.long = this.remembered = now.step;
    if (this.stoodMs >= this.told) {
      found.standing = this.stoodMs;
      this.told *= 2;
    }
    if (this.limitMs > 0 && this.stoodMs >= this.limitMs && !this.ended) found.end = this.ended = true;
    return found;
  }

  private turned(): Found {
    this.stoodMs = 0;
    this.told = TOLD_MS;
    return { end: false };
  }
}
