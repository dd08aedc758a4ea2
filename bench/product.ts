/** The product as it is installed, `cellplane serve`, in a process of its own with a data directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@cellplane/api';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/bin/cellplane.mjs', import.meta.url));
/** Of the provider. */
export const PASSWORD = 'a password of benchmarks';
const SIGN_IN = { email: 'bench@example.com', password: PASSWORD };

export interface Product {
  url: string;
  child: ChildProcess;
  /** From the start of the process to the first 200 of `/readyz`, milliseconds. */
  readyMs: number;
  stop(): Promise<void>;
}

/** Starts the product on a port and waits for `/readyz`. Rejects if the process ends before. */
export async function startProduct(
  env: Record<string, string>,
  { port, nodeOptions = [] }: { port: number; nodeOptions?: string[] },
): Promise<Product> {
  const began = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, PROGRAM, 'serve'], {
    // Its log, which holds errors only.
    stdio: ['ignore', process.stderr, 'inherit'],
    env: {
      PATH: process.env['PATH'],
      CELLPLANE_PORT: String(port),
      CELLPLANE_LOG_LEVEL: 'error',
      CELLPLANE_PROVIDER_EMAIL: SIGN_IN.email,
      CELLPLANE_PROVIDER_PASSWORD: SIGN_IN.password,
      ...env,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const state = { ended: false };
  const ended = once(child, 'close').then(() => {
    state.ended = true;
  });
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (ready) break;
    if (state.ended) throw new Error('the server ended before it was ready');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const readyMs = performance.now() - began;
  return {
    url,
    child,
    readyMs,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A token of a new session of the provider. */
export async function tokenOf({ url }: Product): Promise<string> {
  return (await createClient({ baseUrl: url }).signin({ body: SIGN_IN })).jwtToken;
}

/** A client that is signed in as the provider. */
export async function signIn(product: Product): Promise<Client> {
  const token = await tokenOf(product);
  return createClient({ baseUrl: product.url, token });
}
