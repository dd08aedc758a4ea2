import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { planHandlers } from '../catalog/plan-handlers.js';
import { planReadHandlers } from '../catalog/reads/handlers.js';
import { releaseBuilt } from '../catalog/release.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { runVerb } from '../lifecycle/requests/change-instance.js';
import { instanceInventory } from './inventory.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { instanceHandlers } from './provider-handlers.js';
import { serviceReadHandlers } from './environment/handlers.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, caller, cluster } = world;
const handlers = instanceHandlers(deps);
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('v1', 'ConfigMap', 'configmaps');

/** One ConfigMap; `more` goes to the plan. */
function spec(more = ''): string {
  return `
name: Plan ${randomUUID().slice(0, 8)}
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
${more}
services:
  - name: Thing
    systemWorkflows:
      create: &work
        workflow:
          entrypoint: work
          arguments: {parameters: [{name: id, value: "{{ $sys.instanceId }}"}]}
          templates:
            - name: work
              inputs: {parameters: [{name: id}]}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: "{{inputs.parameters.id}}"
      backup: *work
      restore: *work
      deleteBackup: *work
`;
}

async function running(text: string) {
  const offered = await world.offer(text);
  const id = await world.create(offered);
  await world.reach(id, 'RUNNING');
  const { serviceId, environmentId } = offered.place;
  return { id, params: { serviceId, environmentId, instanceId: id }, offered };
}

describe('deletion protection', () => {
  it('refuses the delete with the cure, and lets it through once it is cleared', async () => {
    const { id, params } = await running(spec('enableDeletionProtection: true'));
    const remove = () => handlers.deleteInstance({ params, query: {}, body: {}, caller });
    await expect(remove()).rejects.toMatchObject({ kind: 'invalid_state', message: expect.stringContaining('instance unprotect') });
    const change = (body: { deletionProtection?: boolean }) => handlers.updateInstanceMetadata({ params, query: {}, body, caller });
    await expect(change({})).rejects.toMatchObject({ kind: 'bad_request' });
    await change({ deletionProtection: false });
    const shown = await handlers.describeInstance({ params, query: {}, body: undefined, caller });
    expect(shown.consumptionResourceInstanceResult.resourceInstanceMetadata).toEqual({ deletionProtection: false });
    await remove();
    await world.reach(id, 'DELETED');
  });
});

describe('a create', () => {
  it('refuses by name what this server does not do, and takes what is empty', async () => {
    const { offered } = await running(spec());
    const path = await offeringPath(offered.place.serviceId, offered.place.planId);
    const ask = (body: object) => handlers.createInstance({ params: path, query: {}, body, caller });
    for (const [field, value] of Object.entries({
      instanceId: 'instance-abc',
      custom_network_id: 'net-1',
      externalPayerId: 'payer',
      onprem_platform: 'EKS',
    })) {
      await expect(ask({ [field]: value })).rejects.toMatchObject({ kind: 'not_implemented', message: expect.stringContaining(field) });
    }
    const empty = { instanceId: '', custom_network_id: '', externalPayerId: '', onprem_platform: '', workflowBreakpoints: [] };
    expect((await ask(empty)).id).toMatch(/^instance-/);
  });

  it('that meets the delete of its plan is told that the plan is gone', async () => {
    const offered = await world.offer(spec());
    const { planId } = offered.place;
    let attempt: Promise<unknown> = Promise.resolve();
    await transaction(deps.db, async (tx) => {
      await sql`select 1 from plans where id = ${planId} for update`.execute(tx);
      attempt = world.create(offered).catch((error: unknown) => error);
      const waits = () =>
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%key share%'`.execute(
          deps.db,
        );
      await until(async () => ((await waits()).rows.length > 0 ? true : undefined), 'the create to wait');
      await sql`delete from plans where id = ${planId}`.execute(tx);
    });
    expect(await attempt).toMatchObject({ kind: 'not_found', code: 'plan-not-found' });
  });
});

describe('an operation that the plan lacks', () => {
  it('is told apart from one that the moment forbids, and is not offered', async () => {
    const { id, params } = await running(spec());
    for (const kind of ['start', 'stop', 'restart'] as const) {
      await expect(runVerb(deps, caller, { instanceId: id, kind })).rejects.toMatchObject({
        code: 'operation-not-offered',
        message: expect.stringContaining(`has no ${kind} workflow`),
      });
    }
    const shown = await handlers.describeInstance({ params, query: {}, body: undefined, caller });
    expect(shown.consumptionResourceInstanceResult.supportedOperations?.map(({ verb }) => verb)).toEqual(['BACKUP', 'RESTORE', 'DELETE']);
  });
});

