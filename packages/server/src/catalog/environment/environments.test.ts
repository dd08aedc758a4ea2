import { describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { planVersion } from '../catalog.js';
import { base64, testCatalog, testSpec } from '../catalog.testing.js';

const { db } = await testDatabase();
const { caller, handlers } = await testCatalog(db);
const stranger = { ...caller, orgId: 'org-stranger' };
const nothing = { params: {} as never, query: {}, body: undefined, caller };

async function build(name: string, spec = testSpec(), options: object = {}) {
  const body = { name, environment: 'Dev', environmentType: 'DEV', fileContent: base64(spec), ...options };
  return handlers.buildServicePlanSpec({ ...nothing, body });
}

/** A product with a plan in Dev, and environments that take from one another: Dev → Prod → Far. */
async function product(name: string) {
  const built = await build(name);
  const make = (environment: string, sourceEnvironmentId: string) =>
    handlers.createServiceEnvironment({
      ...nothing,
      params: { serviceId: built.serviceID },
      body: { name: environment, description: '', deploymentConfigId: 'default', type: 'PROD', sourceEnvironmentId },
    });
  const dev = { serviceId: built.serviceID, id: built.serviceEnvironmentID };
  const prod = { serviceId: built.serviceID, id: await make('Prod', dev.id) };
  const far = { serviceId: built.serviceID, id: await make('Far', prod.id) };
  return { built, dev, prod, far };
}

type Place = { serviceId: string; id: string };
const promote = (params: Place, body: object = {}, who = caller) =>
  handlers.promoteServiceEnvironment({ ...nothing, params, body, caller: who });
const status = (params: Place) => handlers.describePromotion({ ...nothing, params });
const update = (params: Place, body: object) => handlers.updateServiceEnvironment({ ...nothing, params, body });

async function plansOf({ serviceId, id }: Place) {
  const { servicePlans } = await handlers.listServicePlans({ ...nothing, params: { serviceId, serviceEnvironmentId: id } });
  return servicePlans.map(({ productTierName, productTierId, latestMajorVersion, versionSetStatus }) => ({
    name: productTierName,
    id: productTierId,
    version: latestMajorVersion,
    status: versionSetStatus,
  }));
}

describe('promotion', () => {
  it('makes the plan in the environments that take from this one, as preferred, and no further', async () => {
    const { built, dev, prod, far } = await product('Promoted');
    expect(await status(dev)).toEqual([{ targetEnvironmentID: prod.id, status: 'OUT_OF_SYNC' }]);
    await promote(dev);
    expect(await status(dev)).toEqual([{ targetEnvironmentID: prod.id, status: 'IN_SYNC' }]);
    const [plan, ...others] = await plansOf(prod);
    expect([plan, others]).toEqual([{ name: 'Small Plan', id: expect.any(String), version: '1.0', status: 'Preferred' }, []]);
    expect(plan?.id).not.toBe(built.productTierID);
    expect(await plansOf(far)).toEqual([]);
    const [here, there] = await Promise.all([built.productTierID, plan?.id ?? ''].map((id) => planVersion(db, caller.orgId, id)));
    expect(there?.compiled).toEqual(here?.compiled);
    expect(Object.keys(there?.resourceIds ?? {})).toEqual(Object.keys(here?.resourceIds ?? {}));
    expect(Object.values(there?.resourceIds ?? {})).not.toEqual(Object.values(here?.resourceIds ?? {}));
  });

  it('adds nothing again, also if two promote at once', async () => {
    const { dev, prod } = await product('Twice');
    await Promise.all([promote(dev), promote(dev)]);
    await promote(dev);
    expect(await plansOf(prod)).toMatchObject([{ version: '1.0' }]);
  });

  it('takes the preferred version, or the one that is named; one that the target has becomes its preferred one again', async () => {
    const { built, dev, prod } = await product('Chosen');
    await promote(dev);
    await build('Chosen', testSpec({ image: 'two' }), { release: true });
    expect(await status(dev)).toMatchObject([{ status: 'IN_SYNC' }]);
    await promote(dev, { productTierId: built.productTierID, productTierVersion: 'latest' });
    expect(await plansOf(prod)).toMatchObject([{ version: '2.0', status: 'Preferred' }]);
    expect(await status(dev)).toMatchObject([{ status: 'OUT_OF_SYNC' }]);
    await promote(dev, { productTierId: built.productTierID });
    expect(await plansOf(prod)).toMatchObject([{ version: '2.0', status: 'Active' }]);
    expect(await status(dev)).toMatchObject([{ status: 'IN_SYNC' }]);
  });

  it('tells of each version that is made, and of nothing else', async () => {
    const { dev, prod } = await product('Told');
    await promote(dev);
    const [plan] = await plansOf(prod);
    const { rows } = await sql`select kind, payload from events where subject = ${plan?.id}`.execute(db);
    expect(rows).toEqual([{ kind: 'plan-version-released', payload: { version: '1.0', by: caller.userId } }]);
  });

  it('refuses by name what cannot be promoted, and changes nothing', async () => {
    const { built, dev, prod, far } = await product('Refused');
    await expect(promote(far)).rejects.toMatchObject({ kind: 'invalid_state', code: 'no-target-environment' });
    await expect(promote(prod)).rejects.toMatchObject({ kind: 'invalid_state', code: 'nothing-released' });
    await expect(promote(dev, { productTierVersion: '1.0' })).rejects.toMatchObject({
      kind: 'bad_request',
      details: [expect.objectContaining({ field: 'productTierId' })],
    });
    const named = { productTierId: built.productTierID, productTierVersion: '9' };
    await expect(promote(dev, named)).rejects.toThrow('Version set not found');
    await expect(promote(dev, { productTierId: 'pt-none' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(promote(prod, { productTierId: built.productTierID })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(promote(dev, {}, stranger)).rejects.toMatchObject({ kind: 'not_found' });
    expect(await plansOf(prod)).toEqual([]);
  });
});

describe('an environment', () => {
  it('is changed where something is given, and keeps its key', async () => {
    const { dev, prod } = await product('Changed');
    const before = await handlers.describeServiceEnvironment({ ...nothing, params: prod });
    await update(prod, { name: ' Live ', description: 'for all', visibility: 'private', autoApproveSubscription: false });
    const after = await handlers.describeServiceEnvironment({ ...nothing, params: prod });
    const changed = { name: 'Live', description: 'for all', visibility: 'PRIVATE', autoApproveSubscription: false };
    expect(after).toEqual({ ...before, ...changed });
    await update(prod, {});
    expect(await handlers.describeServiceEnvironment({ ...nothing, params: prod })).toEqual(after);
    expect(await handlers.listServiceEnvironments({ ...nothing, params: { serviceId: dev.serviceId } })).toMatchObject({
      ids: expect.arrayContaining([dev.id, prod.id]),
    });
  });

  it('has a name of its own, a known visibility, and no circle of sources', async () => {
    const { dev, prod, far } = await product('Strict');
    await expect(update(prod, { name: 'DEV' })).rejects.toMatchObject({ code: 'environment-exists' });
    await expect(update(prod, { name: '  ' })).rejects.toMatchObject({ code: 'missing-field' });
    await update(prod, { name: 'PROD' });
    await expect(update(prod, { visibility: 'SECRET' })).rejects.toMatchObject({ code: 'unknown-visibility' });
    for (const sourceEnvironmentId of [dev.id, prod.id, far.id, 'se-none'])
      await expect(update(dev, { sourceEnvironmentId })).rejects.toMatchObject({ code: 'unknown-source-environment' });
    await update(far, { sourceEnvironmentId: dev.id });
    expect((await status(dev)).map(({ targetEnvironmentID }) => targetEnvironmentID)).toEqual([prod.id, far.id]);
    const foreign = handlers.updateServiceEnvironment({ ...nothing, params: prod, body: { name: 'Mine' }, caller: stranger });
    await expect(foreign).rejects.toMatchObject({ kind: 'not_found' });
  });
});

describe('a service', () => {
  const create = (name: string, who = caller) =>
    handlers.createService({ ...nothing, body: { name, description: 'a product' }, caller: who });

  it('is made empty, once', async () => {
    const [first, second] = await Promise.allSettled([create('Empty'), create('empty ')]);
    expect([first?.status, second?.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(create('EMPTY')).rejects.toMatchObject({ kind: 'invalid_state', code: 'service-exists' });
    await expect(create(' ')).rejects.toMatchObject({ code: 'missing-field' });
    await expect(create('Other', { ...caller, products: [] })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('is changed where something is given; a dry run changes nothing', async () => {
    const id = await create('Before');
    const change = (body: object) => handlers.updateService({ ...nothing, params: { id }, body });
    await change({ name: 'After', serviceLogoURL: 'https://example.com/logo.svg' });
    await change({ name: 'Never', dryRun: true });
    const described = await handlers.describeService({ ...nothing, params: { id } });
    expect(described).toMatchObject({
      name: 'After',
      description: 'a product',
      serviceLogoURL: 'https://example.com/logo.svg',
      key: 'before',
    });
    await create('Taken');
    await expect(change({ name: 'taken' })).rejects.toMatchObject({ code: 'service-exists' });
    await expect(handlers.updateService({ ...nothing, params: { id }, body: {}, caller: stranger })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});
