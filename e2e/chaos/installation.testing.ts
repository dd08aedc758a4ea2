/**
 * A whole installation under fire: a PostgreSQL of its own, a simulated cell, proxies that break what goes to either, and
 * processes of the built server that can be killed and are started again.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@cellplane/api';
import { type ClusterAccess, connectKubeconfig, type KubernetesClient, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { type OpenDatabase, openDatabase } from '../../packages/server/src/database/database.js';
import { connectionOf } from '../../packages/server/src/database/embedded/connection.js';
import { prepareEmbedded } from '../../packages/server/src/database/embedded/embedded.js';
import { endPostmaster, OF_TROUBLE } from '../../packages/server/src/database/embedded/end-postmaster.js';
import { ensureRunning, type StartOptions } from '../../packages/server/src/database/embedded/postmaster.js';
import type { ProcessGroup } from '../../packages/server/src/exec/process-group.js';
import { silentLogger } from '../../packages/server/src/log.js';
import { type ServerUnderTest, startServerProcess } from '../serve.testing.js';
import { type CellProxy, startCellProxy } from './cell-proxy.testing.js';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.testing.js';
import type { Random } from './random.testing.js';

/** One of the processes: whatever runs in its place now. */
export interface Slot {
  name: string;
  /** Beside what all have. */
  env: Record<string, string>;
  proxy: PostgresProxy;
  server: ServerUnderTest | undefined;
  kills: number;
}

export interface Installation {
  /** Straight to PostgreSQL, without faults. */
  database: OpenDatabase;
  /** Straight to the cell, without faults. */
  cell: KubernetesClient;
  slots: Slot[];
  cellProxy: CellProxy;
  /** Share of queries and calls that fail. */
  setFaults(share: number): void;
  /** SIGKILL, and another process in its place. Resolves when that one is ready. */
  kill(slot: Slot): Promise<void>;
  /** SIGKILL, and nothing in its place. */
  end(slot: Slot): Promise<void>;
  /** PostgreSQL stops at once, as after a power cut, and comes back. */
  restartDatabase(): Promise<void>;
  /** A request to whatever process is in the slot when it is called. Rejects where no answer came. */
  call(slot: Slot, request: { method: string; path: string; body?: unknown }): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Signed in, on whatever process is in the slot when it is called. */
  client(slot: Slot): Client;
  /** The API server's own record: each write, in order. */
  writes(): Promise<Write[]>;
  /** Where the API server keeps its record. */
  cellFolder: string;
  stop(): Promise<void>;
}

/** A write as the simulated API server recorded it. */
export interface Write {
  resource: string;
  deleted: boolean;
  namespace: string;
  name: string;
  uid: string;
  annotations: Record<string, string>;
  data: Record<string, string>;
}

function running(slot: Slot): ServerUnderTest {
  if (slot.server === undefined) throw new Error(`${slot.name} was not started`);
  return slot.server;
}

const KEY = Buffer.alloc(32, 3);

export interface InstallationOptions {
  random: Random;
  /** Environment of each process; two of them unless told. */
  processes?: Record<string, string>[];
  /** Called before the cell starts, with the folder of its objects. */
  beforeCell?: (folder: string) => Promise<void>;
  /** Called before the first process starts, with the address that the processes reach the cell by. */
  beforeProcesses?: (installation: { database: OpenDatabase; access: ClusterAccess; masterKey: Buffer }) => Promise<void>;
}

