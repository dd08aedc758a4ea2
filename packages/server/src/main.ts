/** `cellplane serve`: one copy of the control plane, until it is told to stop. */
import { readFileSync } from 'node:fs';
import { startServer } from './compose.js';
import { ConfigError, readConfig } from './config.js';
import { DatabaseError } from './database/database.js';
import { messageOf } from './errors.js';
import { createLogger } from './log.js';

/** A clean stop may take this long; then the process ends whatever is left. Milliseconds. */
const STOP_MS = 4_800;

/** Of the package, for people and `/openapi.json`. */
export const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/**
 * Runs a server with the configuration of the environment. Resolves with the exit code when SIGINT or SIGTERM has stopped
 * it (a second signal ends it at once), or when it could not start or go on; the reason is one sentence on stderr then.
 */
export async function serve(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const stopped = new Promise<string>((resolve) => {
    let told = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (told) process.exit(1);
        told = true;
        resolve(signal);
      });
    }
  });
  try {
    const config = readConfig(env);
    const log = createLogger(config.logLevel);
    let fail: (error: Error) => void = () => {};
    const fatal = new Promise<never>((_, reject) => {
      fail = reject;
    });
    fatal.catch(() => undefined);
    const starting = startServer({ config, log, version: VERSION, onFatal: (error) => fail(error) });
    // Told to stop while it starts: it starts to the end and is stopped then, unless that takes too long.
    const early = stopped.then(() => setTimeout(() => process.exit(1), STOP_MS).unref());
    early.catch(() => undefined);
    const server = await starting;
    if (server.provider.password !== undefined) {
      // Kept nowhere: this is the only time it is shown.
      process.stdout.write(`First sign-in: ${server.provider.email} / ${server.provider.password}\n`);
    }
    process.stdout.write(`Cellplane ${VERSION} is ready at ${server.url}${server.cell.kind === 'simulated' ? ' (simulated cell)' : ''}\n`);
    try {
      const signal = await Promise.race([stopped, fatal]);
      log.info({ signal }, 'stopping');
    } finally {
      await server.stop();
    }
    return 0;
  } catch (error) {
    // What people can cure is one sentence; for a defect its place helps more.
    const curable = error instanceof ConfigError || error instanceof DatabaseError || !(error instanceof TypeError);
    process.stderr.write(`${curable || !(error instanceof Error) ? messageOf(error) : error.stack}\n`);
    return 1;
  }
}

/** The `serve` command: runs a server and ends the process with its exit code. */
export async function main(): Promise<void> {
  process.exit(await serve());
}
