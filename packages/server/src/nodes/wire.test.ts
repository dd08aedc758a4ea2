/** The whole server on a simulated cell, over the real wire: what runs of an instance, for its provider and its customers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@cellplane/api';
import { connect, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../compose.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createSettled, releasePlan, startWholeServer } from '../whole-server.testing.js';
import { METRICS_CRD, podMetrics } from './metrics-api.testing.js';
import { talkingPlan } from './talking-plan.testing.js';

const PASSWORD = 'correct-horse-battery';
const { db, url } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'cellplane-nodes-'));
const simulated = await startSimulator({ log: () => {} });
const cluster = connect(loadKubeconfig({ text: simulated.kubeconfig }));

let server: Server;
let provider: Client;
let customer: Client;
let stranger: Client;
let place = { serviceId: '', environmentId: '', planId: '' };
let id = '';

beforeAll(async () => {
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, simulated.kubeconfig);
  ({ server, client: provider } = await startWholeServer({
    DATABASE_URL: url,
    CELLPLANE_DATA_DIR: folder,
    CELLPLANE_KUBECONFIG: kubeconfig,
  }));
  place = await releasePlan(provider, 'Talker', talkingPlan('{}'));
  id = await createSettled(provider, place.serviceId, { password: PASSWORD });
  [customer, stranger] = await Promise.all([signUp('ada'), signUp('eve')]);
  // The instance becomes a customer's.
  const { id: userId, orgId } = await customer.describeUser({});
  const { serviceId, environmentId, planId } = place;
  const body = { productTierId: planId, onBehalfOfCustomerUserId: userId };
  const { id: subscriptionId } = await provider.createSubscription({ params: { serviceId, environmentId }, body });
  await sql`update instances set org_id = ${orgId}, subscription_id = ${subscriptionId} where id = ${id}`.execute(db);
});
afterAll(async () => {
  await server?.stop();
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

async function signUp(name: string): Promise<Client> {
  const account = { email: `${name}@customers.example`, password: `a long password of ${name}` };
  await provider.createConsumptionUser({ body: { ...account, name, legalCompanyName: `${name} Inc`, enableAutoVerification: true } });
  const { jwtToken } = await provider.customerSignin({ body: { ...account, environmentType: 'DEV' } });
  return createClient({ baseUrl: server.url, token: () => jwtToken });
}

const params = () => ({ id });

describe('the logs of an instance', () => {
  const refusal = (answer: Promise<unknown>) =>
    answer.then(
      () => 'read',
      (error: { status: number; body: { code: string } }) => `${error.status} ${error.body.code}`,
    );
  const first = async (client: Client, node: string) => {
    for await (const message of client.followLog({ id, node })) return message.event;
    return 'nothing';
  };

  it('are its customers’ only by the feature of the plan, and a stranger’s never', async () => {
    const node = (await provider.listInstanceNodes({ params: params() })).nodes[0]?.id ?? '';
    const log = (client: Client) => refusal(client.readInstanceLog({ params: { id, node }, query: {} }));
    // This cluster says by itself that it runs nothing.
    expect(await log(provider)).toBe('409 no-log');
    expect(await log(customer)).toBe('403 logs-not-in-plan');
    expect(await refusal(first(customer, node))).toBe('403 logs-not-in-plan');
    const feature = { feature: 'LOGS', scope: 'CUSTOMER' };
    await provider.enablePlanFeature({ params: { serviceId: place.serviceId, id: place.planId }, body: feature });
    expect(await log(customer)).toBe('409 no-log');
    expect(await refusal(first(customer, node))).toBe('409 no-log');
    expect((await customer.listInstanceNodes({ params: params() })).logs).toBe(true);
    await provider.disablePlanFeature({ params: { serviceId: place.serviceId, id: place.planId }, body: feature });
    expect(await log(stranger)).toBe('404 instance-not-found');
    expect(await refusal(first(stranger, node))).toBe('404 instance-not-found');
  });

  it.each([-1, 0, 1.5, 1_000_000_000])('are not read %d lines long', async (tail) => {
    expect(await refusal(provider.readInstanceLog({ params: { id, node: 'x' }, query: { tail } }))).toMatch(/^400 /);
    await expect(provider.followLog({ id, node: 'x' }, { tail })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ status: 400 });
  });
});

describe('the metrics of an instance', () => {
  it('are there where the cell has the API, for customers by the feature of the plan', async () => {
    const read = (client: Client) => client.readInstanceMetrics({ params: params() });
    expect(await read(provider)).toMatchObject({ available: false, message: expect.stringContaining('install metrics-server') as string });
    await expect(read(customer)).rejects.toMatchObject({ status: 403, body: { code: 'metrics-not-in-plan' } });
    await expect(read(stranger)).rejects.toMatchObject({ status: 404 });
    const feature = { feature: 'METRICS', scope: 'CUSTOMER' };
    await provider.enablePlanFeature({ params: { serviceId: place.serviceId, id: place.planId }, body: feature });
    expect(await read(customer)).toMatchObject({ available: false, message: expect.stringContaining('ask your provider') as string });
    await cluster.create(METRICS_CRD);
    await expect.poll(async () => (await read(customer)).available, { timeout: 20_000 }).toBe(true);
    await cluster.create(podMetrics(id, 'talker-1', { cpu: '250m', memory: '63Mi', at: '2026-01-01T00:00:00Z' }));
    expect((await read(customer)).samples).toEqual([{ node: 'talker-1', at: '2026-01-01T00:00:00Z', cpu: 0.251, memory: 64 * 2 ** 20 }]);
    for await (const message of customer.followMetrics(id)) {
      expect(message).toMatchObject({ event: 'metrics', data: { samples: [{ node: 'talker-1' }] } });
      break;
    }
    await provider.disablePlanFeature({ params: { serviceId: place.serviceId, id: place.planId }, body: feature });
  });
});

describe('the nodes of an instance', () => {
  it('are told its provider with the machine, and its customer without', async () => {
    const seen = await provider.listInstanceNodes({ params: params() });
    expect(seen).toMatchObject({
      instanceId: id,
      unread: [],
      logs: true,
      metrics: true,
      nodes: [
        {
          status: 'RUNNING',
          healthStatus: 'HEALTHY',
          role: 'primary',
          ready: true,
          restarts: 0,
          machine: expect.any(String) as string,
          cpu: { request: 0.02 },
          memory: { request: 32 * 2 ** 20, limit: 64 * 2 ** 20 },
          containers: [{ name: 'talker', state: 'running', isInit: false }],
        },
      ],
    });
    const own = await customer.listInstanceNodes({ params: params() });
    expect(own.nodes[0]?.id).toBe(seen.nodes[0]?.id);
    expect(own).toMatchObject({ logs: false, metrics: false });
    expect(JSON.stringify(own)).not.toContain(seen.nodes[0]?.machine);
  });

  it('that are not well say why, without secrets and names of machines', async () => {
    const machine = (await provider.listInstanceNodes({ params: params() })).nodes[0]?.machine ?? '';
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'broken', namespace: id },
      spec: { containers: [{ name: 'main', image: `nonexistent.example/${PASSWORD}:1` }] },
    });
    await expect
      .poll(async () => (await customer.listInstanceNodes({ params: params() })).nodes.find((one) => one.id === 'broken'), {
        timeout: 20_000,
      })
      .toMatchObject({
        healthStatus: 'UNHEALTHY',
        reason: { code: 'image-pull', cure: '', words: expect.stringContaining('nonexistent.example/***:1') as string },
      });
    const { events } = await customer.listClusterEvents({ params: params(), query: { object: 'Pod/broken' } });
    expect(events.map(({ reason }) => reason)).toContain('Scheduled');
    expect(events.find(({ reason }) => reason === 'Scheduled')?.message).toBe(
      `Successfully assigned ${id}/broken to a machine of the cell`,
    );
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${machine}|${PASSWORD}`));
    const told = await provider.listClusterEvents({ params: params(), query: { object: 'Pod/broken' } });
    expect(told.events.find(({ reason }) => reason === 'Scheduled')?.message).toContain(machine);
  });

  it('come with the events of the namespace, the newest first, as many as are asked for', async () => {
    const { events } = await provider.listClusterEvents({ params: params(), query: {} });
    expect(events.length).toBeGreaterThan(2);
    expect(events.map(({ at }) => at)).toEqual(
      events
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    const warnings = await provider.listClusterEvents({ params: params(), query: { type: 'Warning', limit: 1 } });
    expect(warnings).toMatchObject({ events: [{ type: 'Warning' }], truncated: true });
  });

  it('are those of one namespace, and nobody else’s to see', async () => {
    for (const look of [
      () => stranger.listInstanceNodes({ params: params() }),
      () => stranger.listClusterEvents({ params: params(), query: {} }),
      () => provider.listInstanceNodes({ params: { id: 'kube-system' } }),
      () => provider.listInstanceNodes({ params: { id: '../nodes' } }),
    ])
      await expect(look()).rejects.toMatchObject({ status: 404, body: { code: 'instance-not-found' } });
  });

  it.each([{ limit: 0 }, { limit: -1 }, { limit: 1_000_000_000 }, { type: 'Other' as 'Normal' }])('refuse %j', async (query) => {
    await expect(provider.listClusterEvents({ params: params(), query })).rejects.toMatchObject({ status: 400 });
  });
});
