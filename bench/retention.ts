/**
 * Benchmark (r): what removing old history costs. `cellplane serve` on the simulated cell; an instance is restarted, and copies of it get past
 * runs with all their rows (`past-runs.sql`), most of which are over. Creates go on, a few at a time: first alone, then while the round of
 * retention removes what is over. Rows are counted before and after.
 * usage: node bench/dist/retention.js [--instances 200] [--runs 60] [--creators 2] [--seconds 30] [--port 18098]
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { sql } from '@cellplane/server';
import { quantile, record } from './figures.js';
import { offerPlan } from './offer.js';
import { thingPlan } from './thing-plan.js';
import { durations, pause, processors, settled, type World, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '200' },
    runs: { type: 'string', default: '60' },
    creators: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '30' },
    port: { type: 'string', default: '18098' },
  },
});
const instances = Number(values.instances);
const runs = Number(values.runs);
const TABLES = ['runs', 'run_stages', 'run_tasks', 'run_events', 'operations'] as const;

// Nothing is compared with the cell meanwhile: the copies have no objects there.
const env = { CELLPLANE_HISTORY_DAYS: '14', CELLPLANE_RECONCILE_INTERVAL: '86400', CELLPLANE_DRIFT_INTERVAL: '604800' };
await withProduct(
  Number(values.port),
  async (world) => {
    const { client, database } = world;
    const { create, where } = await offerPlan(client, thingPlan({ name: 'Past', isRestartable: true }), 'Past');
    const id = await create(client);
    await settled(world, [id]);
    await client.restartInstance({ params: where(id), body: {} });
    await settled(world, [id]);
    // The first round finds nothing that is over.
    await until(async () => (await rounds(world)).endedAt !== null);
    await database.pool.query(await readFile(new URL('../past-runs.sql', import.meta.url), 'utf8'), [id, instances, runs]);
    await database.pool.query('vacuum analyze');

    await creating(
      world,
      () => create(client),
      () => pause(5_000),
    );
    const alone = await creating(
      world,
      () => create(client),
      () => pause(Number(values.seconds) * 1_000),
    );
    const before = await past(world);
    let took = 0;
    const meanwhile = await creating(
      world,
      () => create(client),
      async () => {
        const began = performance.now();
        const last = (await rounds(world)).endedAt?.getTime() ?? 0;
        await sql`update retention_rounds set ended_at = now() - interval '1 day'`.execute(database.db);
        await until(() => isOver(world, last));
        took = performance.now() - began;
      },
    );
    const after = await past(world);
    const removed = Object.fromEntries(TABLES.map((table) => [table, (before[table] ?? 0) - (after[table] ?? 0)]));
    const rows = Object.values(removed).reduce((sum, count) => sum + count, 0);
    if ((removed['runs'] ?? 0) < (instances * runs) / 2)
      throw new Error(`only ${removed['runs']} of ${instances * runs} past runs were removed`);
    const ms = (figures: number[]) => `p50 ${quantile(figures, 0.5).toFixed(0)} ms, p99 ${quantile(figures, 0.99).toFixed(0)} ms`;
    record({
      benchmark: `(r) retention of ${instances * runs} past runs of ${instances} instances`,
      measured: `${removed['runs']} runs, ${rows} rows of ${TABLES.length} tables removed in ${(took / 1_000).toFixed(1)} s: ${(rows / (took / 1_000)).toFixed(0)} rows/s, ${((removed['runs'] ?? 0) / (took / 1_000)).toFixed(0)} runs/s; ${ms(meanwhile.accepted)} until a create is accepted (alone ${ms(alone.accepted)}), ${ms(meanwhile.whole)} until it runs (alone ${ms(alone.whole)}); ${meanwhile.accepted.length} creates meanwhile, ${alone.accepted.length} alone`,
      figures: { removed, took, meanwhile, alone },
    });
  },
  { env },
);

interface Creates {
  /** Until the request is answered, and from then until the instance runs. Milliseconds. */
  accepted: number[];
  whole: number[];
  /** Processor time of each program meanwhile. Seconds. */
  cpu: Record<string, number>;
}

/** Creates, so many at a time, while something is done; waits until all of them run. */
async function creating(world: World, create: () => Promise<string>, work: () => Promise<void>): Promise<Creates> {
  const ids: string[] = [];
  const accepted: number[] = [];
  const done = new AbortController();
  const before = await processors(world);
  const creator = async () => {
    while (!done.signal.aborted) {
      const began = performance.now();
      const id = await create();
      accepted.push(performance.now() - began);
      ids.push(id);
      await settled(world, [id]);
    }
  };
  const creators = Promise.all(Array.from({ length: Number(values.creators) }, creator));
  try {
    await Promise.race([work(), creators]);
  } finally {
    done.abort();
  }
  await creators;
  const after = await processors(world);
  const cpu = Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
  return { accepted, whole: (await durations(world, 'create', ids)).each, cpu };
}

/** Rows that belong to the copies, by table. */
async function past({ database }: World): Promise<Partial<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const table of TABLES) {
    const column = table === 'runs' || table === 'operations' ? 'id' : 'run_id';
    const like = table === 'operations' ? 'op-past-%' : 'submit-past-%';
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from ${sql.table(table)} where ${sql.ref(column)} like ${like}`.execute(database.db);
    found[table] = rows[0]?.count ?? 0;
  }
  return found;
}

interface Rounds {
  begunAt: Date | null;
  endedAt: Date | null;
}

async function rounds({ database }: World): Promise<Rounds> {
  const { rows } = await sql<Rounds>`select begun_at as "begunAt", ended_at as "endedAt" from retention_rounds`.execute(database.db);
  return rows[0] ?? { begunAt: null, endedAt: null };
}

/** A round that has begun after this moment has ended. Milliseconds since 1970. */
async function isOver(world: World, moment: number): Promise<boolean> {
  const { begunAt, endedAt } = await rounds(world);
  return begunAt === null && (endedAt?.getTime() ?? 0) > moment;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(100);
}
