/** What the catalogue asks of upgrade paths. */
import { planPlace } from '../catalog/catalog.js';
import type { Inventory, UpgradePathRecord } from '../catalog/inventory.js';
import type { Database } from '../database/database.js';
import { deletePathsOfPlans, selectLatestPaths, selectPaths } from './path-store.js';

/** The inventory of the rooms to the left, with upgrade paths. */
export function withUpgrades(inventory: Inventory, { db }: { db: Database }): Inventory {
  return {
    ...inventory,
    endPlans: async (tx, planIds) => {
      await inventory.endPlans(tx, planIds);
      await deletePathsOfPlans(tx, planIds);
    },
    latestUpgradePaths: selectLatestPaths,
    searchUpgradePaths: async (caller, text) => {
      const { rows } = await selectPaths(db, caller, { text }, { pageSize: 500 });
      const places = new Map<string, Awaited<ReturnType<typeof planPlace>>>();
      const found: UpgradePathRecord[] = [];
      for (const row of rows) {
        const place = places.get(row.planId) ?? (await planPlace(db, caller.orgId, row.planId));
        places.set(row.planId, place);
        found.push({
          id: row.id,
          notifyCustomer: row.notifyCustomer,
          productTierID: row.planId,
          productTierName: place.planName,
          serviceId: place.serviceId,
          serviceName: place.serviceName,
          serviceEnvironmentId: place.environmentId,
          serviceEnvironmentName: place.environmentName,
          serviceEnvironmentType: place.environmentType,
          status: row.status,
        });
      }
      return found;
    },
  };
}
