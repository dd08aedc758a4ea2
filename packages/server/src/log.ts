import { pino } from 'pino';
import { type LineSink, openSink } from './line-sink.js';
import { withoutRepeats } from './repeats.js';

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
