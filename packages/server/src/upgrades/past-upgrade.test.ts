import { expect, it } from 'vitest';
import type { Viewer } from '../identity/viewer.js';
import { sql } from '../database/database.js';
import { migrate } from '../database/migrate.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { instanceOf, openFleet } from './fleet.testing.js';
import { pastUpgrades } from './past-upgrade.js';

const database = await testDatabase({ poolSize: 10 });
const { db } = database;
await migrate(db, silentLogger);
const fleet = await openFleet(db);

const place = async (instanceId: string) => {
  const { serviceId, environmentId } = await instanceOf(fleet, instanceId);
  return { serviceId, environmentId, instanceId };
};
const historyOf = async (id: string, query = {}, viewer: Viewer = fleet.caller) => pastUpgrades(db, viewer, await place(id), query);

it('an instance has had upgrades of paths and alone, newest first and in pages; others have theirs', async () => {
  const [one = '', other = '', untouched = ''] = await fleet.add(3);
  const first = await fleet.create({ upgradeFilters: { INSTANCE_IDS: [one, other] } });
  await fleet.turn();
  await fleet.end(one, 'succeeded');
  await fleet.end(other, 'failed');
  await fleet.turn();
  expect((await historyOf(one)).upgrades).toEqual([
    {
      upgradePathId: first,
      instanceId: one,
      productTierId: fleet.plan.planId,
      sourceVersion: '1.0',
      targetVersion: '2.0',
      type: 'Major',
      status: 'COMPLETE',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      upgradeStartTime: expect.any(String),
      upgradeEndTime: expect.any(String),
      workflowID: expect.stringMatching(/^run-/),
    },
  ]);
  expect((await historyOf(other)).upgrades).toMatchObject([{ upgradePathId: first, status: 'FAILED', statusMessage: 'it failed' }]);
  expect((await historyOf(untouched)).upgrades).toEqual([]);

  await sql`insert into operations (id, instance_id, kind, status, run_id, step, requested_by, next_steps, data, finished_at)
    values ('op-alone', ${one}, 'upgrade', 'succeeded', 'run-alone', '{"verb": "modify"}', 'user-1', '[]', '{"fromVersion": "2.0", "toVersion": "1.0"}', now())`.execute(
    db,
  );
  await sql`update instances set plan_version = '1.0' where id = ${one}`.execute(db);
  const scheduledDate = new Date(Date.now() + 3_600_000).toISOString();
  const second = await fleet.create({ targetVersion: '3.0', upgradeFilters: { INSTANCE_IDS: [one] }, scheduledDate });
  const all = await historyOf(one);
  expect(all.upgrades).toMatchObject([
    { upgradePathId: second, status: 'SCHEDULED', sourceVersion: '1.0', targetVersion: '3.0', scheduledAt: scheduledDate, workflowID: '' },
    { upgradePathId: '', status: 'COMPLETE', type: 'UserDefined', sourceVersion: '2.0', targetVersion: '1.0', workflowID: 'run-alone' },
    { upgradePathId: first, status: 'COMPLETE' },
  ]);
  expect(all).not.toHaveProperty('nextPageToken');
  const paged: unknown[] = [];
  let token = '';
  for (let pages = 0; pages < 3; pages += 1) {
    const page = await historyOf(one, { pageSize: 1, nextPageToken: token });
    paged.push(...page.upgrades);
    token = page.nextPageToken ?? '';
  }
  expect([paged, token]).toEqual([all.upgrades, '']);
  await expect(historyOf(one, { nextPageToken: 'x' })).rejects.toMatchObject({ code: 'bad-page-token' });
});

it('a way back that a path has begun is a line of its own, and a deleted instance keeps its history', async () => {
  const [one = ''] = await fleet.add(1);
  const id = await fleet.create({ upgradeFilters: { INSTANCE_IDS: [one] } });
  await fleet.turn();
  await fleet.end(one, 'failed');
  await sql`insert into operations (id, instance_id, kind, status, requested_by, next_steps, data)
    values ('op-back', ${one}, 'upgrade', 'running', 'user-1', '[]', ${JSON.stringify({ upgradePathId: id, fromVersion: '2.0', toVersion: '1.0', rollbackOf: 'op-x' })})`.execute(
    db,
  );
  const at = await place(one);
  await sql`update instances set deleted_at = now(), status = 'DELETED' where id = ${one}`.execute(db);
  expect((await pastUpgrades(db, fleet.caller, at, {})).upgrades).toMatchObject([
    { upgradePathId: id, status: 'IN_PROGRESS', sourceVersion: '2.0', targetVersion: '1.0' },
    { upgradePathId: id, status: 'FAILED', sourceVersion: '1.0', targetVersion: '2.0' },
  ]);
});

it('who does not see the instance finds none: another provider, one of other products, another place', async () => {
  const [one = ''] = await fleet.add(1);
  const at = await place(one);
  const notFound = { kind: 'not_found' };
  await expect(historyOf(one, {}, { ...fleet.caller, orgId: 'org-nobody' })).rejects.toMatchObject(notFound);
  await expect(historyOf(one, {}, { ...fleet.caller, products: ['s-another'] })).rejects.toMatchObject(notFound);
  for (const elsewhere of [{ serviceId: 's-another' }, { environmentId: 'se-another' }, { instanceId: 'instance-another' }])
    await expect(pastUpgrades(db, fleet.caller, { ...at, ...elsewhere }, {})).rejects.toMatchObject(notFound);
});
