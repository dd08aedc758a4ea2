/** A provider's catalogue: products, environments, plans, versions, and what customers see of them. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { PLAN, type World } from '../world.testing.js';

/** A product from its first environment to its end. */
export async function products({ provider }: World): Promise<void> {
  const id = await provider.createService({ body: { name: 'Ledger', description: 'Books' } });
  await provider.updateService({ params: { id }, body: { description: 'Books of accounts' } });
  expect(await provider.describeService({ params: { id } })).toMatchObject({ name: 'Ledger', description: 'Books of accounts' });
  const body = { name: 'Dev', description: 'first', deploymentConfigId: 'default', type: 'DEV', visibility: 'PRIVATE' };
  const dev = await provider.createServiceEnvironment({ params: { serviceId: id }, body });
  const spec = await readFile(new URL(`../../../${PLAN}`, import.meta.url), 'utf8');
  const plan = { name: 'Ledger', environment: 'Dev', environmentType: 'DEV', fileContent: Buffer.from(spec).toString('base64') };
  await provider.prepareServicePlanSpec({ body: plan });
  await provider.buildServicePlanSpec({ body: { ...plan, release: true, releaseAsPreferred: true, dryrun: false, allowUnserved: true } });
  const prod = await provider.createServiceEnvironment({
    params: { serviceId: id },
    body: { ...body, name: 'Prod', type: 'PROD', sourceEnvironmentId: dev },
  });
  await provider.updateServiceEnvironment({ params: { serviceId: id, id: prod }, body: { description: 'for customers' } });
  expect((await provider.listServiceEnvironments({ params: { serviceId: id } })).ids).toEqual(expect.arrayContaining([dev, prod]));
  expect(await provider.describeServiceEnvironment({ params: { serviceId: id, id: prod } })).toMatchObject({
    description: 'for customers',
    sourceEnvironmentId: dev,
  });
  const { fingerprint, targets } = await provider.previewPromotion({ params: { serviceId: id, id: dev }, query: {} });
  expect(targets).toMatchObject([{ environmentId: prod, status: 'OUT_OF_SYNC', plans: [{ action: 'new-plan' }] }]);
  await provider.promoteServiceEnvironment({
    params: { serviceId: id, id: dev },
    body: { allowUnserved: true, allowMissingSecrets: true, expected: fingerprint },
  });
  expect(await provider.describePromotion({ params: { serviceId: id, id: dev } })).toEqual([
    expect.objectContaining({ targetEnvironmentID: prod, status: 'IN_SYNC' }),
  ]);
  for (const environment of [prod, dev]) {
    const { servicePlans } = await provider.listServicePlans({ params: { serviceId: id, serviceEnvironmentId: environment }, query: {} });
    for (const { productTierId } of servicePlans) await provider.deleteProductTier({ params: { serviceId: id, id: productTierId } });
    await provider.deleteServiceEnvironment({ params: { serviceId: id, id: environment } });
  }
  await provider.deleteService({ params: { id } });
  expect((await provider.listServices({})).ids).not.toContain(id);
  const { deletions } = await provider.listCatalogDeletions({ query: { targetId: id } });
  expect(deletions).toMatchObject([{ kind: 'service', name: 'Ledger', status: 'SUCCEEDED' }]);
  await provider.describeCatalogDeletion({ params: { id: deletions[0]?.id ?? '' } });
}

