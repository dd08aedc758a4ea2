import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { planPlace, planVersion, resolveOfferingPath } from './catalog.js';
import { base64, emptyInventory, testCatalog, testSpec } from './catalog.testing.js';

const { db } = await testDatabase();
let live = 0;
const inventory = emptyInventory({
  countInstances: async (_, planIds) => (live > 0 && planIds[0] !== undefined ? [{ planId: planIds[0], version: '1.0', count: live }] : []),
});
const { caller, handlers } = await testCatalog(db, inventory);
const stranger = { ...caller, orgId: 'org-stranger' };

const place = (name: string) => ({ name, environment: 'Dev', environmentType: 'DEV' });
const nothing = { params: {} as never, query: {}, body: undefined, caller };

async function build(name: string, spec = testSpec(), options: object = {}) {
  const body = { ...place(name), fileContent: base64(spec), dryrun: false, release: false, releaseAsPreferred: false, ...options };
  return handlers.buildServicePlanSpec({ ...nothing, body });
}

async function versions(built: { serviceID: string; productTierID: string }) {
  const params = { serviceId: built.serviceID, productTierId: built.productTierID };
  const { tierVersionSets } = await handlers.listVersionSets({ ...nothing, params });
  return tierVersionSets.map((set) => `${set.version} ${set.status}`);
}

