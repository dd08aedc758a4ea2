/** What was seen just when the database did not take it: it is said again, not left to the run's next timer. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { describeRun } from './describe-run.js';
import { Bench, DATABASE, fakeCell, HEALTHY, newRun, SEALER, template, until, workflow } from './engine.testing.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;
let bench: Bench;

/** Letting a run go takes a moment; wake-ups and stores of observations fail while there is `trouble`, and each failure is counted. */
await sql
  .raw(`
  create table trouble (here boolean not null);
  insert into trouble values (false);
  create sequence failures;
  create function hinder() returns trigger language plpgsql as $$ begin
    if tg_table_name = 'run_tasks' then
      if (select here from trouble) then perform nextval('failures'); raise exception 'trouble'; end if;
      return new;
    end if;
    if old.owner is not null and new.owner is null and new.finished_at is null then perform pg_sleep(1.5); end if;
    if new.wake_seq > old.wake_seq and (select here from trouble) then perform nextval('failures'); raise exception 'trouble'; end if;
    return new;
  end $$;
  create trigger hinder before update on runs for each row execute function hinder();
  create trigger hinder before update on run_tasks for each row execute function hinder();
`)
  .execute(db);

const trouble = (here: boolean) => sql`update trouble set here = ${here}`.execute(db);

/** Until something has failed; then it is over. */
async function troubleMet(): Promise<void> {
  await until(
    async () => (await sql<{ met: boolean }>`select is_called as met from failures`.execute(db)).rows[0]?.met || undefined,
    'the trouble to be met',
  );
  await trouble(false);
}

/** A run that waits, and has been explained: nothing but its deadline is left to wake it. */
async function waitingRun() {
  let ahead = 0;
  const engine = await bench.start({ clock: { now: () => Date.now() + ahead, monotonic: () => performance.now() } });
  const run = await bench.insert(newRun({ workflow: workflow([template('cluster', DATABASE, { successCondition: HEALTHY })]) }));
  await until(async () => (await describeRun({ db, sealer: SEALER }, run.id))?.waitingFor?.gate, 'the gate to be waited for');
  ahead = 11_000;
  engine.wake(run.id);
  return run;
}

const succeed = () => bench.cluster.setStatus('Cluster', 'db', { phase: 'Cluster in healthy state' });

beforeEach(async () => {
  await trouble(false);
  await sql`select setval('failures', 1, false)`.execute(db);
  bench = new Bench(database, fakeCell(false));
});
afterEach(() => bench.stop());

it('the wake-up for what comes while a run is released is written again until it is stored', async () => {
  const run = await waitingRun();
  await until(async () => {
    const { rows } = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' and query like '%set owner = null%'`.execute(
      db,
    );
    return rows.length > 0 || undefined;
  }, 'the run to be let go');
  await trouble(true);
  succeed();
  await troubleMet();
  // Sooner than the run's own next timer, its deadline.
  expect(await bench.end(run.id, 10_000)).toMatchObject({ phase: 'Succeeded' });
}, 60_000);

it('an observation of a run whose row was held is stored, though the first try fails', async () => {
  const run = await waitingRun();
  await until(async () => ((await bench.row(run.id)).owner === null ? true : undefined), 'the run to be let go');
  await transaction(db, async (tx) => {
    await sql`select 1 from runs where id = ${run.id} for update`.execute(tx);
    succeed();
    // Passed over by the statement that stores observations.
    await until(async () => {
      const { rows } =
        await sql`select 1 from pg_stat_activity where datname = current_database() and query like '%seen as (%' and pid <> pg_backend_pid()`.execute(
          db,
        );
      return rows.length > 0 || undefined;
    }, 'the observation to be passed over');
    await trouble(true);
  });
  await troubleMet();
  expect(await bench.end(run.id, 10_000)).toMatchObject({ phase: 'Succeeded' });
}, 60_000);