/** The reads of a plan and of its parts, and its features. */
export async function plans({ provider, plan, ada }: World): Promise<void> {
  const { serviceId, environmentId, productTierId } = plan;
  const tier = { serviceId, productTierId };
  const described = await provider.describeProductTier({ params: { serviceId, id: productTierId }, query: {} });
  const model = described.serviceModelId;
  const { ids: apis } = await provider.listServiceApis({ params: { serviceId, serviceEnvironmentId: environmentId } });
  const [api = ''] = apis;
  await provider.describeServiceApi({ params: { serviceId, id: api } });
  expect((await provider.listServiceModels({ params: { serviceId, serviceApiId: api } })).ids).toContain(model);
  await provider.describeServiceModel({ params: { serviceId, id: model } });
  expect((await provider.listProductTiers({ params: { serviceId, serviceModelId: model } })).ids).toContain(productTierId);
  await provider.getServicePlan({ params: tier });
  await provider.describePlanFindings({ params: tier, query: {} });
  await provider.describePendingChanges({ params: { serviceId, id: api }, query: { productTierId } });
  await provider.describeDeploymentConfig({ params: { id: 'default' } });
  const { resources } = await provider.listResources({ params: tier, query: {} });
  const resourceId = resources[0]?.id ?? '';
  const of = { ProductTierId: productTierId };
  await provider.describeResource({ params: { serviceId, id: resourceId }, query: of });
  expect((await provider.listInputParameters({ params: { serviceId, resourceId }, query: of })).inputParameters).not.toEqual([]);
  await provider.listOutputParameters({ params: { serviceId, resourceId }, query: of });
  const { customWorkflows } = await provider.listCustomWorkflows({ params: tier, query: {} });
  const workflow = customWorkflows.find(({ isSystemWorkflow }) => !isSystemWorkflow)?.id ?? '';
  await provider.describeCustomWorkflow({ params: { serviceId, id: workflow }, query: { productTierId } });
  const feature = { feature: 'LICENSING', scope: 'CUSTOMER' };
  await provider.enablePlanFeature({
    params: { serviceId, id: productTierId },
    body: { ...feature, configuration: { provider: 'native' } },
  });
  await provider.disablePlanFeature({ params: { serviceId, id: productTierId }, body: feature });
  await provider.enableModelFeature({ params: { serviceId, id: model }, body: { feature: 'CUSTOM_NETWORKS' } });
  await provider.disableModelFeature({ params: { serviceId, id: model }, body: { feature: 'CUSTOM_NETWORKS' } });
  await provider.listFleetServiceOfferings({ query: {} });
  await provider.describeFleetServiceOffering({ params: { serviceId }, query: {} });
  await provider.describeFleetServiceOfferingResource({ params: { serviceId, resourceId, instanceId: 'none' }, query: { productTierId } });
  await provider.describeServiceHealth({ query: { serviceID: serviceId, serviceEnvironmentID: environmentId } });
  expect((await provider.describeProductHealth({ params: { id: serviceId } })).report).toHaveProperty(environmentId);
  await provider.describeInventorySummary({ params: { serviceId, environmentId } });
  for (const query of ['service:s', 'serviceplan:p', 'resource:r', 'resourceinstance:i', 'subscription:s', 'upgradepath:u', 'snapshot:s'])
    await provider.searchInventory({ body: { query } });
  expect(await provider.searchInventory({ body: { query: `user:${ada.email}` } })).toEqual({
    userResults: [{ id: ada.userId, email: ada.email, name: 'ada', orgName: 'ada Inc', external: true }],
  });
  expect((await provider.searchInventory({ body: { query: 'deploymentcell:SIMUL' } })).deploymentCellResults).toHaveLength(1);
  const find = async (query: string) =>
    (await provider.searchEnvironment({ params: { serviceId, environmentId }, body: { query } })).results.map(({ kind, id }) => [kind, id]);
  expect(await find('user:ADA')).toEqual([['user', ada.userId]]);
  expect(await find('org:nobody')).toEqual([]);
  expect(await find(ada.email)).toEqual([
    ['subscription', ada.subscription],
    ['user', ada.userId],
  ]);
  await provider.listAccountConfigs({ params: { cloudProviderName: 'aws' } });
  await provider.listFleetAccountConfigs({});
}

