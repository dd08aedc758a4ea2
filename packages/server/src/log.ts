import { pino } from 'pino';

/** What rooms need of a logger: structured fields first, then one sentence. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on stderr. Field names that usually carry secrets are masked whatever room logs them. */
export function createLogger(level: LogLevel): Logger {
  const secret = ['password', 'token', 'secret', 'authorization', 'kubeconfig', 'value'];
  return pino(
    {
      level,
      redact: { paths: secret.flatMap((name) => [name, `*.${name}`]), censor: '***' },
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Says nothing: tests and short commands. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