export async function startInstallation({
  random,
  processes = [{}, {}],
  beforeCell,
  beforeProcesses,
}: InstallationOptions): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-chaos-'));
  // PostgreSQL's account must get through.
  await chmod(folder, 0o711);
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const embedded = {
      ...(await prepareEmbedded(folder)),
      // What is committed must be there after an immediate stop; it need not survive a power cut of the machine.
      settings: ['fsync=off', 'full_page_writes=off', 'synchronous_commit=on'],
    };
    let postmaster = await startPostgres(embedded);
    stops.push(() => endPostmaster(embedded.layout, postmaster, OF_TROUBLE));
    const database = await openDatabase(connectionOf(embedded.layout), { log: silentLogger, poolSize: 4 });
    stops.push(() => database.close());

    await mkdir(join(folder, 'cell'));
    await beforeCell?.(join(folder, 'cell'));
    const simulator = await startSimulator({ dataDir: join(folder, 'cell'), log: () => {} });
    stops.push(() => simulator.stop());
    await writeFile(join(folder, 'direct'), simulator.kubeconfig, { mode: 0o600 });
    const cell = connectKubeconfig(join(folder, 'direct'));
    stops.push(() => cell.close());
    const cellProxy = await startCellProxy(simulator, random.fork());
    stops.push(() => cellProxy.close());
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(cellProxy.url, simulator.token), { mode: 0o600 });

    const socketPath = join(embedded.layout.socketDir, '.s.PGSQL.5432');
    let share = 0;
    const start = async (slot: Slot) => {
      // A process that cannot begin ends, and is started again by whoever looks after it; so faults wait until it is ready.
      slot.proxy.faults = 0;
      slot.server = await startServerProcess({
        DATABASE_URL: slot.proxy.url,
        CELLPLANE_KUBECONFIG: kubeconfig,
        CELLPLANE_DATA_DIR: join(folder, slot.name),
        CELLPLANE_MASTER_KEY: KEY.toString('base64'),
        CELLPLANE_LOG_LEVEL: process.env['CHAOS_LOG_LEVEL'] ?? 'silent',
        ...slot.env,
      });
      slot.proxy.faults = share;
    };
    const end = async (slot: Slot) => {
      slot.server?.child.kill('SIGKILL');
      await slot.server?.ended;
    };
    const slots: Slot[] = [];
    stops.push(async () => {
      await Promise.all(slots.map((slot) => end(slot)));
      await Promise.all(slots.map(({ proxy }) => proxy.close()));
    });
    await beforeProcesses?.({ database, access: loadKubeconfig(kubeconfig), masterKey: KEY });
    for (let i = 1; i <= processes.length; i++) {
      const proxy = await startPostgresProxy({ socketPath, user: 'cellplane', database: 'cellplane' }, random.fork());
      slots.push({ name: `server-${i}`, env: processes[i - 1] ?? {}, proxy, server: undefined, kills: 0 });
    }
    for (const slot of slots) await start(slot);

    return {
      database,
      cell,
      slots,
      cellProxy,
      setFaults(to) {
        share = to;
        cellProxy.faults = to;
        for (const { proxy } of slots) proxy.faults = to;
      },
      async kill(slot) {
        slot.kills += 1;
        await end(slot);
        await start(slot);
      },
      end,
      async restartDatabase() {
        process.kill(postmaster.pgid, 'SIGQUIT');
        postmaster = await startPostgres(embedded);
      },
      async call(slot, { method, path, body }) {
        const { url, token } = running(slot);
        const answer = await fetch(`${url}/2022-09-01-00${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          signal: AbortSignal.timeout(20_000),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        return { status: answer.status, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} };
      },
      client: (slot) => running(slot).client,
      cellFolder: join(folder, 'cell'),
      writes: () => readWrites(join(folder, 'cell')),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function kubeconfigOf(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cell', cluster: { server } }],
    users: [{ name: 'cell', user: { token } }],
    contexts: [{ name: 'cell', context: { cluster: 'cell', user: 'cell' } }],
    'current-context': 'cell',
  });
}

async function readWrites(folder: string): Promise<Write[]> {
  const text = await readFile(join(folder, 'log.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { resource, deleted, object } = JSON.parse(line) as {
        resource: string;
        deleted?: true;
        object: { metadata: Record<string, unknown>; data?: Record<string, string> };
      };
      const { metadata } = object;
      return {
        resource,
        deleted: deleted === true,
        namespace: String(metadata['namespace'] ?? ''),
        name: String(metadata['name']),
        uid: String(metadata['uid']),
        annotations: (metadata['annotations'] ?? {}) as Record<string, string>,
        data: object.data ?? {},
      };
    });
}

async function startPostgres(embedded: StartOptions): Promise<ProcessGroup> {
  const postmaster = await ensureRunning(embedded);
  if (postmaster === undefined) throw new Error('PostgreSQL answers from elsewhere');
  return postmaster;
}
