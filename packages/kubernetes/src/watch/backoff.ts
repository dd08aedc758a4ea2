/** Waiting times after failures: doubled each time from `firstMs` to `maxMs`, of which a random half is taken off. */
export class Backoff {
  #failures = 0;

  constructor(
    private readonly firstMs: number,
    private readonly maxMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** The next waiting time, milliseconds; never less than the server asked for. */
  next(atLeastMs = 0): number {
    const whole = Math.min(this.maxMs, this.firstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.max(atLeastMs, whole / 2 + (whole / 2) * this.random());
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** Resolves after this time, or at once when the signal is aborted. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
