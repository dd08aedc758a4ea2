import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type ChildMessage,
  PARENT_LINK_VARIABLE,
  type ParentMessage,
  serverEnvironment,
  stopLeftBehind,
  type Interruption,
  whenAborted,
} from '@cellplane/server/launch';
import { lastWords, remembered } from './last-words.js';
import { openServerLog } from './server-log.js';

/** The server as a child of the start command. */
export interface ServerProcess {
  url: string;
  logFile: string;
  /** Rejects, with the server's last words, if it ends by itself. */
  ended: Promise<never>;
  /** Lets it drain (8 s at most), then kills it. Nothing of it runs any more afterwards, its database and simulated cell included. */
  stop(): Promise<void>;
}

/** The server could not start, or ended. The message holds its last words. */
class ServerEnded extends Error {
  override readonly name = 'ServerEnded';
}

const command = fileURLToPath(new URL('../../bin/cellplane.mjs', import.meta.url));

/** How long a server may take to end in order, and how long when there is no more patience. Milliseconds. */
const PATIENCE_MS = 8_000;
const IMPATIENCE_MS = 1_000;

/**
 * Starts `cellplane serve`, its log in the data directory, and waits until it is ready. An interruption ends it at any
 * time, its start included; however this process ends, the server notices and ends, too.
 *
 * @throws ServerEnded, Interrupted
 */
export async function startServer(options: {
  dataDir: string;
  host: string;
  /** It has a PostgreSQL of its own, in the data directory, which is not to outlive it. */
  embedded: boolean;
  /** 0 takes any free one. */
  port: number;
  env: Record<string, string>;
  interruption: Pick<Interruption, 'signal' | 'atOnce'>;
}): Promise<ServerProcess> {
  // A port that is taken is told before anything is started. What counts is what the server itself says later.
  if (options.port !== 0) await refuseTakenPort(options.host, options.port);
  const { signal } = options.interruption;
  signal.throwIfAborted();
  const { path: logFile, log } = await openServerLog(options.dataDir);
  const { environment, secrets } = serverEnvironment({ ...process.env, ...options.env });
  const child = spawn(process.execPath, [command, 'serve'], {
    env: { ...environment, CELLPLANE_PORT: String(options.port), CELLPLANE_HOST: options.host, [PARENT_LINK_VARIABLE]: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C reaches the whole group of the terminal; the server is told by us, once, when the display is done.
    detached: true,
  });
  // A server that ended before it heard them is told below.
  child.send({ secrets } satisfies ChildMessage, () => {});
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      words = remembered(words, chunk.toString());
    });
  const ended = once(child, 'exit').then(([code, name]) => {
    throw new ServerEnded(
      `The server ended (${name ?? `exit code ${code}`}). Its last words:\n${lastWords(words)}\nThe whole log: ${logFile}`,
    );
  });
  ended.catch(() => undefined);
  // Said by the server itself, so what answers at that address is ours: it is going to be sent a password.
  const ready = new Promise<string>((resolve) => child.on('message', (message: ParentMessage) => resolve(message.ready)));
  const end = async () => {
    await stop(child, options.interruption.atOnce);
    // One that was killed left its database and its simulated cell behind.
    if (child.exitCode !== 0 && options.embedded) await stopLeftBehind(options.dataDir);
  };
  try {
    const url = await Promise.race([ready, ended, whenAborted(signal)]);
    return { url: reachable(url), logFile, ended, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** An address that listens everywhere is reached at home. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

async function stop(child: ChildProcess, atOnce: AbortSignal): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  let timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  // A second signal makes a server end at once, and take with it what it started.
  const hurry = () => {
    child.kill('SIGTERM');
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), IMPATIENCE_MS);
  };
  if (atOnce.aborted) hurry();
  else atOnce.addEventListener('abort', hurry, { once: true });
  await gone;
  clearTimeout(timer);
  atOnce.removeEventListener('abort', hurry);
}

/** @throws ServerEnded */
async function refuseTakenPort(host: string, port: number): Promise<void> {
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
  server.close();
  await once(server, 'close');
}
