/** Everything that changes an instance and its runs, against each other: an instance's row is locked before its runs' rows, so nothing deadlocks. */
import { expect, it } from 'vitest';
import { openDatabase, type OpenDatabase, sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { DomainError } from '../errors.js';
import { silentLogger } from '../log.js';
import { selectInstance } from '../instances/store.js';
import { modifyInstance, updateMetadata } from './requests/change-instance.js';
import { type Control, controlOperation } from './requests/control-operation.js';
import { deleteInstance } from './requests/delete-instance.js';
import { openWorld } from './life.testing.js';

/** For counting alone: PostgreSQL tells the deadlocks of a session when it ends. */
const counting = await testDatabase({ poolSize: 1 });
// Before anybody gives way to a lock that does not come: then a deadlock is counted as one.
await sql`do $$ begin execute format('alter database %I set deadlock_timeout = ''5ms''', current_database()); end $$`.execute(counting.db);

const workflow = (verb: string) => `
      ${verb}:
        workflow:
          entrypoint: apply
          templates:
            - name: apply
              resource:
                action: apply
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata:
                    name: thing
                  spec:
                    size: "{{ $var.size }}"
                successCondition: status.phase == ready
                failureCondition: status.phase == broken`;
const plan = `
name: Locks
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
  - name: App
    apiParameters:
      - {key: size, type: String, modifiable: true, defaultValue: "1"}
    systemWorkflows:${workflow('create')}${workflow('modify')}
`;

/** Does the work with sessions of its own; answers the deadlocks that they met. */
async function deadlocksOf(work: (database: OpenDatabase) => Promise<void>): Promise<number> {
  const count = async () => {
    const { rows } = await sql<{
      count: string;
    }>`select deadlocks as count from pg_stat_database where datname = current_database()`.execute(counting.db);
    return Number(rows[0]?.count);
  };
  const before = await count();
  const database = await openDatabase({ url: counting.url }, { log: silentLogger, poolSize: 30 });
  try {
    await work(database);
  } finally {
    await database.close();
  }
  await until(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      counting.db,
    );
    return rows.length === 0 || undefined;
  }, 'the sessions to end');
  return (await count()) - before;
}

/** What a person is told is an answer as well: that the run has ended, that another operation is at work. */
async function answered(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
  });
}

it('counts a deadlock', async () => {
  await sql`create table two (id int primary key, n int)`.execute(counting.db);
  await sql`insert into two values (1, 0), (2, 0)`.execute(counting.db);
  let met = 0;
  let both: () => void = () => {};
  const meeting = new Promise<void>((resolve) => (both = resolve));
  const lock = ({ db }: OpenDatabase, first: number, second: number) =>
    transaction(db, async (tx) => {
      await sql`update two set n = n + 1 where id = ${first}`.execute(tx);
      if (++met === 2) both();
      await meeting;
      await sql`update two set n = n + 1 where id = ${second}`.execute(tx);
    });
  const count = await deadlocksOf(async (database) => {
    const results = await Promise.allSettled([lock(database, 1, 2), lock(database, 2, 1)]);
    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
  expect(count).toBe(1);
});

/** Lives of instances beside each other, in which everybody is at work at once. */
async function lives(database: OpenDatabase): Promise<void> {
  const { db } = database;
  const world = await openWorld(database);
  const { deps, cluster, caller } = world;
  cluster.serve('example.com/v1', 'Thing', 'things');
  const offered = await world.offer(plan);
  const runsOf = async (id: string) => {
    const { rows } = await sql<{ id: string }>`select id from runs where subject = ${id}`.execute(db);
    return rows.map((row) => row.id);
  };
  const stagesOf = async (id: string) => {
    const { rows } = await sql<{ count: string }>`
      select count(*) from run_stages where run_id in (select id from runs where subject = ${id})`.execute(db);
    return Number(rows[0]?.count);
  };
  const control = async (id: string, ...words: Control[]) => {
    for (const word of words) for (const runId of await runsOf(id)) await answered(controlOperation(deps, { runId, control: word }));
  };
  const set = (id: string, phase: string) => {
    if (cluster.find('Thing', 'thing', id) !== undefined) cluster.setStatus('Thing', 'thing', { phase }, id);
  };
  const remove = (id: string) => answered(deleteInstance(deps, caller, { instanceId: id }));
  const tag = (id: string, value: string) => answered(updateMetadata(deps, caller, { instanceId: id, tags: [{ key: 'a', value }] }));
  /** Deletes while the stages of its create write, each life at another moment of it. */
  const short = async (moment: number) => {
    const id = await world.create(offered);
    await until(async () => (await stagesOf(id)) >= moment || undefined, `stage ${moment} of ${id}`, 60_000);
    await Promise.all([remove(id), remove(id), control(id, 'pause', 'resume', 'retry'), tag(id, 'b')]);
    await end(id);
  };
  const long = async () => {
    const id = await world.create(offered);
    await Promise.all([control(id, 'pause', 'resume', 'terminate', 'retry', 'retry'), tag(id, 'b')]);
    set(id, 'broken');
    const change = answered(modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } }));
    await Promise.all([control(id, 'retry', 'terminate', 'retry'), change]);
    set(id, 'ready');
    await Promise.all([control(id, 'terminate', 'retry'), remove(id), remove(id), tag(id, 'c')]);
    await end(id);
  };
  const end = async (id: string) => {
    await until(
      async () => {
        const row = await selectInstance(db, id);
        if (row?.deletedAt !== null && row?.deletedAt !== undefined) return true;
        // A person ended the delete as well: it is asked for again.
        if (row?.status === 'FAILED') await remove(id);
        return undefined;
      },
      `${id} to be gone`,
      60_000,
    );
  };
  try {
    await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? long() : short(index % 4))));
  } finally {
    await world.engine.stop();
    await deps.charts.stop();
  }
}

it('meets none where runs end, stages write, people control, change and delete, all at once', async () => {
  // Whoever has written a row holds it for a while: what could meet, meets.
  await sql`create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(0.015); return new; end $$`.execute(
    counting.db,
  );
  await sql`create trigger dawdle before update on instances for each row execute function dawdle()`.execute(counting.db);
  await sql`create trigger dawdle before update on runs for each row execute function dawdle()`.execute(counting.db);
  expect(await deadlocksOf(lives)).toBe(0);
}, 120_000);
