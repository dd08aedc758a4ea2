/**
 * Benchmark (l): what event streams cost that have nothing to tell, on `cellplane serve` and the simulated cell. First 20 streams of
 * one instance at rest: transactions of PostgreSQL, by `pg_stat_database`. Then one stream of each of many instances at rest: processor
 * time of server and PostgreSQL. Each beside the same time without any stream; who reads the streams is a process of its own.
 * usage: node bench/dist/streams.js [--instances 1000] [--seconds 30] [--port 18097]
 */
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import { sql } from '@cellplane/server';
import { record } from './figures.js';
import { offer } from './offer.js';
import { tokenOf } from './product.js';
import { thingPlan } from './thing-plan.js';
import { createMany, each, pause, settled, shares, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
    port: { type: 'string', default: '18097' },
  },
});
const instances = Number(values.instances);
const watchedMs = Number(values.seconds) * 1_000;
/** A connection of PostgreSQL that rests writes what it has counted after 10 s: until then the opening of streams is not counted. Milliseconds. */
const QUIET_MS = 12_000;

await withProduct(Number(values.port), async (world) => {
  const { client, database, product } = world;
  const create = await offer(client, 'Watched', thingPlan({ name: 'Watched' }));
  const ids = await createMany(instances, create);
  await settled(world, ids);
  // The comparison of cell and database that follows the creates is none of the streams' cost; the next one comes after five minutes.
  await compared();
  await pause(QUIET_MS);
  const token = await tokenOf(product);
  const one = ids[0] ?? '';

  // Before and after: what the server does by itself is not quite the same in every while.
  const first = await transactions();
  const twenty = await openStreams(Array.from({ length: 20 }, () => one));
  await pause(QUIET_MS);
  const some = await transactions();
  twenty.close();
  await pause(QUIET_MS);
  const last = await transactions();
  const none = (first + last) / 2;
  record({
    benchmark: '(l) 20 event streams of an instance at rest',
    measured: `${(some - none).toFixed(1)} transactions a second more (${first.toFixed(1)} and ${last.toFixed(1)} without, ${some.toFixed(1)} with them)`,
    goal: { text: '≤ 2', met: some - none <= 2 },
    figures: { first, last, some },
  });

  await compared();
  await pause(QUIET_MS);
  const before = await shares(world, watchedMs);
  const many = await openStreams(ids);
  await pause(QUIET_MS);
  const after = await shares(world, watchedMs);
  const transactionsOfMany = await transactions();
  many.close();
  const more = after.server + after.postgres - before.server - before.postgres;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  record({
    benchmark: `(l) ${instances} event streams of as many instances at rest`,
    measured: `${percent(more)} of a core more (server ${percent(before.server)} → ${percent(after.server)}, PostgreSQL ${percent(before.postgres)} → ${percent(after.postgres)}); ${(transactionsOfMany - none).toFixed(1)} transactions a second more`,
    goal: { text: '≤ 5 %', met: more <= 0.05 },
    figures: { before, after, transactions: { first, last, many: transactionsOfMany } },
  });

  /** Has the cell compared with the database, and waits for the end of that. */
  async function compared(): Promise<void> {
    const { comparison: asked } = await client.compareDeploymentCell({ params: { cell: 'default' } });
    for (;;) {
      const { comparison } = await client.describeDeploymentCell({ params: { cell: 'default' } });
      if ((comparison.comparedAt ?? '') >= (asked.askedAt ?? '') && comparison.endedAt !== undefined) return;
      await pause(500);
    }
  }

  /** Transactions of the server's database in a second, over a while. */
  async function transactions(): Promise<number> {
    const count = async () => {
      const { rows } = await sql<{ count: number }>`
        select xact_commit::float8 as count from pg_stat_database where datname = current_database()`.execute(database.db);
      return rows[0]?.count ?? 0;
    };
    const [first, began] = [await count(), performance.now()];
    await pause(watchedMs);
    return ((await count()) - first) / ((performance.now() - began) / 1_000);
  }

  /** Opens a stream of each instance named; resolves when each has had its first message. */
  async function openStreams(of: string[]): Promise<{ close(): void }> {
    const open: { destroy(): unknown }[] = [];
    await each(of, 32, (id) => {
      return new Promise<void>((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
        const asked = request(`${product.url}/api/instances/${id}/events`, { headers, agent: false }, (answer) => {
          if (answer.statusCode !== 200) reject(new Error(`${id}: ${answer.statusCode}`));
          answer.once('data', () => resolve());
          answer.on('data', () => {});
          // Cut off by us at the end.
          answer.on('error', () => {});
        });
        asked.on('error', reject);
        asked.end();
        open.push(asked);
      });
    });
    return { close: () => open.forEach((stream) => stream.destroy()) };
  }
});
