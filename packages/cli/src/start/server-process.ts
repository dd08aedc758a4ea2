import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastWords, remembered } from './last-words.js';

/** The server as a child of the start command. */
export interface ServerProcess {
  url: string;
  logFile: string;
  /** Rejects, with the server's last words, if it ends by itself. */
  ended: Promise<never>;
  /** Lets it drain (5 s at most), then kills it. */
  stop(): Promise<void>;
}

/** The server could not start, or ended. The message holds its last words. */
export class ServerEnded extends Error {
  override readonly name = 'ServerEnded';
}

const command = fileURLToPath(new URL('../../bin/cellplane.mjs', import.meta.url));

/** Starts `cellplane serve`, its log in the data directory, and waits until it is ready. */
export async function startServer(options: {
  dataDir: string;
  host: string;
  port: number;
  env: Record<string, string>;
}): Promise<ServerProcess> {
  const folder = join(options.dataDir, 'log');
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, 'server.log');
  // Before anything is asked of that address: what answers there must be ours, it is going to be sent a password.
  const port = await freePort(options.host, options.port);
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host === '0.0.0.0' ? '127.0.0.1' : options.host}:${port}`;
  const child = spawn(process.execPath, [command, 'serve'], {
    env: { ...process.env, CELLPLANE_PORT: String(port), CELLPLANE_HOST: options.host, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches the whole group of the terminal; the server is told by us, once, when the display is done.
    detached: true,
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    stream.on('data', (chunk: Buffer) => (words = remembered(words, chunk.toString())));
  }
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new ServerEnded(
      `The server ended (${signal ?? `exit code ${code}`}). Its last words:\n${lastWords(words)}\nThe whole log: ${logFile}`,
    );
  });
  ended.catch(() => undefined);
  const server = { url, logFile, ended, stop: () => stop(child) };
  const over = new AbortController();
  try {
    await Promise.race([untilReady(url, over.signal), ended]);
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    over.abort();
  }
  return server;
}

/** Ends, too, when the signal says that nobody waits any more: its timers would keep this process alive. */
async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
  await gone;
  clearTimeout(timer);
}

/** The port if nothing listens there; for 0, any free one. @throws ServerEnded */
async function freePort(host: string, port: number): Promise<number> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new ServerEnded(
      taken
        ? `Port ${port} on ${host} is in use by another program, perhaps by a Cellplane that runs already: set CELLPLANE_PORT to a free one (0 takes any).`
        : `The server cannot listen on ${host} port ${port}: ${(error as Error).message}. Check CELLPLANE_HOST and CELLPLANE_PORT.`,
      { cause: error },
    );
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new ServerEnded('No free port was found.');
  return address.port;
}
