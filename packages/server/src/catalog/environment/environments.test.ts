import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { lockOrganization } from '../../identity/organization-store.js';
import { createSealer } from '../../secrets/envelope.js';
import { setSecret } from '../../secrets/secrets.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { planVersion } from '../catalog.js';
import { base64, testCatalog, testSpec } from '../catalog.testing.js';
import { markDeletedWithAllBelow } from '../deletion/deletion-store.js';

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
const preview = (params: Place, query: object = {}, who = caller) => handlers.previewPromotion({ ...nothing, params, query, caller: who });
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
    const { rows } = await sql`select kind, payload from events where subject = ${plan?.id} and kind <> 'thing-changed'`.execute(db);
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

describe('a promotion that is looked at first', () => {
  it('is told by target and plan: what is new, what changes, how many instances are there; nothing is changed', async () => {
    const { built, dev, prod } = await product('Looked');
    const first = await preview(dev);
    expect(first).toMatchObject({
      environmentName: 'Dev',
      targets: [
        {
          environmentId: prod.id,
          environmentName: 'Prod',
          environmentType: 'PROD',
          status: 'OUT_OF_SYNC',
          otherPlans: [],
          plans: [
            { planName: 'Small Plan', version: '1.0', action: 'new-plan', becomes: '1.0', instances: 0, differences: [], problems: [] },
          ],
        },
      ],
    });
    expect(await plansOf(prod)).toEqual([]);
    await promote(dev, { expected: first.fingerprint });
    expect((await preview(dev)).targets[0]).toMatchObject({
      status: 'IN_SYNC',
      plans: [{ action: 'nothing', targetVersion: '1.0', becomes: '1.0' }],
    });
    await build('Looked', testSpec({ image: 'two' }), { releaseAsPreferred: true });
    await handlers.enablePlanFeature({
      ...nothing,
      params: { serviceId: dev.serviceId, id: built.productTierID },
      body: { feature: 'LOGS', scope: 'CUSTOMER', configuration: {} },
    });
    const second = (await preview(dev)).targets[0]?.plans[0];
    expect(second).toMatchObject({
      action: 'new-version',
      version: '2.0',
      targetVersion: '1.0',
      becomes: '2.0',
      featuresOnlyHere: ['LOGS (CUSTOMER)'],
      differences: [{ resource: 'cache', area: 'workflow', name: 'create', fields: [{ lines: ['-  image: one', '+  image: two'] }] }],
    });
    await promote(dev);
    const back = { productTierId: built.productTierID, productTierVersion: '1.0' };
    expect((await preview(dev, back)).targets[0]?.plans).toMatchObject([{ action: 'prefer', becomes: '1.0', targetVersion: '2.0' }]);
    await expect(preview(dev, {}, stranger)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is carried out as it was shown, or not at all: of two that saw the same, one wins', async () => {
    const { built, dev, prod } = await product('Raced');
    await promote(dev);
    await build('Raced', testSpec({ image: 'two' }), { release: true });
    await build('Raced', testSpec({ image: 'three' }), { release: true });
    const chosen = (productTierVersion: string) => ({ productTierId: built.productTierID, productTierVersion });
    const looks = await Promise.all(['2.0', '3.0'].map(async (version) => (await preview(dev, chosen(version))).fingerprint));
    const ends = await Promise.allSettled(['2.0', '3.0'].map((version, at) => promote(dev, { ...chosen(version), expected: looks[at] })));
    expect(ends.map(({ status: end }) => end).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find((end) => end.status === 'rejected')).toMatchObject({ reason: { kind: 'invalid_state', code: 'promotion-changed' } });
    expect(await plansOf(prod)).toMatchObject([{ version: '2.0', status: 'Preferred' }]);
    await expect(promote(dev, { ...chosen('1.0'), expected: 'made-up' })).rejects.toMatchObject({ code: 'promotion-changed' });
  });

  it('is refused for secrets that are missing in the target, by name, unless that is asked for', async () => {
    const spec = testSpec().replace('image: one', 'image: one\n                    token: "{{ $secret.API_TOKEN }}"');
    const built = await build('Secretive', spec);
    const dev = { serviceId: built.serviceID, id: built.serviceEnvironmentID };
    const make = (name: string, type: string) =>
      handlers.createServiceEnvironment({
        ...nothing,
        params: { serviceId: dev.serviceId },
        body: { name, description: '', deploymentConfigId: 'default', type, sourceEnvironmentId: dev.id },
      });
    const [canary, staging] = [await make('Trial', 'CANARY'), await make('Stage', 'STAGING')];
    const secrets = { db, sealer: createSealer(randomBytes(32)) };
    const set = (environmentType: string) =>
      setSecret(secrets, { orgId: caller.orgId, environmentType, name: 'API_TOKEN', value: 'not-to-be-seen', by: caller.userId });
    await set('STAGING');
    const looked = await preview(dev);
    expect(looked.targets.map(({ environmentId, plans }) => [environmentId, plans[0]?.missingSecrets])).toEqual([
      [canary, ['API_TOKEN']],
      [staging, []],
    ]);
    expect(looked.targets[0]?.plans[0]?.problems).toEqual([
      { code: 'missing-secret', refuses: true, message: expect.stringContaining('cellplane secret set CANARY API_TOKEN') },
    ]);
    const refusal = {
      kind: 'bad_request',
      code: 'missing-secrets',
      details: [{ field: 'secrets.CANARY.API_TOKEN', code: 'missing-secret' }],
    };
    await expect(promote(dev)).rejects.toMatchObject(refusal);
    // All or none: the target that lacks nothing gets nothing either.
    expect(await plansOf({ ...dev, id: staging })).toEqual([]);
    await promote(dev, { allowMissingSecrets: true });
    expect(await plansOf({ ...dev, id: canary })).toMatchObject([{ version: '1.0' }]);
    await set('CANARY');
    await promote(dev);
    expect(JSON.stringify(looked)).not.toContain('not-to-be-seen');
  });

  it('names clouds that no cell serves, and says in lists what is out of sync', async () => {
    const { built, dev, prod, far } = await product('Elsewhere');
    await build(
      'Elsewhere',
      testSpec()
        .replace('awsAccountId', 'gcpProjectId')
        .replace(/    awsBootstrap.*\n/, '    gcpProjectNumber: "1"\n    gcpServiceAccountEmail: "a@b.example"\n'),
      {
        releaseAsPreferred: true,
      },
    );
    expect((await preview(dev)).targets[0]?.plans[0]?.problems).toEqual([
      { code: 'cloud-not-served', refuses: false, message: expect.stringContaining('gcp') },
    ]);
    const syncs = async () => {
      const { serviceEnvironments } = await handlers.describeService({ ...nothing, params: { id: built.serviceID } });
      return Object.fromEntries(serviceEnvironments.map(({ id, promoteStatus }) => [id, promoteStatus]));
    };
    expect(await syncs()).toEqual({ [dev.id]: undefined, [prod.id]: 'OUT_OF_SYNC', [far.id]: 'IN_SYNC' });
    await promote(dev);
    expect(await syncs()).toEqual({ [dev.id]: undefined, [prod.id]: 'IN_SYNC', [far.id]: 'OUT_OF_SYNC' });
  });
});

describe('release notes', () => {
  it('are written to a version, shown with it, and go with it into other environments', async () => {
    const { built, dev, prod } = await product('Noted');
    const params = { serviceId: built.serviceID, productTierId: built.productTierID, version: 'preferred' };
    expect(await handlers.describeVersionSetMetadata({ ...nothing, params })).toMatchObject({ version: '1.0', releaseNotes: '' });
    const written = await handlers.updateVersionSetMetadata({ ...nothing, params, body: { releaseNotes: 'First light.' } });
    expect(written).toEqual({
      serviceId: params.serviceId,
      productTierId: params.productTierId,
      version: '1.0',
      releaseNotes: 'First light.',
    });
    await handlers.updateVersionSetMetadata({ ...nothing, params, body: {} });
    await promote(dev);
    const there = (await plansOf(prod))[0]?.id ?? '';
    expect(await handlers.describeVersionSet({ ...nothing, params: { ...params, productTierId: there } })).toMatchObject({
      releaseNotes: 'First light.',
    });
    await expect(handlers.describeVersionSetMetadata({ ...nothing, params, caller: stranger })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await expect(handlers.describeVersionSetMetadata({ ...nothing, params: { ...params, version: '9' } })).rejects.toThrow(
      'Version set not found',
    );
  });
});

describe('a difference of two versions', () => {
  it('is served in the shapes of the reference, in either direction', async () => {
    const { built } = await product('Differing');
    await build('Differing', testSpec({ image: 'two' }), { release: true });
    const params = { serviceId: built.serviceID, productTierId: built.productTierID, version: '1.0', anotherVersion: 'latest' };
    const found = await handlers.diffVersionSets({ ...nothing, params });
    expect(found).toMatchObject({
      version: '1.0',
      anotherVersion: '2.0',
      differences: [{ area: 'workflow', name: 'create', change: 'changed' }],
    });
    expect(Object.values(found.resourceChangeSets)).toEqual([
      {
        resourceName: 'Cache',
        overallResourceStatus: 'PENDING_CHANGE',
        resourceChanges: 'PENDING_UPDATE',
        categorizedResourceChanges: {
          workflow: {
            status: 'PENDING_CHANGE',
            changes: [
              { name: 'create', changeType: 'PENDING_UPDATE', attributes: { 'templates[apply].manifest': expect.stringContaining('→') } },
            ],
          },
        },
      },
    ]);
    expect(Object.keys(found.resourceChangeSets)[0]).toMatch(/^r-/);
    await expect(handlers.diffVersionSets({ ...nothing, params, caller: stranger })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(handlers.diffVersionSets({ ...nothing, params: { ...params, anotherVersion: '7' } })).rejects.toThrow(
      'Version set not found',
    );
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

describe('an environment', () => {
  it('is not made in a service that is deleted meanwhile', async () => {
    const { dev } = await product('Gone meanwhile');
    const { rows: before } = await sql`select id from environments where service_id = ${dev.serviceId} order by id`.execute(db);
    const { making } = await transaction(db, async (tx) => {
      await lockOrganization(tx, caller.orgId);
      const late = handlers.createServiceEnvironment({
        ...nothing,
        params: { serviceId: dev.serviceId },
        body: { name: 'Late', description: '', deploymentConfigId: 'default', type: 'PROD' },
      });
      late.catch(() => undefined);
      await expect
        .poll(async () => {
          const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
          return (await waiting.execute(db)).rows.length;
        })
        .toBe(1);
      await markDeletedWithAllBelow(tx, 'service', dev.serviceId);
      return { making: late };
    });
    await expect(making).rejects.toMatchObject({ kind: 'not_found', code: 'service-not-found' });
    expect((await sql`select id from environments where service_id = ${dev.serviceId} order by id`.execute(db)).rows).toEqual(before);
  });
});