describe('build', () => {
  it('makes service, environment, plan and version 1.0 as preferred, even without a release flag', async () => {
    const built = await build('Fresh');
    expect(built).toMatchObject({ isNewServicePlanVersionCreated: true, undefinedResources: {} });
    expect([built.serviceID, built.serviceEnvironmentID, built.productTierID].map((id) => id.split('-')[0])).toEqual(['s', 'se', 'pt']);
    expect(await versions(built)).toEqual(['1.0 Preferred']);
  });

  it('prepares idempotently, and says "new" until there is a version', async () => {
    const body = { ...place('Prepared'), fileContent: base64(testSpec()) };
    const first = await handlers.prepareServicePlanSpec({ ...nothing, body });
    expect(await handlers.prepareServicePlanSpec({ ...nothing, body: { ...body, name: 'PREPARED' } })).toEqual(first);
    expect(first.isNewProductTierCreated).toBe(true);
    expect((await build('Prepared')).productTierID).toBe(first.productTierID);
    expect(await handlers.prepareServicePlanSpec({ ...nothing, body })).toMatchObject({ ...first, isNewProductTierCreated: false });
  });

  it('makes no version of an unchanged spec, whatever its comments, unless forced', async () => {
    const built = await build('Same');
    const again = await build('Same', testSpec({ comment: 'another comment' }), { release: true });
    expect(again).toEqual({ ...built, isNewServicePlanVersionCreated: false });
    await build('Same', testSpec(), { forceCreateNewServicePlanVersion: true });
    expect(await versions(built)).toEqual(['2.0 Active', '1.0 Preferred']);
    await build('Same', testSpec(), { releaseAsPreferred: true });
    expect(await versions(built)).toEqual(['2.0 Preferred', '1.0 Active']);
  });

  it('releases a changed spec, newest first, with its name', async () => {
    const built = await build('Changing');
    await build('Changing', testSpec({ image: 'two' }), { release: true, releaseVersionName: 'second' });
    expect(await versions(built)).toEqual(['2.0 Active', '1.0 Preferred']);
    await build('Changing', testSpec({ image: 'three' }), { releaseAsPreferred: true });
    expect(await versions(built)).toEqual(['3.0 Preferred', '2.0 Active', '1.0 Active']);
    expect((await planVersion(db, caller.orgId, built.productTierID, '2')).name).toBe('second');
  });

  it('keeps an unreleased change as pending, for the release operation', async () => {
    const built = await build('Pending');
    const plan = { serviceId: built.serviceID, planId: built.productTierID };
    const { serviceApiId } = (await planVersion(db, caller.orgId, plan.planId)).place;
    const pending = async () =>
      Object.values(
        (await handlers.describePendingChanges({ ...nothing, params: { serviceId: plan.serviceId, id: serviceApiId } })).resourceChangeSets,
      ).map((set) => set.resourceChanges);
    expect(await pending()).toEqual(['ACTIVE']);
    expect(await build('Pending', testSpec({ image: 'two' }))).toMatchObject({ isNewServicePlanVersionCreated: false });
    expect(await versions(built)).toEqual(['1.0 Preferred']);
    expect(await pending()).toEqual(['PENDING_UPDATE']);
    const release = (body: object) =>
      handlers.releaseServiceApi({
        ...nothing,
        params: { serviceId: plan.serviceId, id: serviceApiId },
        body: { productTierId: plan.planId, ...body },
      });
    await release({ dryRun: true });
    expect(await versions(built)).toEqual(['1.0 Preferred']);
    await release({ isPreferred: true });
    expect(await versions(built)).toEqual(['2.0 Preferred', '1.0 Active']);
  });

  it('stores nothing in a dry run', async () => {
    const dry = await build('Dry', testSpec(), { dryrun: true });
    expect(dry).toMatchObject({ serviceID: '', isNewServicePlanVersionCreated: false });
    const { serviceResults } = await handlers.searchInventory({ ...nothing, body: { query: 'service:Dry' } });
    expect(serviceResults).toEqual([]);
  });

  it('tells in a dry run what would change against the newest version, and which secrets are missing', async () => {
    const first = testSpec();
    await build('Told', first, { release: true, releaseAsPreferred: true });
    expect(await build('Told', first, { dryrun: true })).toMatchObject({ newestVersion: '1.0', differences: [] });
    const second = first.replace('    apiParameters:', '    apiParameters:\n      - {key: told, type: String, defaultValue: "x"}');
    const told = await build('Told', second, { dryrun: true });
    expect(told).toMatchObject({ newestVersion: '1.0', isNewServicePlanVersionCreated: false });
    expect(told.differences).toContainEqual(expect.objectContaining({ area: 'parameter', name: 'told', change: 'added' }));
    expect(await build('New', first, { dryrun: true })).toMatchObject({ differences: [], missingSecrets: [] });
    expect((await build('New', first, { dryrun: true })).newestVersion).toBeUndefined();
  });

  it('answers every problem of a spec at once, with its place', async () => {
    const broken = testSpec()
      .replace('tenancyType: CUSTOM_TENANCY', 'tenancyType: NONSENSE')
      .replace('    apiParameters:', '    apiParamters:');
    const failure: unknown = await build('Broken', broken).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'bad_request', code: 'invalid-plan-spec', message: expect.stringMatching(/^Invalid request: /) });
    const { details, message } = failure as { message: string; details: { line: number; message: string }[] };
    expect(details.length).toBeGreaterThanOrEqual(2);
    expect(details.map((detail) => detail.line)).toContain(7);
    for (const detail of details) expect(message).toContain(detail.message);
    expect((await handlers.searchInventory({ ...nothing, body: { query: 'service:Broken' } })).serviceResults).toEqual([]);
  });

  it('refuses text that is not base64, bytes that are not UTF-8, and a blank name', async () => {
    await expect(build('Odd', '', { fileContent: '*&^' })).rejects.toMatchObject({ code: 'invalid-file-content' });
    const fileContent = Buffer.from([0x61, 0x0a, 0xff, 0xfe]).toString('base64');
    await expect(build('Odd', '', { fileContent })).rejects.toMatchObject({ details: [{ code: 'not-utf8', line: 2, column: 1 }] });
    await expect(build(' \t')).rejects.toMatchObject({ code: 'missing-field', details: [{ field: 'name' }] });
  });

  it('refuses a spec whose texts cannot be stored', async () => {
    const broken = testSpec().replace(/^name: .*$/m, String.raw`name: "A\0"`);
    await expect(build('Odd', broken)).rejects.toMatchObject({ details: [{ code: 'unstorable-character', field: 'name' }] });
  });

  it('refuses an unknown environment type, and one that differs from the environment', async () => {
    await build('Typed');
    await expect(build('Typed', testSpec(), { environmentType: 'PROD' })).rejects.toMatchObject({ code: 'environment-type-differs' });
    await expect(build('Typed', testSpec(), { environmentType: 'moon' })).rejects.toMatchObject({ code: 'unknown-environment-type' });
    await expect(build('Typed', testSpec(), { environment: 'live', environmentType: 'prod' })).resolves.toBeTruthy();
  });

  it('takes turns: ten builds at once make one service and one version', async () => {
    const built = await Promise.all(Array.from({ length: 10 }, () => build('Crowd')));
    expect(new Set(built.map((one) => one.productTierID)).size).toBe(1);
    expect(built.filter((one) => one.isNewServicePlanVersionCreated)).toHaveLength(1);
  });
});

