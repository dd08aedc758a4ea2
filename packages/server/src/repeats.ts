/** Trouble that lasts is told once every few seconds, not with every try. */
import type { Logger } from './log.js';

/** The same warning is written so often at most. Milliseconds. */
export const REPEAT_MS = 10_000;
/** Warnings that are remembered at once. */
const MOST = 500;

/** Fields that differ between one try and the next of the same trouble. */
const OF_ONE_TRY = new Set(['id', 'method', 'path', 'repeatable', 'pid']);

/**
 * A logger that writes the same warning (its words and its fields) once in `REPEAT_MS`; the next one says by `repeated` how often it
 * was left out. Other levels go through: an error has a number that an answer names.
 */
export function withoutRepeats(logger: Logger, now: () => number = () => performance.now()): Logger {
  const seen = new Map<string, { at: number; repeated: number }>();
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    error: (fields, message) => logger.error(fields, message),
    warn: (fields, message) => {
      const key = keyOf(fields, message);
      const known = seen.get(key);
      if (known !== undefined && now() - known.at < REPEAT_MS) {
        known.repeated += 1;
        return;
      }
      seen.delete(key);
      if (seen.size >= MOST) seen.delete(seen.keys().next().value ?? '');
      seen.set(key, { at: now(), repeated: 0 });
      logger.warn(known === undefined || known.repeated === 0 ? fields : { ...fields, repeated: known.repeated }, message);
    },
  };
}

function keyOf(fields: object, message: string): string {
  return JSON.stringify([message, Object.entries(fields).filter(([name]) => !OF_ONE_TRY.has(name))]);
}
