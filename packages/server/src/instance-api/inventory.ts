/** What the catalogue asks of instances and subscriptions; the other direction of the arrow between the rooms. */
import { parseExpression, type PathSegment } from '@cellplane/plan';
import type { Inventory } from '../catalog/inventory.js';
import type { Cell } from '../cells/cell.js';
import { canFill } from '../cells/facts.js';
import { invalidState } from '../errors.js';
import { countOfPlans, selectIdsOfPlans } from '../instances/plan-store.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { selectOneWorkedOn } from '../lifecycle/store.js';
import { searchSubscriptions } from '../subscriptions/listed-store.js';
import { endSubscriptionsOfPlans, isLive, selectOwnSubscriptions } from '../subscriptions/store.js';
import { searchedInstances } from './search-instances.js';

export function instanceInventory(deps: InstanceDeps): Inventory {
  return {
    countInstances: countOfPlans,
    // Snapshots are a room further right, which adds them.
    countSnapshots: () => Promise.resolve(0),
    removeSnapshots: () => Promise.resolve({ left: 0 }),
    isQuiet: async (tx, planIds) => (await selectOneWorkedOn(tx, await selectIdsOfPlans(tx, planIds))) === undefined,
    endPlans: async (tx, planIds) => {
      // Of a gone instance: its namespace was made again to remove a backup, and its run needs the plan to take it away.
      const busy = await selectOneWorkedOn(tx, await selectIdsOfPlans(tx, planIds));
      if (busy !== undefined)
        throw invalidState('plan-is-busy', `A backup of ${busy}, which is gone, is still being cleaned up. Try again when that has ended.`);
      await endSubscriptionsOfPlans(tx, planIds);
    },
    searchInstances: (caller, text, filters) => searchedInstances(deps, caller, text, filters),
    searchSubscriptions: (caller, text) => searchSubscriptions(deps.db, caller, text),
    searchSnapshots: () => Promise.resolve([]),
    // So are upgrade paths.
    searchUpgradePaths: () => Promise.resolve([]),
    latestUpgradePaths: () => Promise.resolve([]),
    searchCells: async ({ products }, text) => {
      const found = products === undefined ? await deps.cells.list() : [];
      const isFound = ({ id, key }: Cell) => [id, key].some((part) => part.toLowerCase().includes(text.toLowerCase()));
      return found.filter(isFound).map(({ id, key, places: [place] }) => ({
        id,
        description: key,
        cloudProvider: place?.cloudProvider ?? '',
        regionCode: place?.region ?? '',
      }));
    },
    subscribedPlans: async (db, viewer) => (await selectOwnSubscriptions(db, viewer)).filter(isLive).map(({ planId }) => planId),
    regions: async () => (await deps.cells.list()).flatMap((cell) => cell.places),
    unfilled: async (references) => {
      const cells = references.length === 0 ? [] : await deps.cells.list();
      return references.filter((text) => {
        const parsed = parseExpression(text);
        return !parsed.ok || parsed.value.type !== 'reference' || !canFillAny(cells, parsed.value.path);
      });
    },
  };
}

function canFillAny(cells: Cell[], path: readonly PathSegment[]): boolean {
  return cells.some((cell) => canFill(cell, path));
}
