import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { base64, testCatalog, testSpec } from '../catalog.testing.js';
import { featuresOfSpec } from './feature.js';

const { db } = await testDatabase();
const { caller, handlers } = await testCatalog(db);
const nothing = { params: {} as never, query: {}, body: undefined, caller };

const FEATURES = `features:
  INTERNAL:
    logs: {}
  CUSTOMER:
    metrics: {provider: native}
  CUSTOM_AGENT_RBAC: {rules: []}
`;

async function product(name: string, features = '') {
  const body = {
    name,
    environment: 'Dev',
    environmentType: 'DEV',
    fileContent: base64(testSpec().replace('services:', `${features}services:`)),
  };
  const { serviceID, productTierID } = await handlers.buildServicePlanSpec({ ...nothing, body });
  const plan = { serviceId: serviceID, id: productTierID };
  const read = async () => handlers.describeProductTier({ ...nothing, params: plan });
  const { serviceModelId } = await read();
  const model = { serviceId: serviceID, id: serviceModelId };
  return {
    plan,
    model,
    tier: async () => {
      const { features: flags, enabledFeatures } = await read();
      return { flags, enabledFeatures };
    },
    ofModel: async () => (await handlers.describeServiceModel({ ...nothing, params: model })).features,
  };
}

it('the spec names features by audience and of the model', () => {
  const settings = { features: { INTERNAL: { logs: null, multiTenantGpu: {} }, CUSTOM_NETWORKS: {} } };
  expect(featuresOfSpec({ settings })).toEqual([
    { level: 'tier', feature: 'LOGS', scope: 'INTERNAL', configuration: {} },
    { level: 'tier', feature: 'MULTI_TENANT_GPU', scope: 'INTERNAL', configuration: {} },
    { level: 'model', feature: 'CUSTOM_NETWORKS', scope: '', configuration: {} },
  ]);
  expect(featuresOfSpec(null)).toEqual([]);
});

describe('features of a plan', () => {
  it('are those of the spec', async () => {
    const { tier, ofModel } = await product('Named', FEATURES);
    expect(await tier()).toEqual({
      flags: { 'LOGS#INTERNAL': true, 'METRICS#CUSTOMER': true },
      enabledFeatures: [
        { feature: 'LOGS', scope: 'INTERNAL', configuration: {} },
        { feature: 'METRICS', scope: 'CUSTOMER', configuration: { provider: 'native' } },
      ],
    });
    expect(await ofModel()).toEqual([{ feature: 'CUSTOM_AGENT_RBAC', configuration: { rules: [] } }]);
  });

  it('are enabled, configured anew and disabled beside it, each as often as one likes', async () => {
    const { plan, model, tier, ofModel } = await product('Enabled');
    const enable = (configuration: Record<string, unknown>) =>
      handlers.enablePlanFeature({ ...nothing, params: plan, body: { feature: 'metrics', scope: 'customer', configuration } });
    await Promise.all([enable({ provider: 'native' }), enable({ provider: 'native' })]);
    expect((await tier()).enabledFeatures).toEqual([{ feature: 'METRICS', scope: 'CUSTOMER', configuration: { provider: 'native' } }]);
    await enable({ provider: 'datadog' });
    expect((await tier()).enabledFeatures).toMatchObject([{ configuration: { provider: 'datadog' } }]);
    for (let time = 0; time < 2; time++)
      await handlers.disablePlanFeature({ ...nothing, params: plan, body: { feature: 'METRICS', scope: 'CUSTOMER' } });
    expect(await tier()).toEqual({ flags: {}, enabledFeatures: [] });
    await handlers.enableModelFeature({ ...nothing, params: model, body: { feature: 'CUSTOM_NETWORKS', configuration: { status: 'ON' } } });
    expect(await ofModel()).toEqual([{ feature: 'CUSTOM_NETWORKS', configuration: { status: 'ON' } }]);
    await handlers.disableModelFeature({ ...nothing, params: model, body: { feature: 'CUSTOM_NETWORKS' } });
    expect(await ofModel()).toEqual([]);
  });

  it('that the spec names are disabled there', async () => {
    const { plan } = await product('Kept', FEATURES);
    const disable = handlers.disablePlanFeature({ ...nothing, params: plan, body: { feature: 'LOGS' } });
    await expect(disable).rejects.toMatchObject({ kind: 'invalid_state', code: 'feature-of-spec' });
  });

  it('show customers what is theirs, without configuration', async () => {
    const { plan } = await product('Shown', FEATURES);
    const { offerings } = await handlers.describeServiceOffering({ ...nothing, params: { serviceId: plan.serviceId } });
    expect(offerings[0]).toMatchObject({
      productTierFeatures: [{ feature: 'METRICS', scope: 'CUSTOMER', configuration: {} }],
      serviceModelFeatures: [{ feature: 'CUSTOM_AGENT_RBAC', configuration: {} }],
    });
    const params = { serviceId: plan.serviceId, productTierId: plan.id };
    const { tierVersionSets } = await handlers.customerListVersionSets({ ...nothing, params, query: {} });
    expect(tierVersionSets[0]).toMatchObject({ features: { 'METRICS#CUSTOMER': true }, enabledFeatures: [{ configuration: {} }] });
    expect(JSON.stringify([offerings, tierVersionSets])).not.toContain('native');
  });

  it('have names that are known, and belong to the plan that is named', async () => {
    const { plan, model } = await product('Strict');
    await expect(handlers.enablePlanFeature({ ...nothing, params: plan, body: { feature: 'LOG' } })).rejects.toMatchObject({
      code: 'unknown-feature',
    });
    await expect(handlers.enablePlanFeature({ ...nothing, params: plan, body: { feature: 'LOGS', scope: 'ALL' } })).rejects.toMatchObject({
      details: [expect.objectContaining({ field: 'scope' })],
    });
    const huge = { text: 'x'.repeat(70_000) };
    await expect(
      handlers.enableModelFeature({ ...nothing, params: model, body: { feature: 'CUSTOM_NETWORKS', configuration: huge } }),
    ).rejects.toMatchObject({
      details: [expect.objectContaining({ field: 'configuration' })],
    });
    const stranger = { ...caller, orgId: 'org-stranger' };
    await expect(
      handlers.enablePlanFeature({ ...nothing, params: plan, body: { feature: 'LOGS' }, caller: stranger }),
    ).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});
