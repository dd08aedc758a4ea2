/** Upgrades of one instance by the room of operations. */
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { beginRollback, beginUpgrade, checkUpgrade } from '../lifecycle/requests/upgrade-instance.js';
import type { OneUpgrade } from './one-upgrade.js';

export function oneUpgrade(deps: InstanceDeps): OneUpgrade {
  return {
    begin: (tx, input) => beginUpgrade(deps, tx, input),
    check: (db, instance, target, parameters) => checkUpgrade(deps, db, instance, target, parameters),
    rollBack: (tx, input) => beginRollback(deps, tx, input),
  };
}
