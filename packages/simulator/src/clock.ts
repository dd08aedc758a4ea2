/** The cell's time. Tests give one that they move. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back after so many milliseconds; the answer cancels. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A time as Kubernetes writes it: whole seconds, UTC. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A time with microseconds (Lease, Event.eventTime). */
export function microTimestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace('Z', '000Z');
}
