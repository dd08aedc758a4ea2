/** Settings that are whole numbers, and what each may be. */

/** A variable that cannot be used. The message names it and says what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Bounds {
  fallback: number;
  least: number;
  most: number;
  /** "a number of seconds", for the message. */
  what: string;
}

export const BACKUPS_PER_CELL: Bounds = { fallback: 20, least: 1, most: 10_000, what: 'a number' };
export const KEPT_DAYS: Bounds = { fallback: 400, least: 1, most: 36_500, what: 'a number of days' };
export const RECONCILE_SECONDS: Bounds = { fallback: 300, least: 1, most: 86_400, what: 'a number of seconds' };
export const DRIFT_SECONDS: Bounds = { fallback: 1_800, least: 0, most: 604_800, what: 'a number of seconds' };
export const USAGE_SECONDS: Bounds = { fallback: 300, least: 0, most: 86_400, what: 'a number of seconds' };
export const DRIFT_REQUESTS: Bounds = { fallback: 300, least: 10, most: 60_000, what: 'a number' };

/** @throws ConfigError */
export function readWhole(name: string, text: string | undefined, { fallback, least, most, what }: Bounds): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value < least || value > most)
    throw new ConfigError(`${name} is "${text}"; use ${what} from ${least} to ${most}.`);
  return value;
}
