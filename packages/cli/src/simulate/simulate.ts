/**
 * `cellplane simulate`: a plan tried without a cluster. A server of its own in a folder of its own, the simulated cell, an
 * instance with default or made-up values, its way through the plan's workflows; then all of it is thrown away.
 */
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellplane/api/client';
import { stopLeftBehind, whenAborted } from '@cellplane/server/launch';
import { startServer } from '../start/server-process.js';
import { journey } from './journey.js';
import type { SimulateInput } from './input.js';

const PREFIX = 'cellplane-simulate-';
/** A simulation's folder that is older may be left by one that was killed. Milliseconds. */
const LEFTOVER_MS = 60 * 60_000;

/** Runs the simulation. @returns whether every operation succeeded. @throws ResponseError, ServerEnded */
export async function simulate(input: SimulateInput): Promise<boolean> {
  await removeLeftovers();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  // As root, PostgreSQL runs under another account, which must get through to its files: else they would lie, and stay, elsewhere.
  await chmod(dataDir, 0o711);
  const credentials = { email: 'simulation@cellplane.local', password: randomBytes(12).toString('base64url') };
  try {
    const server = await startServer({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      embedded: true,
      interruption: input.interruption,
      env: {
        CELLPLANE_DATA_DIR: dataDir,
        CELLPLANE_PROVIDER_EMAIL: credentials.email,
        CELLPLANE_PROVIDER_PASSWORD: credentials.password,
        CELLPLANE_SIMULATED_OPERATORS: input.outcome,
        CELLPLANE_SIMULATION: 'on',
        // Whatever the caller's own server uses is none of ours.
        DATABASE_URL: '',
        CELLPLANE_KUBECONFIG: '',
        CELLPLANE_CELL_FACTS: '',
        CELLPLANE_MASTER_KEY: '',
        CELLPLANE_MASTER_KEY_FILE: '',
      },
    });
    try {
      let token: string | undefined;
      const client = createClient({ baseUrl: server.url, token: () => token });
      token = (await client.signin({ body: credentials })).jwtToken;
      return await Promise.race([journey(client, input), server.ended, whenAborted(input.interruption.signal)]);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Ends and removes what simulations left that were killed. A server that still runs keeps its folder. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const found = await lstat(folder).catch(() => undefined);
    // One that is just beginning has no server yet.
    // A stranger's link could lead to a folder of ours that is none of a simulation.
    if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.() || Date.now() - found.mtimeMs < LEFTOVER_MS)
      continue;
    if (await stopLeftBehind(folder)) await rm(folder, { recursive: true, force: true });
  }
}
