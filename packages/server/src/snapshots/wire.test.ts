import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { SIGNED_IN, testApp } from '../http/app.testing.js';
import type { Answer } from '../instance-api/calls.testing.js';
import { snapshotHandlers } from './handlers.js';
import { backupPlan, openSnapshotWorld } from './snapshots.testing.js';
import { requestSnapshot } from './take-snapshot.js';
import { principalOf } from '../identity/principal.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openSnapshotWorld(database);
const { deps, caller, snapshots, clock } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
const app = testApp(snapshotHandlers(snapshots), { identity: { authenticate: async () => principalOf(caller) } });
const BASE = '/2022-09-01-00';
const get = async (path: string): Promise<Answer> => (await app.request(`${BASE}${path}`, { headers: SIGNED_IN })).json();

const plan = await world.offer(backupPlan({ name: 'Wire' }));
const id = await world.create(plan, { parameters: { password: 'customer-password' } });
await world.reach(id, 'RUNNING');
const take = async () => (await requestSnapshot(snapshots, caller, { instanceId: id, origin: 'manual' })).snapshotId;

/** What the reference's Go client refuses to do without in a list of one instance's snapshots. */
const REQUIRED = ['completeTime', 'createdTime', 'encrypted', 'progress', 'region', 'snapshotId', 'snapshotType', 'status'];

it('every snapshot in a customer’s list of an instance has what clients insist on, one that runs too', async () => {
  const ended = await take();
  await world.snapshotIs(ended, 'COMPLETE');
  await world.atRest(id);
  world.behaviour.backup = 'hang';
  const running = await take();
  const { snapshots: listed } = await get(`/resource-instance/sp/s/v1/e/m/p/undefined/${id}/snapshot`);
  expect(listed).toMatchObject([
    { snapshotId: running, status: 'RUNNING', progress: 0, completeTime: '', encrypted: false, region: expect.any(String) },
    { snapshotId: ended, status: 'COMPLETE', progress: 100, completeTime: expect.stringMatching(/^2030-/), encrypted: false },
  ]);
  for (const snapshot of listed) expect(Object.keys(snapshot)).toEqual(expect.arrayContaining(REQUIRED));
  // Where a member may be missing, it is.
  expect(await get(`/resource-instance/snapshot/${running}`)).not.toHaveProperty('completeTime');
  await world.finishBackup(running);
  await world.atRest(id);
  world.behaviour.backup = 'succeed';
});

it('a snapshot names the kind of the resource that it was taken of', async () => {
  const { serviceId, environmentId } = plan.place;
  const { snapshots: listed } = await get(`/fleet/service/${serviceId}/environment/${environmentId}/snapshot`);
  expect(listed[0]).toMatchObject({ instanceResourceType: 'OperatorCRD' });
});

it('a customer’s list can be narrowed to environments of a type', async () => {
  expect((await get('/resource-instance/snapshot?environmentType=PROD')).snapshots).toEqual([]);
  expect((await get('/resource-instance/snapshot?environmentType=dev')).snapshots).toHaveLength(2);
});

it('the base of a restore to a time is found for the time in the body of the GET', async () => {
  const early = clock.now;
  clock.advance(60_000);
  await world.snapshotIs(await take(), 'COMPLETE');
  await world.atRest(id);
  const { serviceId, environmentId } = plan.place;
  const ask = async (body: object): Promise<Answer> => {
    const path = `${BASE}/fleet/service/${serviceId}/environment/${environmentId}/instance/${id}/restore`;
    // A Request cannot carry the body of a GET; the socket's message below it, a readable stream, does.
    const incoming = Readable.from([Buffer.from(JSON.stringify(body))]);
    const answered = await app.request(path, { headers: SIGNED_IN }, { incoming });
    return answered.json();
  };
  const base = await ask({ targetRestoreTime: early.toISOString() });
  expect(base.completeTime).toBe(early.toISOString());
  expect(base).toMatchObject({ status: 'COMPLETE', serviceId, environmentId, productTierId: plan.place.planId, productTierVersion: '1.0' });
  expect((await ask({})).completeTime).toBe(clock.now.toISOString());
  expect(await ask({ targetRestoreTime: '2029-01-01T00:00:00Z' })).toMatchObject({ code: 'outside-restore-window' });
});

it('one that is asked for says what comes back with it, and no secret', async () => {
  const snapshotId = await take();
  await world.snapshotIs(snapshotId, 'COMPLETE');
  await world.atRest(id);
  const { parameters } = await get(`/resource-instance/snapshot/${snapshotId}`);
  expect(parameters).toContainEqual({ key: 'size', displayName: expect.any(String), type: expect.any(String), value: expect.anything() });
  expect(JSON.stringify(parameters)).not.toContain('password');
});
