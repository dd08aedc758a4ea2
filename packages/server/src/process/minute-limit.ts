/** How often each key was used within the last minute, in the memory of this copy of the program. */

const MINUTE_MS = 60_000;

export class MinuteLimit {
  /** In the order of the last use. */
  private readonly used = new Map<string, number[]>();

  /** @param now a clock in milliseconds that never goes back */
  constructor(
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Seconds until the key may be used again; undefined: it may be now. */
  waitOf(key: string): number | undefined {
    const now = this.now();
    const recent = this.recent(key, now);
    const [oldest] = recent;
    return recent.length < this.most || oldest === undefined ? undefined : Math.ceil((oldest + MINUTE_MS - now) / 1_000);
  }

  note(key: string): void {
    const now = this.now();
    const recent = this.recent(key, now);
    // At the end again.
    this.used.delete(key);
    this.used.set(key, [...recent, now]);
  }

  private recent(key: string, now: number): number[] {
    // What was not used for a minute is forgotten.
    for (const [one, times] of this.used) {
      if ((times.at(-1) ?? -Infinity) > now - MINUTE_MS) break;
      this.used.delete(one);
    }
    return (this.used.get(key) ?? []).filter((time) => time > now - MINUTE_MS);
  }
}
