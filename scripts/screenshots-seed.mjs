// What the pictures show besides what `npm start` makes: instances of two customers in several states, snapshots, a second version of the
// plan, and an upgrade to it that watches its first wave.
import { readFileSync } from 'node:fs';
import { createClient, createInstancePath } from '@cellplane/api/client';
import { root } from './install.mjs';

const ACME = [
  { name: 'billing', numberOfInstances: 3, storageSize: '100Gi' },
  { name: 'analytics', storageSize: '500Gi', maxConnections: 400 },
  { name: 'sessions', end: 'stopped' },
  { name: 'search-index' },
  { name: 'orders-staging', end: 'stopped' },
  { name: 'reports', end: 'failed' },
];
const GLOBEX = [{ name: 'shop', numberOfInstances: 2 }, { name: 'crm' }, { name: 'newsletter' }];

const READY = /^(RUNNING|STOPPED|FAILED)$/;

/** Makes all of it, as the provider. Answers what the pictures name: the plan, the upgrade's path, and a run. */
export async function seed({ url, provider, instance }) {
  let token = '';
  const client = createClient({ baseUrl: url, token: () => token });
  token = (await client.signin({ body: provider })).jwtToken;
  const spec = readFileSync(`${root}examples/postgres-operator/spec.yaml`, 'utf8');
  const plan = await build(client, spec);
  const place = (instanceId) => ({ serviceId: plan.serviceID, environmentId: plan.serviceEnvironmentID, instanceId });
  const { subscriptions } = await client.listAllSubscriptions({ query: {} });
  const subscriptionOf = (company) => subscriptions.find((one) => one.rootUserOrgName === company)?.id;
  const created = createPath(await client.describeServiceOffering({ params: { serviceId: plan.serviceID }, query: {} }));
  const create = async (company, { name, end, ...requestParams }) => {
    const { id } = await client.createInstance({
      params: created,
      body: { subscriptionId: subscriptionOf(company), requestParams, customTags: [{ key: 'name', value: name }] },
    });
    if (end === 'failed') await stopRun(client, plan, id);
    await settled(client, id);
    if (end === 'stopped') {
      await client.stopInstance({ params: place(id), body: {} });
      await settled(client, id, 'STOPPED');
    }
    return id;
  };

  await client.updateInstanceMetadata({ params: place(instance), body: { customTags: [{ key: 'name', value: 'orders' }] } });
  const [billing] = await inTurn(ACME, (one) => create('Acme', one));
  const { run } = await client.describeInstanceProgress({ params: { id: billing } });
  await inTurn(GLOBEX, (one) => create('Globex', one));
  for (let times = 0; times < 2; times += 1) {
    await client.createInstanceSnapshot({ params: place(instance), body: {} });
    await settled(client, instance);
  }

  await build(client, spec.replaceAll(/^( +)max_connections: .*$/gm, '$&\n$1log_min_duration_statement: "500"'));
  const of = { serviceId: plan.serviceID, productTierId: plan.productTierID };
  const { upgradePathId } = await client.createUpgradePath({
    params: of,
    body: {
      sourceVersion: '1.0',
      targetVersion: '2.0',
      upgradeFilters: {},
      maxConcurrentUpgrades: 2,
      strategy: { canary: 1, waves: [3], soakSeconds: 3_600, haltAtFailures: 1 },
    },
  });
  await until('the first wave is upgraded', async () => {
    const path = await client.describeUpgradePath({ params: { ...of, upgradePathId } });
    return path.completedCount > 0 && path.inProgressCount === 0;
  });
  return { plan: plan.productTierID, path: upgradePathId, run: run.id };
}

/** Builds the example plan as `npm start` does; without a change nothing new comes of it. */
function build(client, spec) {
  const fileContent = Buffer.from(spec).toString('base64');
  return client.buildServicePlanSpec({
    body: { name: 'Postgres', fileContent, environment: 'Dev', environmentType: 'DEV', release: true, releaseAsPreferred: true },
  });
}

async function inTurn(list, act) {
  const answers = [];
  for (const one of list) answers.push(await act(one));
  return answers;
}

function createPath(service) {
  const [offering] = service.offerings;
  return createInstancePath(service, offering, offering.resourceParameters[0]);
}

/** Ends the run of an instance, so that it has failed. */
async function stopRun(client, plan, instanceId) {
  const { run } = await client.describeInstanceProgress({ params: { id: instanceId } });
  await client.terminateWorkflow({
    params: { serviceId: plan.serviceID, environmentId: plan.serviceEnvironmentID, id: run.id },
  });
}

/** Waits until nothing more happens to an instance. */
async function settled(client, id, status) {
  await until(`instance ${id} has settled`, async () => {
    const progress = await client.describeInstanceProgress({ params: { id } });
    return progress.final && (status === undefined ? READY.test(progress.status) : progress.status === status);
  });
}

async function until(what, probe) {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not within two minutes: ${what}`);
}
