/** What the catalogue must know of snapshots before it forgets a plan: a backup is not thrown away with the plan that can read it. */
import type { Inventory } from '../catalog/inventory.js';
import { invalidState } from '../errors.js';
import { countLiveOfPlans, forgetSnapshotsOfPlans } from './store.js';

/** The inventory of instances, with that of snapshots before it. `forgetPlans` throws invalid_state while there are snapshots. */
export function withSnapshots(inventory: Inventory): Inventory {
  return {
    ...inventory,
    forgetPlans: async (tx, planIds) => {
      const live = await countLiveOfPlans(tx, planIds);
      if (live > 0)
        throw invalidState(
          'plan-has-snapshots',
          `There ${live === 1 ? 'is 1 snapshot' : `are ${live} snapshots`} of instances of this plan. Delete the manual ones first (cellplane snapshot list, cellplane snapshot delete); automated ones expire by themselves.`,
        );
      await forgetSnapshotsOfPlans(tx, planIds);
      await inventory.forgetPlans(tx, planIds);
    },
  };
}
