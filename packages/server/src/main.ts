/** `cellplane serve`: one copy of the control plane, until it is told to stop. */
import { readFileSync } from 'node:fs';
import { startServer } from './compose.js';
import { ConfigError, readConfig } from './config.js';
import { DatabaseError } from './database/database.js';
import { messageOf } from './errors.js';
import { endAll } from './process/last-resort.js';
import { openSink } from './process/line-sink.js';
import { createLogger, logSink } from './log.js';
import { startWatchdog } from './watchdog/watchdog.js';
import { Interrupted, type Interruption, interruption, whenAborted } from './process/interruption.js';
import { type ParentLink, parentLink } from './process/parent-link.js';

/** A clean stop may take this long; then the process ends whatever is left: before Docker, which waits 10 s, kills it. Milliseconds. */
const STOP_MS = 9_500;

/** Of the package, for people and `/openapi.json`. */
export const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/**
 * Runs a server with the configuration of the environment. Resolves with the exit code when it was told to stop, by
 * SIGINT, SIGTERM, SIGHUP (its terminal was closed) or the end of the program that started it; at any time, its start
 * included. A second signal ends the process at once. Code 1: it could not start or go on; the reason is one sentence on stderr.
 */
export async function serve(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const parent = parentLink(env);
  const stopping = stopSignal(parent);
  outliveLostOutput();
  const output = openSink(1, { notice: () => '' });
  try {
    const secrets = await Promise.race([parent.secrets(), whenAborted(stopping)]);
    stopping.throwIfAborted();
    // The PostgreSQL driver reads its own, such as PGPASSWORD, in the environment.
    const config = readConfig(Object.assign(env, secrets));
    const log = createLogger(config.logLevel);
    let fail: (error: Error) => void = () => {};
    const fatal = new Promise<never>((_, reject) => {
      fail = reject;
    });
    fatal.catch(() => undefined);
    const server = await startServer({
      config,
      log,
      version: VERSION,
      onFatal: (error) => fail(error),
      watchLoop: (connection) => startWatchdog({ connection, log, limitSeconds: config.loopLimitSeconds }),
      signal: stopping,
    });
    if (server.provider.password !== undefined) {
      // Kept nowhere: this is the only time it is shown.
      output.write(`First sign-in: ${server.provider.email} / ${server.provider.password}\n`);
      if (output.dropped() > 0)
        log.warn(
          { email: server.provider.email },
          'the first sign-in could not be shown, since nothing can be written to standard output: set CELLPLANE_PROVIDER_PASSWORD and start again',
        );
    }
    output.write(`Cellplane ${VERSION} is ready at ${server.url}${server.cell.kind === 'simulated' ? ' (simulated cell)' : ''}\n`);
    parent.tell({ ready: server.url });
    try {
      await Promise.race([whenAborted(stopping), fatal]);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      log.info({ reason: error.message }, 'stopping');
    } finally {
      await server.stop();
    }
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    // What people can cure is one sentence; for a defect its place helps more.
    const curable = error instanceof ConfigError || error instanceof DatabaseError || !(error instanceof TypeError);
    logSink().write(`${curable || !(error instanceof Error) ? messageOf(error) : error.stack}\n`);
    return 1;
  }
}

/** The `serve` command: runs a server and ends the process with its exit code. */
export async function main(): Promise<void> {
  leave(await serve());
}

/** Of the server that runs in this process. */
let interrupted: Interruption | undefined;

/** Ends the process; what it started ends with it. */
function leave(code: number): never {
  endAll();
  interrupted?.dispose();
  process.exit(code);
}

/** The first wish to stop. The next one, or a stop that takes too long, ends the process. */
function stopSignal(parent: ParentLink): AbortSignal {
  interrupted = interruption((listener) => parent.onGone(listener));
  const { signal, atOnce } = interrupted;
  signal.addEventListener('abort', () => setTimeout(() => leave(1), STOP_MS).unref(), { once: true });
  atOnce.addEventListener('abort', () => leave(1), { once: true });
  return signal;
}

/** A terminal that was closed, a reader that went away or a full disk refuses what is written to it. The server goes on without words. */
function outliveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
