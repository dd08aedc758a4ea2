/** The whole server on a simulated cell, over the real wire: what others do to an instance's objects. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Caller, type Client } from '@cellplane/api';
import { connect, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server } from '../compose.js';
import { type Config } from '../config.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { selectInstance } from '../instances/store.js';
import { silentLogger } from '../log.js';
import { createSettled, releasePlan, settledInstance, startWholeServer } from '../whole-server.testing.js';
import { createSealer } from '../secrets/envelope.js';
import { loadMasterKey } from '../secrets/master-key.js';
import { type DriftDeps, revertDrift } from './decide.js';
import { DRIFTING_PLAN } from './drifting-plan.testing.js';

const { db, url } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'cellplane-drift-'));
const simulated = await startSimulator({ log: () => {} });
const cluster = connect(loadKubeconfig({ text: simulated.kubeconfig }));
const kubeconfig = join(folder, 'kubeconfig');
await writeFile(kubeconfig, simulated.kubeconfig);

let config: Config;
let server: Server;
let client: Client;
const place = { serviceId: '', environmentId: '' };

beforeAll(async () => {
  ({ server, config, client } = await startWholeServer({
    DATABASE_URL: url,
    CELLPLANE_DATA_DIR: folder,
    CELLPLANE_KUBECONFIG: kubeconfig,
  }));
  Object.assign(place, await releasePlan(client, 'Settings', DRIFTING_PLAN));
});
afterAll(async () => {
  await server?.stop();
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

const settled = (id: string) => settledInstance(client, id);
const create = () => createSettled(client, place.serviceId, { password: 'correct-horse-battery' });

const settings = (namespace: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' });
const patch = (namespace: string, body: object, fieldManager = 'kubectl-patch') =>
  cluster.patch(settings(namespace), 'merge', body, { fieldManager });
const check = (id: string) => client.checkInstanceDrift({ params: { id } });
const read = (id: string) => client.describeInstanceDrift({ params: { id } });

/** A pass over the cell by the server's own loop, and what it counted. */
async function pass() {
  const { rows } = await sql<{ at: Date | null }>`
    insert into drift_passes (cell_id, next_at) select id, now() from deployment_cells
    on conflict (cell_id) do update set next_at = now() returning ended_at as at`.execute(db);
  const before = rows[0]?.at?.getTime() ?? 0;
  return until(async () => {
    const row = (
      await sql<{ at: Date | null; counts: Record<string, number>; message: string }>`
      select ended_at as at, counts, message from drift_passes`.execute(db)
    ).rows[0];
    if (row !== undefined && row.message !== '') throw new Error(row.message);
    return (row?.at?.getTime() ?? 0) > before ? row?.counts : undefined;
  }, 'a drift pass');
}

