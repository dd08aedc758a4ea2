/** What customers are mailed about an upgrade path: each promise once, and each promise that is not kept. */
import { afterEach, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { migrate } from '../../database/migrate.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { silentLogger } from '../../log.js';
import { distributeNews } from '../../news/distribute.js';
import { testOutbox } from '../../subscriptions/letters.testing.js';
import { openFleet } from '../fleet.testing.js';
import { changeTargetVersion } from '../manage-path.js';
import { writeLetters } from './letters.js';

const database = await testDatabase({ poolSize: 5 });
const { db } = database;
await migrate(db, silentLogger);
const fleet = await openFleet(db);
const { outbox } = testOutbox(db);
// Only a customer whose address is shown to be theirs is mailed, as a member of the subscription.
await sql`update users set provider_org_id = org_id, verified_at = now() where id = ${fleet.caller.userId}`.execute(db);
await sql`insert into subscription_members (subscription_id, user_id, role_type) select id, root_user_id, 'root' from subscriptions`.execute(
  db,
);
afterEach(async () => {
  await sql`delete from upgrade_paths`.execute(db);
  await sql`delete from operations`.execute(db);
  await sql`delete from instances`.execute(db);
  await sql`delete from mails`.execute(db);
});

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

/** Types of the mails that were written since the last look, in alphabetical order. */
async function written(): Promise<string[]> {
  await writeLetters(fleet.deps);
  await distributeNews({ db, outbox, log: silentLogger });
  const { rows } = await sql<{ letter: string }>`delete from mails returning letter`.execute(db);
  return rows.map(({ letter }) => letter).sort();
}

it('tells of the beginning, and of the end', async () => {
  await fleet.add(1);
  await fleet.create({ notifyCustomer: true });
  expect(await written()).toEqual(['InstanceMaintenanceScheduled']);
  await fleet.turn();
  for (const one of await fleet.running()) await fleet.end(one, 'succeeded');
  await fleet.turn();
  expect(await written()).toEqual(['InstanceMaintenanceCompleted']);
});

it('tells of a cancelled path those who were told of it', async () => {
  await fleet.add(2);
  const id = await fleet.create({ notifyCustomer: true, scheduledDate: inAnHour });
  expect(await written()).toHaveLength(2);
  await fleet.manage(id, 'cancel');
  expect(await written()).toEqual(['InstanceMaintenanceCancelled', 'InstanceMaintenanceCancelled']);
  expect(await written()).toEqual([]);
});

it('tells of one that is left out, and of nothing twice', async () => {
  const [first = ''] = await fleet.add(2);
  const id = await fleet.create({ notifyCustomer: true, scheduledDate: inAnHour });
  await written();
  await fleet.manage(id, 'skip-instances', { 'resource-ids': first });
  expect(await written()).toEqual(['InstanceMaintenanceCancelled']);
  await fleet.manage(id, 'cancel');
  expect(await written()).toEqual(['InstanceMaintenanceCancelled']);
});

it('tells of another version', async () => {
  await fleet.add(1);
  const id = await fleet.create({ notifyCustomer: true, scheduledDate: inAnHour });
  await written();
  await changeTargetVersion(fleet.deps, fleet.caller, { ...fleet.plan, id }, '3.0');
  expect(await written()).toEqual(['InstanceMaintenanceScheduled']);
});

it('says nothing of a path that was cancelled before its mail went out, nor of one that nobody was told of', async () => {
  await fleet.add(1);
  const told = await fleet.create({ notifyCustomer: true, scheduledDate: inAnHour });
  await fleet.manage(told, 'cancel');
  expect(await written()).toEqual([]);
  const silent = await fleet.create({ scheduledDate: inAnHour });
  await fleet.manage(silent, 'cancel');
  expect(await written()).toEqual([]);
});

it.each([
  ['cannot be upgraded any more', "status = 'STOPPED'", ['InstanceMaintenanceCancelled']],
  ['is gone', 'deleted_at = now()', []],
])('tells the truth of an instance that %s', async (_, change, mails) => {
  await fleet.add(1);
  await fleet.create({ notifyCustomer: true });
  await written();
  await sql.raw(`update instances set ${change}`).execute(db);
  await fleet.turn();
  expect(await written()).toEqual(mails);
});

it('tells of an upgrade that could not begin', async () => {
  const [id = ''] = await fleet.add(1);
  await fleet.create({ notifyCustomer: true });
  await written();
  fleet.refusals.set(id, 'The parameter replicas has no value.');
  await fleet.turn();
  expect(await written()).toEqual(['InstanceMaintenanceCompleted']);
  fleet.refusals.clear();
});
