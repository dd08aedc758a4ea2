import { describe, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { base64, emptyInventory, testCatalog, testSpec } from './catalog.testing.js';
import { findingHandlers } from './findings.js';

const { db } = await testDatabase();
const { caller, handlers } = await testCatalog(db);
const { describePlanFindings } = findingHandlers({
  db,
  inventory: emptyInventory(),
  sources: { chartMirrors: [], chartSourcesAllowed: [] },
});
const nothing = { params: {} as never, query: {}, body: undefined, caller };

/** A plan whose one offered resource depends on a chart, which is not served. */
const withChart = (comment = '') =>
  `# ${comment}\n${testSpec({ comment: 'c' }).replace('  - name: Cache\n', '  - name: Cache\n    dependsOn: [operator]\n')}  - name: Operator\n    internal: true\n    helmChartConfiguration: {chartName: op, chartVersion: 1.0.0, chartRepoURL: https://charts.example}\n`;

async function build(name: string, spec: string, options: object = {}) {
  const body = {
    name,
    environment: 'Dev',
    environmentType: 'DEV',
    fileContent: base64(spec),
    dryrun: false,
    release: false,
    releaseAsPreferred: false,
    ...options,
  };
  return handlers.buildServicePlanSpec({ ...nothing, body });
}

async function versions(built: { serviceID: string; productTierID: string }) {
  const params = { serviceId: built.serviceID, productTierId: built.productTierID };
  const { tierVersionSets } = await handlers.listVersionSets({ ...nothing, params });
  return tierVersionSets.map((set) => `${set.version} ${set.status}`);
}

const refusal = {
  kind: 'bad_request',
  code: 'plan-not-served',
  message: expect.stringMatching(/`operator` is a Helm chart .*`cache` depends on it.*allowUnserved/),
  details: [{ field: 'services.operator', code: 'resource-not-served', message: expect.any(String) }],
};

describe('a plan of which no instance can be made', () => {
  it('builds, with a warning and notes; its first version is not the preferred one', async () => {
    const built = await build('Unserved', withChart(), { release: true });
    expect(built).toMatchObject({
      isNewServicePlanVersionCreated: true,
      warnings: [{ code: 'resource-not-served', path: 'services[1].helmChartConfiguration', line: expect.any(Number) }],
    });
    expect(built.notes?.map((note) => note.key)).toContain('services[].helmChartConfiguration');
    expect(await versions(built)).toEqual(['1.0 Active']);
  });

  it('is refused as the preferred one, after it is built', async () => {
    await expect(build('Refused', withChart(), { releaseAsPreferred: true })).rejects.toMatchObject(refusal);
    const built = await build('Refused', withChart());
    expect(built.isNewServicePlanVersionCreated).toBe(false);
    expect(await versions(built)).toEqual(['1.0 Active']);
    await expect(build('Refused', withChart(), { releaseAsPreferred: true })).rejects.toMatchObject(refusal);
  });

  it('is refused by a dry run too, which leaves nothing', async () => {
    await expect(build('Dry', withChart(), { releaseAsPreferred: true, dryrun: true })).rejects.toMatchObject(refusal);
    const { services } = await handlers.listServices({ ...nothing });
    expect(services.map((service) => service.name)).not.toContain('Dry');
    await build('Dry', withChart(), { dryrun: true });
  });

  it('is the preferred one where that is asked for by name', async () => {
    const built = await build('Forced', withChart(), { releaseAsPreferred: true, allowUnserved: true });
    expect(await versions(built)).toEqual(['1.0 Preferred']);
  });

  it('is refused by release and by promote, unless asked for by name', async () => {
    const built = await build('Promoted', testSpec());
    await build('Promoted', withChart(), { release: true });
    expect(await versions(built)).toEqual(['2.0 Active', '1.0 Preferred']);
    const params = { serviceId: built.serviceID, productTierId: built.productTierID, version: '2.0' };
    await expect(handlers.promoteVersionSet({ ...nothing, params })).rejects.toMatchObject(refusal);
    const tier = await handlers.describeProductTier({ ...nothing, params: { serviceId: built.serviceID, id: built.productTierID } });
    const { serviceApiId } = await handlers.describeServiceModel({
      ...nothing,
      params: { serviceId: built.serviceID, id: tier.serviceModelId },
    });
    const release = (body: object) =>
      handlers.releaseServiceApi({
        ...nothing,
        params: { serviceId: built.serviceID, id: serviceApiId },
        body: { productTierId: built.productTierID, ...body },
      });
    await expect(release({ isPreferred: true })).rejects.toMatchObject(refusal);
    await expect(release({ isPreferred: true, dryRun: true })).rejects.toMatchObject(refusal);
    await release({ isPreferred: false });
    expect(await versions(built)).toEqual(['3.0 Active', '2.0 Active', '1.0 Preferred']);
    await handlers.promoteVersionSet({ ...nothing, params, query: { allowUnserved: true } });
    expect(await versions(built)).toEqual(['3.0 Active', '2.0 Preferred', '1.0 Active']);
    await release({ isPreferred: true, allowUnserved: true });
    expect((await versions(built))[0]).toBe('4.0 Preferred');
  });
});

describe('findings of a version', () => {
  it('are those of the build, and nobody else’s', async () => {
    const built = await build('Findings', withChart(), { release: true });
    const params = { serviceId: built.serviceID, productTierId: built.productTierID };
    const found = await describePlanFindings({ ...nothing, params, query: { version: 'latest' } });
    expect(found).toMatchObject({
      warnings: built.warnings,
      notes: built.notes,
      unserved: [{ resourceKey: 'operator', neededBy: ['cache'], reachable: true }],
    });
    expect(await describePlanFindings({ ...nothing, params, query: { version: 'built' } })).toEqual(found);
    const stranger = { ...caller, orgId: 'org-stranger' };
    await expect(describePlanFindings({ ...nothing, params, caller: stranger })).rejects.toMatchObject({ kind: 'not_found' });
  });
});