describe('what others change', () => {
  it('is told with who and when, what was applied and what is there', async () => {
    const id = await create();
    expect(await check(id)).toMatchObject({ instanceId: id, objects: 2, findings: [], troubles: [] });
    await patch(id, { data: { size: '9', extra: 'not ours' } });
    const { findings } = await check(id);
    expect(findings).toMatchObject([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'settings',
        path: 'data.size',
        ours: '1',
        theirs: '9',
        secret: false,
        manager: 'kubectl-patch',
        operation: 'Update',
        state: 'open',
        changes: 1,
      },
    ]);
    expect(Date.parse(findings[0]?.since ?? '')).toBeGreaterThan(Date.now() - 60_000);
    const described = await client.describeInstance({ params: { ...place, instanceId: id }, query: {} });
    expect(described.consumptionResourceInstanceResult.driftedFields).toBe(1);
    const { events = [] } = await client.listInstanceOperations({ params: { id }, query: {} });
    expect(events).toMatchObject([{ type: 'DriftFound', message: 'ConfigMap/settings: data.size, by kubectl-patch' }]);
    const { instances } = await client.listDrift({});
    expect(instances).toMatchObject([{ instanceId: id, open: 1, accepted: 0, managers: ['kubectl-patch'] }]);
    expect(instances[0]?.orgName).toMatch(/\S/);
    const { serviceId, environmentId } = instances[0] ?? { serviceId: '', environmentId: '' };
    expect((await client.listDrift({ query: { serviceId, environmentId } })).instances).toEqual(instances);
    expect((await client.listDrift({ query: { serviceId: 's-none' } })).instances).toEqual([]);
    expect((await client.listDrift({ query: { serviceId, environmentId: 'se-none' } })).instances).toEqual([]);
  });

  it('is found by the passes over the cell, which ask for nothing while nothing is touched', async () => {
    const id = await create();
    await pass();
    expect(await pass()).toMatchObject({ looked: 0, troubled: 0 });
    // Another's field is none of ours, but somebody has touched the object.
    await patch(id, { metadata: { labels: { theirs: 'x' } } });
    expect(await pass()).toMatchObject({ looked: 1 });
    expect((await read(id)).findings).toEqual([]);
    await patch(id, { data: { size: null } }, 'kubectl-edit');
    expect(await pass()).toMatchObject({ looked: 1 });
    expect((await read(id)).findings).toMatchObject([{ path: 'data.size', ours: '1', manager: '', state: 'open' }]);
    expect((await read(id)).findings[0]).not.toHaveProperty('theirs');
    expect(await pass()).toMatchObject({ looked: 0 });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/cellplane_drift_fields\{state="open"\} \d/);
    expect(metrics).toContain('cellplane_drift_looked_objects{cell="default"} 0');
  });

  it('in secret fields is told without the values', async () => {
    const id = await create();
    const secret = { apiVersion: 'v1', kind: 'Secret', namespace: id, name: 'access' };
    await cluster.patch(secret, 'merge', { stringData: { password: 'another-long-secret' } }, { fieldManager: 'kubectl-patch' });
    await patch(id, { data: { note: 'the password is correct-horse-battery, they say' } });
    const answer = await check(id);
    expect(answer.findings).toMatchObject([
      { kind: 'ConfigMap', path: 'data.note', ours: '***', theirs: '***', secret: true },
      { kind: 'Secret', path: 'data.password', ours: '***', theirs: '***', secret: true, manager: 'kubectl-patch' },
    ]);
    const { rows } = await sql<{ text: string }>`
      select row_to_json(f)::text as text from drift_findings f union all select row_to_json(o)::text from drift_objects o`.execute(db);
    const all = JSON.stringify([answer, rows]);
    for (const text of ['another-long-secret', 'correct-horse-battery', Buffer.from('another-long-secret').toString('base64')])
      expect(all).not.toContain(text);
  });

  it('by the plan’s own workflows is no drift, and what they delete is not missed', async () => {
    const id = await create();
    await client.stopInstance({ params: { ...place, instanceId: id }, body: {} });
    await settled(id);
    expect((await cluster.get(settings(id))).data).toMatchObject({ mode: 'stopped' });
    expect(await check(id)).toMatchObject({ objects: 1, findings: [] });
    await patch(id, { data: { mode: 'running' } });
    expect((await check(id)).findings).toMatchObject([{ path: 'data.mode', ours: 'stopped', theirs: 'running' }]);
  });
});

/** Reverts all that has drifted of the instance, over the client that `connected` gives once it is decided. */
async function revertAll(id: string, connected: () => Promise<typeof cluster>): Promise<void> {
  const instance = await selectInstance(db, id);
  if (instance === undefined) throw new Error(`no ${id}`);
  const cells = { find: () => Promise.resolve({ key: 'default' }), client: connected };
  const deps = { db, sealer: createSealer(await loadMasterKey(config, () => {})), log: silentLogger, cells } as unknown as DriftDeps;
  await revertDrift(deps, { userId: 'user-test' } as Caller, instance, { all: true });
}

