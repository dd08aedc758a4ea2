/**
 * Slows guessing down: after some failed sign-ins for one name within a window, further ones are refused until the window
 * has passed. Kept in memory of each copy of the program; it is a brake, not a ledger.
 */
export interface Attempts {
  /** Seconds to wait, or 0 if a try is allowed. */
  blockedFor(name: string): number;
  failed(name: string): void;
  succeeded(name: string): void;
}

export interface AttemptsOptions {
  /** Failures allowed within the window. @default 10 */
  limit?: number;
  /** Milliseconds. @default 60000 */
  windowMs?: number;
  /** Names remembered at most; the oldest are forgotten. @default 10000 */
  capacity?: number;
  now?: () => number;
}

/** Makes a counter of failed sign-ins. Names are compared ignoring case. */
export function createAttempts(options: AttemptsOptions = {}): Attempts {
  const { limit = 10, windowMs = 60_000, capacity = 10_000, now = () => performance.now() } = options;
  const failures = new Map<string, { count: number; until: number }>();
  return {
    blockedFor(name) {
      const entry = failures.get(name.toLowerCase());
      if (entry === undefined || entry.count < limit || entry.until <= now()) return 0;
      return Math.ceil((entry.until - now()) / 1000);
    },
    failed(name) {
      const key = name.toLowerCase();
      const entry = failures.get(key);
      const count = entry !== undefined && entry.until > now() ? entry.count + 1 : 1;
      failures.delete(key);
      failures.set(key, { count, until: now() + windowMs });
      const oldest = failures.keys().next().value;
      if (failures.size > capacity && oldest !== undefined) failures.delete(oldest);
    },
    succeeded(name) {
      failures.delete(name.toLowerCase());
    },
  };
}
