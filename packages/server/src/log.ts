import { pino } from 'pino';
import { type LineSink, openSink } from './process/line-sink.js';

/** What rooms need of a logger: structured fields first, then one sentence. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

let standardError: LineSink | undefined;

/** Where the log goes: standard error. Lines that cannot be written are left out and counted, and end nothing. */
export function logSink(): LineSink {
  standardError ??= openSink(2, { notice: noticeOf('lines of the log could not be written') });
  return standardError;
}

/** What tells of lines that are missing, in the form of the others. */
export function noticeOf(msg: string): (lines: number, reason: string) => string {
  return (lines, reason) => `${JSON.stringify({ level: 40, time: new Date().toISOString(), lines, reason, msg })}\n`;
}

/** JSON lines on stderr. Field names that usually carry secrets are masked whatever room logs them. */
export function createLogger(level: LogLevel, sink: Pick<LineSink, 'write'> = logSink()): Logger {
  const secret = ['password', 'token', 'secret', 'authorization', 'kubeconfig', 'value'];
  const logger = pino(
    {
      level,
      redact: { paths: secret.flatMap((name) => [name, `*.${name}`]), censor: '***' },
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    sink,
  );
  return withoutRepeats(logger);
}

/** Says nothing: tests and short commands. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

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
