/** Upgrades of many instances: paths from their preview to their end, and the maintenance windows of customers. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { buildPlan, createInstance, until } from '../../control-plane.testing.js';
import { PLAN, reaches, type World } from '../world.testing.js';

const WINDOW = { weekdays: ['SAT', 'SUN'], start: '22:00', durationMinutes: 360, timeZone: 'Europe/Berlin' };

export async function upgradePaths({ provider }: World): Promise<void> {
  const text = await readFile(new URL(`../../../${PLAN}`, import.meta.url), 'utf8');
  const place = { environment: 'Production', environmentType: 'PROD' };
  const first = await buildPlan(provider, 'Fleet', { text }, place);
  const ids = await Promise.all([1, 2, 3].map(() => createInstance(provider, first, {})));
  for (const id of ids) await reaches(provider, id, 'RUNNING');
  const changed = text.replaceAll('max_connections: "{{inputs.parameters.maxConnections}}"', 'max_connections: "111"');
  const second = await buildPlan(provider, 'Fleet', { text: changed }, place);
  const params = { serviceId: first.serviceId, productTierId: first.productTierId };
  const [one = '', two = '', three = ''] = ids;
  const body = {
    sourceVersion: first.version,
    targetVersion: second.version,
    upgradeFilters: { INSTANCE_IDS: [one, two] },
    notifyCustomer: true,
    strategy: { canary: 1, soakSeconds: 0 },
  };
  const radius = await provider.previewUpgradePath({ params, body });
  expect(radius).toMatchObject({ totalCount: 2, waves: [1, 1], blockedCount: 0, changes: { lookedAt: 2, complete: true, notes: [] } });
  expect(radius.changes.changed).toBeGreaterThan(0);
  const path = await provider.createUpgradePath({ params, body });
  const at = { ...params, upgradePathId: path.upgradePathId };
  await until(
    'the path is complete',
    async () => {
      const { status, statusMessage } = await provider.describeUpgradePath({ params: at });
      if (status === 'PAUSED' || status === 'FAILED') throw new Error(`the path is ${status}: ${statusMessage}`);
      return status === 'COMPLETE';
    },
    120_000,
  );
  const { instances } = await provider.listEligibleInstances({ params: at, query: {} });
  expect(instances.map(({ instanceId, status }) => [instanceId, status])).toEqual(
    expect.arrayContaining([
      [one, 'COMPLETE'],
      [two, 'COMPLETE'],
    ]),
  );
  const history = await provider.listInstanceUpgradeHistory({ params: { ...params, environmentId: first.environmentId, instanceId: one } });
  expect(history.upgrades).toMatchObject([
    { upgradePathId: path.upgradePathId, status: 'COMPLETE', sourceVersion: first.version, targetVersion: second.version },
  ]);
  expect((await provider.listUpgradePaths({ params, query: { status: 'complete' } })).upgradePaths).toHaveLength(1);
  expect((await provider.listFleetUpgradePaths({ query: { productTierId: first.productTierId } })).upgradePaths).toMatchObject([
    { upgradePathId: path.upgradePathId, serviceName: 'Fleet' },
  ]);
  const { serviceId, environmentId } = first;
  expect((await provider.listFleetUpgradePaths({ query: { serviceId, environmentId } })).upgradePaths).toHaveLength(1);
  expect((await provider.listFleetUpgradePaths({ query: { serviceId, environmentId: 'se-none' } })).upgradePaths).toEqual([]);
  const found = await provider.searchInventory({ body: { query: `upgradepath:${path.upgradePathId}` } });
  expect(found.upgradePathResults).toMatchObject([{ id: path.upgradePathId, status: 'COMPLETE' }]);
  const version = { ...params, version: second.version };
  expect(await provider.describeVersionSet({ params: version })).toMatchObject({
    latestUpgradePathId: path.upgradePathId,
    instanceCount: 2,
  });

  const later = await provider.createUpgradePath({
    params,
    body: { ...body, upgradeFilters: { INSTANCE_IDS: [three] }, scheduledDate: new Date(Date.now() + 86_400_000).toISOString() },
  });
  expect(later).toMatchObject({ status: 'SCHEDULED', scheduledCount: 1 });
  const then = { ...params, upgradePathId: later.upgradePathId };
  expect(await provider.changeUpgradePathTargetVersion({ params: then, body: { targetVersion: second.version } })).toMatchObject({
    totalCount: 1,
  });
  expect(await provider.manageUpgradePath({ params: then, body: { action: 'pause' } })).toMatchObject({ status: 'PAUSED' });
  expect(await provider.cancelUpgradePath({ params: then })).toMatchObject({ status: 'CANCELLED', skippedCount: 1 });
}

export async function windows({ provider, ada }: World): Promise<void> {
  const set = await ada.client.customerSetMaintenanceWindow({ params: { subscriptionId: ada.subscription }, body: WINDOW });
  expect(set).toMatchObject({ subject: ada.subscription, ...WINDOW });
  expect((await ada.client.customerListMaintenanceWindows({})).maintenanceWindows).toHaveLength(1);
  await provider.setMaintenanceWindow({ params: { subject: ada.orgId }, body: WINDOW });
  const all = (await provider.listMaintenanceWindows({})).maintenanceWindows;
  expect(all).toHaveLength(2);
  expect(all.filter(({ subjectName }) => subjectName === undefined)).toEqual([]);
  await provider.deleteMaintenanceWindow({ params: { subject: ada.orgId } });
  await ada.client.customerDeleteMaintenanceWindow({ params: { subscriptionId: ada.subscription } });
  expect((await provider.listMaintenanceWindows({})).maintenanceWindows).toEqual([]);
}
