/** The built server as a process of its own, for tests of starting, stopping and dying. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient, ResponseError } from '@cellplane/api';
import { until } from '../packages/server/src/engine/engine.testing.js';

const MODULE = fileURLToPath(new URL('../packages/server/dist/index.js', import.meta.url));

export interface ServerUnderTest {
  url: string;
  child: ChildProcess;
  /** Exit code, or the signal's name. */
  ended: Promise<number | string | null>;
  /** What it has said to the standard error. */
  said: () => string;
  /** Signed in as the provider. */
  client: Client;
  token: string;
}

export const SIGN_IN = { email: 'ops@example.com', password: 'a password of tests' };

/** Starts `serve` and waits until it is ready. Rejects with what it said if it ends before. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerUnderTest> {
  const { child, ended, said } = spawnServer(env);
  const url = await Promise.race([
    new Promise<string>((resolve) => {
      createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
        const found = /is ready at (\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    }),
    ended.then((code) => {
      throw new Error(`the server ended (${code}): ${said()}`);
    }),
  ]);
  let token: string | undefined;
  const client = createClient({ baseUrl: url, token: () => token });
  // A PostgreSQL that a killed server left may end just now; the server says so, and starts another one.
  token = await until(() => signedIn(client), 'the provider to be signed in', 60_000);
  return { url, child, ended, said, client, token };
}

/** Undefined: the server says that its database does not answer at the moment. */
async function signedIn(client: Client): Promise<string | undefined> {
  try {
    return (await client.signin({ body: SIGN_IN })).jwtToken;
  } catch (error) {
    if (error instanceof ResponseError && error.status === 503 && error.body.temporary === true) return undefined;
    throw error;
  }
}

/** A server that is expected to refuse: its exit code and what it said. */
export async function refusedServer(env: Record<string, string>): Promise<{ code: number | string | null; said: string }> {
  const { child, ended, said } = spawnServer(env);
  child.stdout?.resume();
  return { code: await ended, said: said() };
}

function spawnServer(env: Record<string, string>) {
  const program = `const { main } = await import(${JSON.stringify(MODULE)}); await main();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      CELLPLANE_PORT: '0',
      CELLPLANE_LOG_LEVEL: 'error',
      CELLPLANE_PROVIDER_EMAIL: SIGN_IN.email,
      CELLPLANE_PROVIDER_PASSWORD: SIGN_IN.password,
      ...env,
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null);
  return { child, ended, said: () => said };
}