async function offeringPath(serviceId: string, planId: string) {
  const plans = planHandlers({ db: deps.db, inventory: instanceInventory(deps) });
  const service = await plans.describeServiceOffering({ params: { serviceId }, query: {}, body: undefined, caller });
  const offering = service.offerings.find((one) => one.productTierID === planId);
  if (offering === undefined) throw new Error('nothing is offered');
  return {
    serviceProviderId: service.serviceProviderId,
    serviceKey: service.serviceURLKey,
    serviceAPIVersion: offering.serviceAPIVersion,
    serviceEnvironmentKey: offering.serviceEnvironmentURLKey,
    serviceModelKey: offering.serviceModelURLKey,
    productTierKey: offering.productTierURLKey,
    resourceKey: offering.resourceParameters[0]?.urlKey ?? '',
  };
}

it('no instance is made of a deprecated version, and one that there is goes on', async () => {
  const { id, offered, params } = await running(spec());
  const { serviceId, planId } = offered.place;
  await transaction(deps.db, (tx) => releaseBuilt(tx, planId, { userId: caller.userId, preferred: true }));
  const version = { serviceId, productTierId: planId, version: '1.0' };
  await planReadHandlers({ db: deps.db, inventory: instanceInventory(deps) }).deprecateVersionSet({
    params: version,
    query: {},
    body: undefined,
    caller,
  });
  await expect(world.create(offered, { planVersion: '1.0' })).rejects.toMatchObject({ kind: 'invalid_state', code: 'version-deprecated' });
  const request = { query: {}, body: undefined, caller };
  const versionOf = async (instanceId: string) =>
    (await handlers.describeInstance({ ...request, params: { ...params, instanceId } })).tierVersion;
  expect([await versionOf(id), await versionOf(await world.create(offered))]).toEqual(['1.0', '2.0']);
});

it('an environment tells its health and what it has; one that is not there is not found', async () => {
  const { params, offered } = await running(spec());
  const { serviceId, environmentId } = params;
  const reads = serviceReadHandlers(deps);
  const request = { query: {}, body: undefined, caller };
  const health = (serviceEnvironmentID: string, who = caller) =>
    reads.describeServiceHealth({ params: {}, query: { serviceID: serviceId, serviceEnvironmentID }, body: undefined, caller: who });
  expect(await health(environmentId)).toMatchObject({ totalInstances: 1, healthyInstances: 1, status: 'Healthy' });
  await sql`update instances set findings = '[{"code": "object-gone"}]' where id = ${params.instanceId}`.execute(deps.db);
  expect(await health(environmentId)).toMatchObject({ healthyInstances: 0, unhealthyInstances: 1, status: 'Unhealthy' });
  await sql`update instances set findings = '[{"code": "unknown-run"}]' where id = ${params.instanceId}`.execute(deps.db);
  expect(await health(environmentId)).toMatchObject({ healthyInstances: 1 });
  const place = { serviceId, environmentId };
  expect(await reads.describeInventorySummary({ ...request, params: place })).toMatchObject({
    ...place,
    EnvironmentCount: 1,
    ResourceCount: 1,
    InstancesCount: 1,
    OrganizationCount: 1,
  });
  await world.create(offered);
  expect(await reads.describeInventorySummary({ ...request, params: place })).toMatchObject({ InstancesCount: 2 });
  const elsewhere = { serviceId, environmentId: 'se-none' };
  await expect(handlers.listInstances({ ...request, params: elsewhere })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(reads.describeInventorySummary({ ...request, params: elsewhere })).rejects.toMatchObject({ kind: 'not_found' });
  const product = (id: string, who = caller) => reads.describeProductHealth({ ...request, params: { id }, caller: who });
  expect(await product(serviceId)).toMatchObject({ id: serviceId, health: 'Healthy', report: { [environmentId]: { models: {} } } });
  await expect(product(serviceId, { ...caller, orgId: 'org-stranger' })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(health('se-none')).rejects.toMatchObject({ kind: 'not_found' });
  await expect(health(environmentId, { ...caller, orgId: 'org-stranger' })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(health(environmentId, { ...caller, products: [] })).rejects.toMatchObject({ kind: 'not_found' });
});
