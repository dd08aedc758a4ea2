import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { follow } from '../events/follow.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { until } from '../engine/engine.testing.js';
import { scheduleFollower } from './schedule-follower.js';
import { selectSchedule } from './schedule-store.js';
import { backupPlan } from './snapshots.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
// Access is given for all kinds of the plan, so all of them have to be served.
for (const kind of ['Store', 'Backup', 'Removal']) cluster.serve('stores.test/v1', kind, `${kind.toLowerCase()}s`);
cluster.operator = (object, cell) => {
  const { name, namespace } = object.metadata;
  if (object.kind === 'Store' && cell.find('Store', name, namespace) !== undefined)
    cell.setStatus('Store', name, { phase: 'ready' }, namespace);
};
const now = () => Promise.resolve(new Date('2030-01-01T12:00:00.000Z'));
const start = () => follow({ database, log: deps.log, followers: [scheduleFollower({ now })] });
const create = async () => {
  const id = await world.create(await world.offer(backupPlan()), { parameters: { password: 'a-password' } });
  await world.reach(id, 'RUNNING');
  return id;
};

it('a schedule begins, and goes, with facts that were told while nobody followed', async () => {
  const id = await create();
  expect(await selectSchedule(deps.db, id)).toBeUndefined();
  const first = await start();
  await until(async () => selectSchedule(deps.db, id), 'the schedule');
  await first.stop();

  await deleteInstance(deps, caller, { instanceId: id });
  await world.reach(id, 'DELETED');
  expect(await selectSchedule(deps.db, id)).toBeDefined();
  const second = await start();
  await until(async () => ((await selectSchedule(deps.db, id)) === undefined ? true : undefined), 'the schedule to be gone');
  await second.stop();
});

it('a fact that is read again changes nothing', async () => {
  const id = await create();
  const first = await start();
  const schedule = await until(async () => selectSchedule(deps.db, id), 'the schedule');
  await first.stop();
  await sql`update event_followers set position = 0`.execute(deps.db);
  const second = await start();
  await until(
    async () =>
      (await sql`select 1 from event_followers f, event_head h where f.position = h.position`.execute(deps.db)).rows.length > 0
        ? true
        : undefined,
    'all facts to be read again',
  );
  await second.stop();
  expect(await selectSchedule(deps.db, id)).toEqual(schedule);
});