describe('reads', async () => {
  const built = await build('Readable Service');
  const version = await planVersion(db, caller.orgId, built.productTierID);
  const resourceId = version.resourceIds['cache'] ?? version.resourceIds['Cache'] ?? '';

  it('show service, plan, model, version and resource with the ids that lead on', async () => {
    const service = await handlers.describeService({ ...nothing, params: { id: built.serviceID } });
    expect(service.serviceEnvironments[0]?.servicePlans[0]).toMatchObject({
      productTierID: built.productTierID,
      name: 'Small Plan',
      modelType: 'CUSTOMER_HOSTED',
    });
    const params = { serviceId: built.serviceID, id: built.productTierID };
    const tier = await handlers.describeProductTier({ ...nothing, params });
    expect(Object.keys(tier.apiGroups)).toEqual([resourceId]);
    const model = await handlers.describeServiceModel({ ...nothing, params: { serviceId: built.serviceID, id: tier.serviceModelId } });
    expect(model).toMatchObject({ serviceApiId: tier.apiGroups[resourceId], productTiers: [built.productTierID] });
    const set = await handlers.describeVersionSet({
      ...nothing,
      params: { serviceId: built.serviceID, productTierId: built.productTierID, version: 'preferred' },
    });
    expect(set).toMatchObject({ version: '1.0', resources: [{ id: resourceId, name: 'Cache' }] });
    const resource = await handlers.describeResource({
      ...nothing,
      params: { serviceId: built.serviceID, id: resourceId },
      query: { ProductTierVersion: '1.0' },
    });
    expect(resource).toMatchObject({
      resourceType: 'OperatorCRD',
      operatorCRDConfiguration: { template: expect.stringContaining('kind: ConfigMap') },
    });
  });

  it('show parameters, but never the default of a password', async () => {
    const { inputParameters } = await handlers.listInputParameters({ ...nothing, params: { serviceId: built.serviceID, resourceId } });
    expect(inputParameters).toMatchObject([
      { key: 'size', type: 'Float64', defaultValue: '1', modifiable: true },
      { key: 'adminPassword', type: 'Password' },
    ]);
    expect(JSON.stringify(inputParameters)).not.toContain('changeme');
    const { outputParameters } = await handlers.listOutputParameters({ ...nothing, params: { serviceId: built.serviceID, resourceId } });
    expect(outputParameters).toMatchObject([{ key: 'image' }]);
  });

  it('say "Version set not found" for a version that does not exist', async () => {
    for (const wrong of ['9.0', 'nonsense'])
      await expect(
        handlers.describeVersionSet({
          ...nothing,
          params: { serviceId: built.serviceID, productTierId: built.productTierID, version: wrong },
        }),
      ).rejects.toMatchObject({ kind: 'not_found', message: expect.stringContaining('Version set not found') });
  });

  it('do not exist for another organization', async () => {
    await expect(handlers.describeService({ ...nothing, params: { id: built.serviceID }, caller: stranger })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await expect(planVersion(db, stranger.orgId, built.productTierID)).rejects.toMatchObject({ kind: 'not_found' });
    expect(await handlers.listServices({ ...nothing, caller: stranger })).toEqual({ ids: [], services: [] });
    for (const query of ['service:s', 'serviceplan:pt', 'resource:r'])
      expect(Object.values(await handlers.searchInventory({ ...nothing, caller: stranger, body: { query } }))).toEqual([[]]);
  });

  it('offer the plan under seven url-safe keys, which lead back to the resource', async () => {
    const { ConsumptionDescribeServiceOfferingResult: offering } = await handlers.describeFleetServiceOffering({
      ...nothing,
      params: { serviceId: built.serviceID },
      query: { productTierId: built.productTierID, productTierVersion: '1.0' },
    });
    const [plan] = offering.offerings;
    if (plan === undefined) throw new Error('no offering');
    const path = {
      serviceProviderId: offering.serviceProviderId,
      serviceKey: offering.serviceURLKey,
      serviceAPIVersion: plan.serviceAPIVersion,
      serviceEnvironmentKey: plan.serviceEnvironmentURLKey,
      serviceModelKey: plan.serviceModelURLKey,
      productTierKey: plan.productTierURLKey,
      resourceKey: plan.resourceParameters[0]?.urlKey ?? '',
    };
    for (const segment of Object.values(path)) expect(segment).toMatch(/^[A-Za-z0-9-]+$/);
    // By another name, for a client that reads that one.
    expect(plan.resourceParameters[0]?.key).toBe(path.resourceKey);
    expect(await resolveOfferingPath(db, caller, path)).toMatchObject({
      resourceId,
      place: { planId: built.productTierID, serviceName: 'Readable Service' },
    });
    await expect(resolveOfferingPath(db, stranger, path)).rejects.toMatchObject({ kind: 'not_found' });
    for (const segment of Object.keys(path))
      await expect(resolveOfferingPath(db, caller, { ...path, [segment]: 'wrong' })).rejects.toMatchObject({ kind: 'not_found' });
    expect(plan.awsRegions).toEqual(['us-east-1']);
  });

  it('find by id, by name and by first letter, one row for each version', async () => {
    await build('Readable Service', testSpec({ image: 'two' }), { release: true });
    const search = (query: string) => handlers.searchInventory({ ...nothing, body: { query } });
    for (const text of ['s', built.serviceID, 'readable service'])
      expect((await search(`service:${text}`)).serviceResults).toContainEqual(expect.objectContaining({ id: built.serviceID }));
    const plans = (await search(`serviceplan:${built.productTierID}`)).servicePlanResults;
    expect(plans?.map((row) => [row.id, row.version, row.versionSetStatus])).toEqual([
      [built.productTierID, '2.0', 'Active'],
      [built.productTierID, '1.0', 'Preferred'],
    ]);
    expect((await search('resource:cache')).resourceResults).toContainEqual(expect.objectContaining({ id: resourceId }));
    expect(await search('upgradepath:x')).toEqual({ upgradePathResults: [] });
    await expect(search('nonsense')).rejects.toMatchObject({ kind: 'bad_request' });
  });

  it('know the default deployment configuration', async () => {
    expect(await handlers.describeDeploymentConfig({ ...nothing, params: { id: 'default' } })).toMatchObject({ name: 'default' });
    await expect(handlers.describeDeploymentConfig({ ...nothing, params: { id: 'dc-other' } })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});

describe('url keys', () => {
  it('differ between services whose names look alike, and exist for any name', async () => {
    for (const name of ['Look Alike', 'look-alike', '数据库', 'データ']) await build(name);
    const { rows } = await sql<{
      key: string;
    }>`select url_key as key from services where name in ('Look Alike', 'look-alike', '数据库', 'データ') order by created_at`.execute(db);
    expect(rows.map((row) => row.key)).toEqual(['look-alike', 'look-alike-2', 'service', 'service-2']);
  });
});

describe('environments', () => {
  it('tell how far those that take from them are behind', async () => {
    const built = await build('Chain');
    const of = { serviceId: built.serviceID, id: built.serviceEnvironmentID };
    const status = () => handlers.describePromotion({ ...nothing, params: of });
    expect(await status()).toEqual([]);
    const body = { name: 'Live', description: '', deploymentConfigId: 'dc-default', type: 'PROD', sourceEnvironmentId: of.id };
    const live = await handlers.createServiceEnvironment({ ...nothing, params: { serviceId: of.serviceId }, body });
    expect(await status()).toEqual([{ targetEnvironmentID: live, status: 'OUT_OF_SYNC' }]);
    await build('Chain', testSpec(), { environment: 'Live', environmentType: 'PROD' });
    expect(await status()).toEqual([{ targetEnvironmentID: live, status: 'IN_SYNC' }]);
    const { promotionStatus } = await handlers.describeServiceEnvironment({ ...nothing, params: of });
    expect(promotionStatus).toEqual(await status());
  });

  it('are made, described and deleted', async () => {
    const built = await build('With Environments');
    const params = { serviceId: built.serviceID };
    const body = {
      name: 'Live',
      description: 'for customers',
      deploymentConfigId: 'dc-default',
      type: 'PROD',
      sourceEnvironmentId: built.serviceEnvironmentID,
    };
    const id = await handlers.createServiceEnvironment({ ...nothing, params, body });
    expect(id).toMatch(/^se-/);
    await expect(handlers.createServiceEnvironment({ ...nothing, params, body: { ...body, name: 'live' } })).rejects.toMatchObject({
      kind: 'invalid_state',
    });
    const one = await handlers.describeServiceEnvironment({ ...nothing, params: { ...params, id } });
    expect(one).toMatchObject({ type: 'PROD', visibility: 'PUBLIC', sourceEnvironmentId: built.serviceEnvironmentID });
    await handlers.deleteServiceEnvironment({ ...nothing, params: { ...params, id } });
    await expect(handlers.describeServiceEnvironment({ ...nothing, params: { ...params, id } })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});

describe('deleting', () => {
  it('is refused while instances live, and takes everything below otherwise', async () => {
    const built = await build('Doomed');
    const gone = { ...nothing, params: { id: built.serviceID } };
    live = 2;
    await expect(handlers.deleteService(gone)).rejects.toMatchObject({
      kind: 'invalid_state',
      message: expect.stringContaining('2 instances'),
    });
    await expect(
      handlers.deleteProductTier({ ...nothing, params: { serviceId: built.serviceID, id: built.productTierID } }),
    ).rejects.toMatchObject({ kind: 'invalid_state' });
    live = 0;
    await handlers.deleteService(gone);
    await expect(handlers.describeService(gone)).rejects.toMatchObject({ kind: 'not_found' });
    // What was made of it is still read by its ids.
    await expect(planPlace(db, caller.orgId, built.productTierID)).rejects.toMatchObject({ kind: 'not_found' });
    expect((await planVersion(db, caller.orgId, built.productTierID)).place.serviceId).toBe(gone.params.id);
    await expect(handlers.deleteService(gone)).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('the catalogue that is offered', () => {
  it('is read by the same number of statements, however many plans there are', async () => {
    const statements = async () => {
      let count = 0;
      const counting = db.withPlugin({
        transformQuery: ({ node }) => {
          count += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      });
      const counted = await testCatalog(counting);
      count = 0;
      const { services } = await counted.handlers.listServiceOfferings({ ...nothing, query: {} });
      return { count, plans: services.flatMap(({ offerings }) => offerings).length };
    };
    const before = await statements();
    for (const plan of ['One', 'Two', 'Three']) await build('Counted', testSpec({ plan }));
    await statements();
    const after = await statements();
    expect(after.plans).toBe(before.plans + 3);
    expect(after.count).toBeLessThanOrEqual(before.count);
    expect(after.count).toBeLessThan(8);
  });
});
