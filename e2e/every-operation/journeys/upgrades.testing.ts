/** An instance of the provider and one of a customer come to another version, and what others have changed of their objects. */
import { reaches, urlKeys, type World } from '../world.testing.js';

export async function upgrades({ provider, ada: { client, subscription }, plan }: World): Promise<void> {
  const { serviceId, environmentId, productTierId, version } = plan;
  const [api = ''] = (await provider.listServiceApis({ params: { serviceId, serviceEnvironmentId: environmentId } })).ids;
  const { specContent } = await provider.getVersionSetSpec({ params: { serviceId, productTierId }, query: { version } });
  await provider.buildServicePlanSpec({
    body: {
      name: 'Postgres',
      environment: 'Production',
      environmentType: 'PROD',
      fileContent: Buffer.from(specContent.replace('with backups to an object store', 'with backups elsewhere')).toString('base64'),
      dryrun: false,
      release: false,
    },
  });
  await provider.releaseServiceApi({ params: { serviceId, id: api }, body: { productTierId, versionSetName: 'to upgrade to' } });
  const { tierVersionSets } = await provider.listVersionSets({ params: { serviceId, productTierId }, query: {} });
  const target = tierVersionSets[0]?.version ?? '';
  const own = await provider.createInstance({ params: await urlKeys(provider, plan), body: { requestParams: {} } });
  const keys = await urlKeys(client, plan);
  const query = { subscriptionId: subscription };
  const theirs = await client.customerCreateInstance({ params: keys, query, body: { requestParams: {} } });
  for (const { id } of [own, theirs]) await reaches(provider, id, 'RUNNING');

  await provider.checkInstanceDrift({ params: { id: own.id } });
  await provider.describeInstanceDrift({ params: { id: own.id } });
  await provider.listDrift({});

  await provider.upgradeInstance({ params: { serviceId, environmentId, instanceId: own.id }, body: { targetTierVersion: target } });
  const feature = { feature: 'VERSION_SET_OVERRIDE', scope: 'CUSTOMER' };
  await provider.enablePlanFeature({ params: { serviceId, id: productTierId }, body: feature });
  await client.customerUpgradeInstance({ params: { id: theirs.id }, body: { targetVersion: target } });
  for (const { id } of [own, theirs]) await reaches(provider, id, 'RUNNING');
  await provider.disablePlanFeature({ params: { serviceId, id: productTierId }, body: feature });
}
