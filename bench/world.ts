/** `cellplane serve` on the simulated cell with a PostgreSQL beside it, and what is asked of it while it is measured. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Client } from '@cellplane/api';
import { openDatabase, type OpenDatabase, silentLogger, sql } from '@cellplane/server';
import { startPostgres } from './embedded.js';
import { parentOf, processorTime } from './processes.js';
import { type Product, signIn, startProduct } from './product.js';

export interface World {
  product: Product;
  /** Signed in as the provider. */
  client: Client;
  database: OpenDatabase;
  /** The process that all of PostgreSQL's descend from. */
  postmaster: number;
  dataDir: string;
  /** Where the server writes its memory when it is asked. */
  probe: string;
}

/** `preload`: programs of this folder that the server loads first, with what `env` tells them. */
export interface Extras {
  env?: Record<string, string>;
  preload?: string[];
}

/** Starts everything with data of its own, does the work, and removes everything. */
export async function withProduct(
  port: number,
  work: (world: World) => Promise<void>,
  { env = {}, preload = [] }: Extras = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-bench-'));
  const postgres = await startPostgres();
  const database = await openDatabase(postgres.connection, { log: silentLogger });
  const probe = join(folder, 'memory.json');
  const dataDir = join(folder, 'data');
  try {
    const product = await startProduct(
      { DATABASE_URL: database.url, CELLPLANE_DATA_DIR: dataDir, CELLPLANE_BENCH_PROBE: probe, ...env },
      { port, nodeOptions: ['memory-probe.js', ...preload].flatMap((file) => ['--import', new URL(file, import.meta.url).href]) },
    );
    try {
      const backend = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.db);
      const postmaster = await parentOf(backend.rows[0]?.pid ?? 0);
      await work({ product, client: await signIn(product), database, postmaster, dataDir, probe });
    } finally {
      await product.stop();
      for (const pgid of await simulatorGroups(dataDir)) process.kill(pgid, 'SIGTERM');
    }
  } finally {
    await database.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The process groups of simulated cells. A server that was given its database leaves the cell running, for others that share both. Nobody
 * does here.
 */
async function simulatorGroups(dataDir: string): Promise<number[]> {
  const files = (await readdir(dataDir, { recursive: true })).filter((file) => basename(file) === 'process.json');
  return Promise.all(
    files.map(async (file) => {
      const { group } = JSON.parse(await readFile(join(dataDir, file), 'utf8')) as { group: { pgid: number } };
      return group.pgid;
    }),
  );
}

/** At rest for so long, to know what goes on anyway. Milliseconds. */
const REST_MS = 10_000;

/** Processor time of the server, of PostgreSQL and of the cell for some work, milliseconds, without what they use in the same time at rest. */
export async function spentMore(world: World, work: () => Promise<void>): Promise<Record<string, number>> {
  const [rest, whole] = [await spent(world, () => pause(REST_MS)), await spent(world, work)];
  return Object.fromEntries(
    Object.entries(whole.cpu).map(([name, ms]) => [name, Math.max(0, ms - ((rest.cpu[name] ?? 0) / rest.took) * whole.took)]),
  );
}

/** Processor time while something is done, milliseconds. */
async function spent(world: World, work: () => Promise<void>): Promise<{ took: number; cpu: Record<string, number> }> {
  const [before, began] = [await processors(world), performance.now()];
  await work();
  const [after, took] = [await processors(world), performance.now() - began];
  return { took, cpu: Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, (seconds - (before[name] ?? 0)) * 1_000])) };
}

/** Does something for each, so many at a time. */
export async function each<T>(items: T[], atOnce: number, act: (item: T) => Promise<void>): Promise<void> {
  const left = items.toReversed();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await act(item);
    }),
  );
}

/** Creates instances, sixteen requests at a time; answers their ids. */
export async function createMany(count: number, create: () => Promise<string>, atOnce = 16): Promise<string[]> {
  const ids: string[] = [];
  await each(
    Array.from({ length: count }, (_, index) => index),
    atOnce,
    async () => {
      ids.push(await create());
    },
  );
  return ids;
}

