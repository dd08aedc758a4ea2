import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { callsPlan, openCalls, rested } from '../instance-api/calls.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
afterAll(() => world.close());

const onTwoClouds = (plan: string) => plan.replace('hostedDeployment:', 'hostedDeployment:\n    gcpProjectId: "a-project"');
const endpoints = `endpointConfiguration:
  open: {host: "$sys.network.externalClusterEndpoint", ports: [5432], primary: true}
  inside: {host: "in-{{ $sys.network.internalClusterEndpoint }}", ports: [5433], networkingType: INTERNAL}
  outside: {host: "out-{{ $sys.network.externalClusterEndpoint }}", ports: [5434], networkingType: PUBLIC}`;
const onAws = await world.offer(
  callsPlan({ service: 'endpointConfiguration:\n  open: {host: db.example, ports: [1], networkingType: PUBLIC}' }),
);
const anywhere = await world.offer(onTwoClouds(callsPlan({ service: endpoints })));

/** The customer's route and the provider's. */
const doors = ({ place }: typeof onAws) => {
  const segments = `${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/database`;
  return [`/resource-instance/${segments}`, `/fleet/resource-instance/${segments}`] as const;
};
const describe = async (plan: typeof onAws, id: string) => (await world.request('GET', world.fleet(plan, `instance/${id}`))).body;

it.each([
  [{ cloud_provider: 'nocloud', region: 'x' }, 'cloud_provider', 'cloud-provider-not-served'],
  [{ region: 'mars-1' }, 'region', 'region-not-served'],
  [{ cloud_provider: 'aws', region: 'europe-west3' }, 'region', 'region-not-served'],
  [{ cloud_provider: 'gcp', region: 'europe-west3' }, 'cloud_provider', 'cloud-provider-not-offered'],
  [{ cloudProvider: 'gcp' }, 'cloud_provider', 'cloud-provider-not-offered'],
  [{ network_type: 'BOGUS' }, 'network_type', 'network-type-not-served'],
  [{ network_type: 'PRIVATE_LINK' }, 'network_type', 'network-type-not-served'],
  [{ network_type: 'INTERNAL' }, 'network_type', 'network-type-not-offered'],
])('a create with %j is refused by name on every door', async (body, field, code) => {
  for (const door of doors(onAws)) {
    const refused = await world.request('POST', door, body);
    expect([refused.status, refused.body.code, refused.body.details[0].field]).toEqual([400, code, field]);
  }
});

it('what is shown is where the instance is: the offering, the instance, and what its plan reads', async () => {
  const created = await world.request('POST', doors(anywhere)[0], { cloud_provider: 'GCP', region: 'Europe-West3' });
  expect(created.status).toBe(202);
  const { id } = created.body;
  await world.reach(id, 'RUNNING');
  const shown = (await describe(anywhere, id)).consumptionResourceInstanceResult;
  expect(shown).toMatchObject({ cloud_provider: 'gcp', region: 'europe-west3', network_type: 'PUBLIC' });
  const evaluate = {
    serviceID: anywhere.place.serviceId,
    instanceID: id,
    resourceKey: 'database',
    expression: '$sys.deploymentCell.region',
  };
  expect((await world.request('POST', '/resource-instance/expression-evaluator', evaluate)).body.result).toBe('europe-west3');
  for (const [body, field] of [
    [{ region: 'us-central1' }, 'region'],
    [{ cloud_provider: 'aws' }, 'cloud_provider'],
    [{ network_type: 'BOGUS' }, 'network_type'],
  ] as const) {
    for (const door of [`${doors(anywhere)[0]}/${id}`, world.fleet(anywhere, `instance/${id}`)]) {
      const refused = await world.request('PATCH', door, { ...body, requestParams: { size: 8 } });
      expect([refused.status, refused.body.details[0].field]).toEqual([400, field]);
    }
  }
  // What a form sends back as it is changes nothing.
  const same = { cloud_provider: 'gcp', region: 'europe-west3', network_type: 'public', requestParams: { size: 8 } };
  expect((await world.request('PATCH', world.fleet(anywhere, `instance/${id}`), same)).status).toBe(200);
  await rested(world, id);
});

it('on an internal network nothing is public, and the names are internal ones', async () => {
  const { operator } = world.cluster;
  world.cluster.operator = () => {};
  const { id } = (await world.request('POST', doors(anywhere)[1], { network_type: 'INTERNAL' })).body;
  const before = Object.values<Record<string, unknown>>(
    (await describe(anywhere, id)).consumptionResourceInstanceResult.detailedNetworkTopology,
  )[0];
  // What has not run yet has no endpoint.
  expect(before).toMatchObject({ clusterEndpoint: '', additionalEndpoints: {}, publiclyAccessible: false });
  world.cluster.operator = operator;
  world.release(`${id}-create`);
  await world.reach(id, 'RUNNING');
  await rested(world, id);
  const shown = (await describe(anywhere, id)).consumptionResourceInstanceResult;
  const topology = Object.values<Record<string, unknown>>(shown.detailedNetworkTopology)[0];
  expect(shown.network_type).toBe('INTERNAL');
  expect(topology).toMatchObject({
    networkingType: 'INTERNAL',
    publiclyAccessible: false,
    clusterEndpoint: expect.stringContaining('-internal.'),
    additionalEndpoints: { open: { networkingType: 'INTERNAL' }, inside: { networkingType: 'INTERNAL' } },
  });
  expect(Object.keys(topology?.['additionalEndpoints'] as object)).toEqual(['open', 'inside']);
  // Opened, it shows all of them.
  const opened = await world.request('PATCH', world.fleet(anywhere, `instance/${id}`), { network_type: 'PUBLIC' });
  expect(opened.status).toBe(200);
  await rested(world, id);
  const now = Object.values<Record<string, unknown>>(
    (await describe(anywhere, id)).consumptionResourceInstanceResult.detailedNetworkTopology,
  )[0];
  expect(now).toMatchObject({ publiclyAccessible: true, additionalEndpoints: { outside: { networkingType: 'PUBLIC' } } });
});
