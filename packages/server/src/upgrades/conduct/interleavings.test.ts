/** Whatever is done to paths, in whatever order and by how many conductors at once: counts add up, and limits hold. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Database, sql } from '../../database/database.js';
import { migrate } from '../../database/migrate.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { DomainError } from '../../errors.js';
import { silentLogger } from '../../log.js';
import { type Fleet, openFleet } from '../fleet.testing.js';
import { conduct } from './conductor.js';

const database = await testDatabase({ poolSize: 10 });
const { db } = database;
await migrate(db, silentLogger);
const fleet = await openFleet(db);

const clear = async () => {
  for (const table of ['upgrade_paths', 'operations', 'instances']) await sql`delete from ${sql.table(table)}`.execute(db);
};
/** The rows at one moment, against what must hold of them. */
async function check(of: Fleet, id: string, { total, most }: { total: number; most: number }): Promise<void> {
  const counts = await of.path(id);
  const { pendingCount, scheduledCount = 0, inProgressCount, completedCount, failedCount, skippedCount } = counts;
  expect(counts.totalCount).toBe(total);
  expect(pendingCount + scheduledCount + inProgressCount + completedCount + failedCount + skippedCount).toBe(total);
  const { rows } = await sql<{ running: number; most: number }>`
    select count(*) filter (where status = 'running')::int as running, coalesce(max(n), 0)::int as most from (
      select status, count(*) over (partition by instance_id) as n from operations where kind = 'upgrade') as o`.execute(db);
  expect(rows[0]?.running).toBe(inProgressCount);
  expect(inProgressCount).toBeLessThanOrEqual(most);
  // None was upgraded twice.
  expect(rows[0]?.most).toBeLessThanOrEqual(1);
  const versions = await sql<{ done: number }>`select count(*)::int as done from instances where plan_version = '2.0'`.execute(db);
  expect(versions.rows[0]?.done).toBe(completedCount);
}
/** Refusals of people's actions are right answers. */
const tried = async (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
  });

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant('turn' as const) },
  { weight: 2, arbitrary: fc.constant('two turns' as const) },
  { weight: 6, arbitrary: fc.constant('succeed' as const) },
  { weight: 1, arbitrary: fc.constant('fail' as const) },
  fc.constantFrom('pause' as const, 'resume' as const, 'skip' as const, 'delete' as const, 'soaked' as const),
  { weight: 1, arbitrary: fc.constant('cancel' as const) },
);

it('adds up, and never more than its limit go on', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      fc.array(action, { minLength: 5, maxLength: 40 }),
      async (total, most, canary, actions) => {
        await clear();
        const ids = await fleet.add(total);
        const strategy = {
          haltAtFailurePercent: 30,
          soakSeconds: canary === undefined ? 0 : 60,
          ...(canary === undefined ? {} : { canary }),
        };
        const id = await fleet.create({ maxConcurrentUpgrades: most, strategy });
        for (const one of actions) {
          const [running] = await fleet.running();
          if (one === 'turn') await fleet.turn();
          if (one === 'two turns') await Promise.all([fleet.turn(), fleet.turn()]);
          if (one === 'succeed' && running !== undefined) await fleet.end(running, 'succeeded');
          if (one === 'fail' && running !== undefined) await fleet.end(running, 'failed');
          if (one === 'pause' || one === 'resume' || one === 'cancel') await tried(fleet.manage(id, one));
          if (one === 'skip') await tried(fleet.manage(id, 'skip-instances', { 'resource-ids': ids[ids.length - 1] ?? '' }));
          if (one === 'delete')
            await sql`update instances set deleted_at = now(), status = 'DELETED' where id = ${ids[0] ?? ''} and status = 'RUNNING' and plan_version = '1.0'`.execute(
              db,
            );
          if (one === 'soaked')
            await sql`update upgrade_paths set soak_until = now(), due_at = now() where soak_until is not null`.execute(db);
          await check(fleet, id, { total, most });
        }
        // Everything ends, once people let it.
        for (let turn = 0; ; turn += 1) {
          expect(turn).toBeLessThan(200);
          await tried(fleet.manage(id, 'resume'));
          await sql`update upgrade_paths set soak_until = case when soak_until is null then null else now() end, due_at = now()`.execute(
            db,
          );
          await fleet.turn();
          for (const running of await fleet.running()) await fleet.end(running, 'succeeded');
          const { status } = await fleet.path(id);
          if (['COMPLETE', 'FAILED', 'CANCELLED'].includes(status) && (await fleet.running()).length === 0) break;
        }
        await check(fleet, id, { total, most });
        const { pendingCount, inProgressCount } = await fleet.path(id);
        expect([pendingCount, inProgressCount]).toEqual([0, 0]);
      },
    ),
    { numRuns: 25 },
  );
});

/** After so many statements the process is gone: nothing that it sends arrives any more. */
function killedAfter(statements: number): { db: Database; isDead: () => boolean } {
  let left = statements;
  return {
    isDead: () => left < 0,
    db: db.withPlugin({
      transformQuery: ({ node }) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    }),
  };
}

it('goes on after a kill between any two statements, as if there had been none', { timeout: 120_000 }, async () => {
  let statements = 0;
  for (let isWhole = false; !isWhole; statements += 1) {
    await clear();
    const total = 3;
    await fleet.add(total);
    const id = await fleet.create({ maxConcurrentUpgrades: 2, strategy: { canary: 1, soakSeconds: 0, gates: { health: true } } });
    const killed = killedAfter(statements);
    const dying = { ...fleet.deps, instances: { ...fleet.deps.instances, db: killed.db } };
    for (let turn = 0; turn < 8 && !killed.isDead(); turn += 1) {
      await conduct(dying).catch((error: unknown) => {
        if (!killed.isDead()) throw error;
      });
      for (const running of await fleet.running()) await fleet.end(running, 'succeeded');
    }
    isWhole = !killed.isDead();
    await check(fleet, id, { total, most: 2 });
    // Another one takes over.
    for (let turn = 0; turn < 8; turn += 1) {
      await fleet.turn();
      for (const running of await fleet.running()) await fleet.end(running, 'succeeded');
    }
    await check(fleet, id, { total, most: 2 });
    expect(await fleet.path(id)).toMatchObject({ status: 'COMPLETE', completedCount: total });
  }
  expect(statements).toBeGreaterThan(40);
});
