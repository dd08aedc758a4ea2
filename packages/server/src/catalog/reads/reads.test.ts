import type { Caller } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { base64, testCatalog, testSpec } from '../catalog.testing.js';

const { db } = await testDatabase();
const { caller, handlers } = await testCatalog(db);
const nothing = { params: {} as never, query: {}, body: undefined, caller };
const stranger = { ...caller, orgId: 'org-stranger' };

async function build(name: string, spec = testSpec(), options: object = {}) {
  const body = { name, environment: 'Dev', environmentType: 'DEV', fileContent: base64(spec), ...options };
  const built = await handlers.buildServicePlanSpec({ ...nothing, body });
  return { plan: { serviceId: built.serviceID, productTierId: built.productTierID }, environmentId: built.serviceEnvironmentID };
}

describe('a version', () => {
  it('is deprecated, as often as one likes, unless it is the preferred one; and made preferred again', async () => {
    const { plan } = await build('Ending');
    await build('Ending', testSpec({ image: 'two' }), { releaseAsPreferred: true });
    const deprecate = (version: string, who = caller) =>
      handlers.deprecateVersionSet({ ...nothing, params: { ...plan, version }, caller: who });
    await expect(deprecate('2.0')).rejects.toMatchObject({ kind: 'invalid_state', code: 'version-is-preferred' });
    expect(await deprecate('1.0')).toMatchObject({ version: '1.0', status: 'Deprecated', resources: [{ name: 'Cache' }] });
    expect(await deprecate('1.0')).toMatchObject({ status: 'Deprecated' });
    await handlers.promoteVersionSet({ ...nothing, params: { ...plan, version: '1.0' } });
    const { tierVersionSets } = await handlers.listVersionSets({ ...nothing, params: plan });
    expect(tierVersionSets.map(({ status }) => status)).toEqual(['Active', 'Preferred']);
    await expect(deprecate('9')).rejects.toThrow('Version set not found');
    await expect(deprecate('2.0', stranger)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is never both preferred and deprecated, whoever comes first', async () => {
    const { plan } = await build('Racing');
    await build('Racing', testSpec({ image: 'two' }), { release: true });
    const params = { ...plan, version: '2.0' };
    const both = [handlers.promoteVersionSet({ ...nothing, params }), handlers.deprecateVersionSet({ ...nothing, params })];
    await Promise.allSettled(both);
    const { tierVersionSets } = await handlers.listVersionSets({ ...nothing, params: plan });
    expect(tierVersionSets.filter(({ status }) => status === 'Preferred')).toHaveLength(1);
    expect(tierVersionSets[0]?.status).toBe('Preferred');
  });

  it('keeps the text that it was built from', async () => {
    const { plan } = await build('Kept', testSpec({ comment: 'as written' }));
    await build('Kept', testSpec({ image: 'two' }), { release: true });
    const spec = (version?: string) =>
      handlers.getVersionSetSpec({ ...nothing, params: plan, query: version === undefined ? {} : { version } });
    expect(await spec()).toMatchObject({ version: '1.0', specContent: testSpec({ comment: 'as written' }) });
    expect(await spec('latest')).toMatchObject({ version: '2.0', specContent: testSpec({ image: 'two' }) });
    const { specs } = await handlers.listVersionSetSpecs({ ...nothing, params: plan });
    expect(specs.map(({ version, status, hasSpecFile }) => [version, status, hasSpecFile])).toEqual([
      ['2.0', 'Active', true],
      ['1.0', 'Preferred', true],
    ]);
    await expect(handlers.getVersionSetSpec({ ...nothing, params: plan, query: {}, caller: stranger })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});

it('a plan is found by its model and its service API, and these by it', async () => {
  const { plan, environmentId } = await build('Found');
  const { serviceId, productTierId } = plan;
  const found = await handlers.getServicePlan({ ...nothing, params: plan });
  const { servicePlans } = await handlers.listServicePlans({ ...nothing, params: { serviceId, serviceEnvironmentId: environmentId } });
  expect(servicePlans).toEqual([found]);
  const { serviceModelId, serviceApiId } = found;
  expect(await handlers.listProductTiers({ ...nothing, params: { serviceId, serviceModelId } })).toEqual({ ids: [productTierId] });
  expect(await handlers.listServiceModels({ ...nothing, params: { serviceId, serviceApiId } })).toEqual({ ids: [serviceModelId] });
  const apis = await handlers.listServiceApis({ ...nothing, params: { serviceId, serviceEnvironmentId: environmentId } });
  expect(apis).toEqual({ ids: [serviceApiId] });
  const api = await handlers.describeServiceApi({ ...nothing, params: { serviceId, id: serviceApiId } });
  expect(api).toMatchObject({ id: serviceApiId, serviceName: 'Found', serviceEnvironmentId: environmentId, apiVersion: 'v1' });
  const missing = [
    handlers.listProductTiers({ ...nothing, params: { serviceId, serviceModelId: 'sm-none' } }),
    handlers.describeServiceApi({ ...nothing, params: { serviceId: 's-none', id: serviceApiId } }),
    handlers.listServiceApis({ ...nothing, params: { serviceId, serviceEnvironmentId: 'se-none' } }),
  ];
  for (const one of await Promise.allSettled(missing)) expect(one).toMatchObject({ reason: { kind: 'not_found' } });
});

it('the offerings of a provider are all of its products, or those of the caller’s role', async () => {
  const { plan } = await build('Offered');
  const list = async (who: Caller, query = {}) =>
    (await handlers.listFleetServiceOfferings({ ...nothing, query, caller: who })).ConsumptionListServiceOfferingsResult;
  expect((await list(caller)).services).toContainEqual(
    expect.objectContaining({ serviceName: 'Offered', offerings: [expect.objectContaining({})] }),
  );
  expect((await list({ ...caller, products: [plan.serviceId] })).serviceIds).toEqual([plan.serviceId]);
  expect((await list(stranger)).services).toEqual([]);
  expect((await list(caller, { visibility: 'public' })).services.flatMap(({ offerings }) => offerings)).toEqual([]);
});