describe('a decision', () => {
  it('to accept holds until the field changes again', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    const [found] = (await check(id)).findings;
    const accepted = await client.acceptInstanceDrift({ params: { id }, body: { findings: [found?.id ?? ''] } });
    expect(accepted.findings).toMatchObject([{ state: 'accepted', theirs: '9' }]);
    expect(accepted.findings[0]?.decidedBy).toMatch(/^user-/);
    await patch(id, { metadata: { labels: { theirs: 'x' } } });
    expect((await check(id)).findings).toMatchObject([{ state: 'accepted' }]);
    const described = await client.describeInstance({ params: { ...place, instanceId: id }, query: {} });
    expect(described.consumptionResourceInstanceResult).not.toHaveProperty('driftedFields');
    await patch(id, { data: { size: '10' } });
    expect((await check(id)).findings).toMatchObject([{ state: 'open', theirs: '10', changes: 2 }]);
  });

  it('to accept does not keep the next modify from setting the field', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    await check(id);
    await client.acceptInstanceDrift({ params: { id }, body: { all: true } });
    await client.modifyInstance({ params: { ...place, instanceId: id }, body: { requestParams: { size: 3 } } });
    await settled(id);
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '3' });
    expect((await check(id)).findings).toMatchObject([{ state: 'reverted' }]);
  });

  it('to revert applies the object again, and says so of what comes back', async () => {
    const id = await create();
    await patch(id, { data: { size: '9', extra: 'not ours' } });
    await check(id);
    const reverted = await client.revertInstanceDrift({ params: { id }, body: { object: 'ConfigMap/settings' } });
    expect(reverted.findings).toMatchObject([{ path: 'data.size', state: 'reverted', changes: 1 }]);
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '1', extra: 'not ours' });
    // An operator that wants it otherwise puts it back, each time.
    for (const changes of [2, 3]) {
      await patch(id, { data: { size: '9' } }, 'some-operator');
      expect((await check(id)).findings).toMatchObject([{ state: 'open', manager: 'some-operator', changes }]);
      await client.revertInstanceDrift({ params: { id }, body: { all: true } });
    }
  });

  it('to revert applies what the last operation has left, though nobody has looked since', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    await check(id);
    await client.modifyInstance({ params: { ...place, instanceId: id }, body: { requestParams: { size: 3 } } });
    await settled(id);
    await client.revertInstanceDrift({ params: { id }, body: { all: true } });
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '3' });
    expect((await read(id)).findings).toMatchObject([{ state: 'reverted' }]);
  });

  it('to revert gives way to an operation that has written to the object before it was read', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    await check(id);
    // Between the decision and the read a modify comes and goes.
    const connected = async () => {
      await client.modifyInstance({ params: { ...place, instanceId: id }, body: { requestParams: { size: 4 } } });
      await settled(id);
      return cluster;
    };
    await expect(revertAll(id, connected)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '4' });
  });

  it('to revert is not kept from it by an operator that writes to the object meanwhile, unless it does so at every try', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    await check(id);
    const revert = (writes: number) => {
      let written = 0;
      const writing = new Proxy(cluster, {
        get: (target, member) => {
          const value = Reflect.get(target, member) as unknown;
          if (typeof value !== 'function') return value;
          if (member !== 'get') return value.bind(target) as unknown;
          return async (...asked: Parameters<typeof cluster.get>) => {
            const object = await cluster.get(...asked);
            if (written < writes) await patch(id, { data: { seen: String((written += 1)) } }, 'some-operator');
            return object;
          };
        },
      });
      return revertAll(id, () => Promise.resolve(writing));
    };
    await expect(revert(Number.POSITIVE_INFINITY)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '9' });
    await revert(3);
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '1', seen: '3' });
    expect((await read(id)).findings).toMatchObject([{ state: 'reverted' }]);
  });

  it('is refused while an operation acts on the instance', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    await check(id);
    await sql`insert into operations (id, instance_id, kind, status, requested_by) values (${`op-${id}`}, ${id}, 'modify', 'running', 'test')`.execute(
      db,
    );
    await expect(client.revertInstanceDrift({ params: { id }, body: { all: true } })).rejects.toMatchObject({
      body: { code: 'conflicting-operation' },
    });
    await expect(check(id)).rejects.toMatchObject({ body: { code: 'not-at-rest' } });
    await sql`delete from operations where id = ${`op-${id}`}`.execute(db);
    expect((await cluster.get(settings(id))).data).toMatchObject({ size: '9' });
  });

  it('is refused where it names nothing, too much, or what is not there', async () => {
    const id = await create();
    await patch(id, { data: { size: '9' } });
    await check(id);
    for (const body of [{}, { all: true, object: 'ConfigMap/settings' }, { all: false }])
      await expect(client.acceptInstanceDrift({ params: { id }, body })).rejects.toMatchObject({ body: { code: 'missing-field' } });
    for (const body of [{ findings: ['drift-none'] }, { object: 'ConfigMap/none' }, { object: "x' or 1=1" }])
      await expect(client.revertInstanceDrift({ params: { id }, body })).rejects.toMatchObject({ status: 404 });
    await expect(client.describeInstanceDrift({ params: { id: 'instance-none' } })).rejects.toMatchObject({ status: 404 });
    expect((await read(id)).findings).toMatchObject([{ state: 'open' }]);
  });
});

it('is nothing that another provider finds', async () => {
  const id = await create();
  await patch(id, { data: { size: '9' } });
  await check(id);
  const { rows } = await sql<{ org: string }>`select provider_org_id as org from instances where id = ${id}`.execute(db);
  await sql`insert into organizations (id, name) values ('org-other', 'Other')`.execute(db);
  await sql`update instances set provider_org_id = 'org-other' where id = ${id}`.execute(db);
  const params = { id };
  const body = { all: true };
  for (const call of [
    () => read(id),
    () => check(id),
    () => client.acceptInstanceDrift({ params, body }),
    () => client.revertInstanceDrift({ params, body }),
  ])
    await expect(call()).rejects.toMatchObject({ status: 404 });
  expect((await client.listDrift({})).instances.map((one) => one.instanceId)).not.toContain(id);
  await sql`update instances set provider_org_id = ${rows[0]?.org ?? ''} where id = ${id}`.execute(db);
});

// The last one: its cell does not come back.
it('is nothing that can be told while the cell does not answer', async () => {
  const id = await create();
  await patch(id, { data: { size: '9' } });
  await check(id);
  await simulated.stop();
  const away = { status: 503, body: { code: 'cell-away' } };
  await expect(check(id)).rejects.toMatchObject(away);
  await expect(client.revertInstanceDrift({ params: { id }, body: { all: true } })).rejects.toMatchObject(away);
  expect((await read(id)).findings).toMatchObject([{ state: 'open' }]);
});