/** True as long as an operation of the instance waits or runs. */
export async function isBusy({ database }: World, id: string): Promise<boolean> {
  const answer = await sql<{ busy: boolean }>`
    select exists (select 1 from operations where instance_id = ${id} and status in ('waiting', 'running')) as busy`.execute(database.db);
  return answer.rows[0]?.busy === true;
}

/** Waits until no operation of these instances is waiting or running; throws if one has failed. */
export async function settled({ database }: World, ids: string[]): Promise<void> {
  for (;;) {
    const answer = await sql<{ open: number; failed: string | null }>`
      select count(*) filter (where status in ('waiting', 'running'))::int as open, max(message) filter (where status = 'failed') as failed
      from operations where instance_id = any(${ids})`.execute(database.db);
    const { open, failed } = answer.rows[0] ?? { open: 0, failed: null };
    if (failed !== null) throw new Error(`an operation failed: ${failed}`);
    if (open === 0) return;
    await pause(250);
  }
}

/** How long the operations of a kind took, from the request's transaction to their end, milliseconds; and all of them together. */
export async function durations({ database }: World, kind: string, ids: string[]): Promise<{ each: number[]; makespan: number }> {
  const answer = await sql<{ took: number; began: number; ended: number }>`
    select extract(epoch from finished_at - created_at)::float8 * 1000 as took, extract(epoch from created_at)::float8 * 1000 as began,
      extract(epoch from finished_at)::float8 * 1000 as ended
    from operations where kind = ${kind} and status = 'succeeded' and instance_id = any(${ids})`.execute(database.db);
  const began = Math.min(...answer.rows.map((row) => row.began));
  return { each: answer.rows.map((row) => row.took), makespan: Math.max(...answer.rows.map((row) => row.ended)) - began };
}

export interface Memory {
  rss: number;
  heapUsed: number;
}

/** What a program that the server was started with writes to its file when it is asked; the file is the probe's, with this ending. */
async function asked<T>({ product, probe }: Pick<World, 'product' | 'probe'>, ending = ''): Promise<T> {
  const file = `${probe}${ending}`;
  await rm(file, { force: true });
  product.child.kill('SIGUSR2');
  for (;;) {
    await pause(200);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text) as T;
  }
}

/** Requests that the server has sent to cells so far, by method; it must have been started with `request-probe.js`. */
export async function requestsSent(world: Pick<World, 'product' | 'probe'>): Promise<Record<string, number>> {
  return asked(world, '.requests');
}

/** Of the server, after garbage collection. Bytes. */
export async function memory(world: Pick<World, 'product' | 'probe'>): Promise<Memory> {
  let last: Memory | undefined;
  // The system takes pages back a little later than V8 lets them go.
  for (let times = 0; times < 3; times += 1) {
    last = await asked<Memory>(world);
    await pause(1_000);
  }
  return last as Memory;
}

/** Share of one core that the server and PostgreSQL used over a while. */
export async function shares({ product, postmaster }: World, milliseconds: number): Promise<{ server: number; postgres: number }> {
  const look = async () => ({
    server: (await processorTime(product.child.pid ?? 0)).own,
    postgres: total(await processorTime(postmaster)),
  });
  const [before, began] = [await look(), performance.now()];
  await pause(milliseconds);
  const [after, seconds] = [await look(), (performance.now() - began) / 1_000];
  return { server: (after.server - before.server) / seconds, postgres: (after.postgres - before.postgres) / seconds };
}

/** Processor time so far, seconds, of the three programs that a create keeps busy. */
export async function processors({ product, postmaster, dataDir }: World): Promise<Record<string, number>> {
  const cells = await Promise.all((await simulatorGroups(dataDir)).map(async (pgid) => total(await processorTime(pgid))));
  return {
    server: (await processorTime(product.child.pid ?? 0)).own,
    postgres: total(await processorTime(postmaster)),
    cell: cells.reduce((sum, seconds) => sum + seconds, 0),
  };
}

function total({ own, started }: { own: number; started: number }): number {
  return own + started;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