/** A second version, and what can be done with versions. */
export async function versions({ provider, plan }: World): Promise<void> {
  const { serviceId, productTierId, version } = plan;
  const tier = { serviceId, productTierId };
  const [api = ''] = (await provider.listServiceApis({ params: { serviceId, serviceEnvironmentId: plan.environmentId } })).ids;
  const spec = await provider.getVersionSetSpec({ params: tier, query: { version } });
  await provider.buildServicePlanSpec({
    body: {
      name: 'Postgres',
      environment: 'Production',
      environmentType: 'PROD',
      fileContent: Buffer.from(spec.specContent.replace('with backups to an object store', 'and its backups')).toString('base64'),
      dryrun: false,
      release: false,
    },
  });
  await provider.releaseServiceApi({ params: { serviceId, id: api }, body: { productTierId, versionSetName: 'second' } });
  const { tierVersionSets } = await provider.listVersionSets({ params: tier, query: {} });
  const second = tierVersionSets[0]?.version ?? '';
  expect(second).not.toBe(version);
  await provider.updateVersionSet({ params: { ...tier, version: second }, body: { name: 'the second' } });
  expect(await provider.describeVersionSet({ params: { ...tier, version: second } })).toMatchObject({ name: 'the second' });
  const changes = await provider.diffVersionSets({ params: { ...tier, version, anotherVersion: second } });
  expect(changes.differences).toMatchObject([{ area: 'plan', fields: [{ path: 'description' }] }]);
  await provider.updateVersionSetMetadata({ params: { ...tier, version: second }, body: { releaseNotes: 'Other words.' } });
  expect(await provider.describeVersionSetMetadata({ params: { ...tier, version: second } })).toMatchObject({
    releaseNotes: 'Other words.',
  });
  await provider.promoteVersionSet({ params: { ...tier, version: second }, query: {} });
  await provider.promoteVersionSet({ params: { ...tier, version }, query: {} });
  await provider.deprecateVersionSet({ params: { ...tier, version: second } });
  expect((await provider.listVersionSetSpecs({ params: tier })).specs).toHaveLength(2);
}

/** What a customer sees of it all. */
export async function offerings({ nobody, ada, plan }: World): Promise<void> {
  const { client } = ada;
  const { serviceId, productTierId } = plan;
  await nobody.getJsonSchema({ query: { type: 'service-plan' } });
  const { services } = await client.listServiceOfferings({ query: {} });
  expect(services.map((one) => one.serviceId)).toContain(serviceId);
  const { offerings: offered } = await client.describeServiceOffering({ params: { serviceId }, query: {} });
  const resourceId = offered[0]?.resourceParameters[0]?.resourceId ?? '';
  await client.customerDescribeOfferingResource({ params: { serviceId, resourceId, instanceId: 'none' }, query: { productTierId } });
  await client.customerListVersionSets({ params: { serviceId, productTierId }, query: {} });
  await client.describePlanInputs({ params: { serviceId, productTierId }, query: {} });
  await client.getSwaggerSpec({ params: { serviceId, id: offered[0]?.serviceAPIID ?? '' }, query: {} });
  const { ids: clouds } = await client.listCloudProviders({});
  await client.describeCloudProvider({ params: { id: clouds[0] ?? '' } });
  await client.getCloudProviderByName({ params: { name: 'aws' } });
  const { ids: regions } = await client.listRegions({ params: { cloudProviderName: 'aws' } });
  const { code } = await client.describeRegion({ params: { id: regions[0] ?? '' } });
  await client.getRegionByCode({ params: { code, cloudProviderName: 'aws' } });
  const { ids: zones } = await client.listAvailabilityZones({ params: { cloudProviderName: 'aws' } });
  const zone = await client.describeAvailabilityZone({ params: { id: zones[0] ?? '' } });
  await client.listAvailabilityZonesOfRegion({ params: { regionCode: code, cloudProviderName: 'aws' } });
  await client.getAvailabilityZoneByCode({ params: { code: zone.code, cloudProviderName: 'aws' } });
  await client.describeBillingStatus({});
}
