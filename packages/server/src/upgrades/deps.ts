import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { LookAhead } from './foresight/look-ahead.js';
import type { OneUpgrade } from './one-upgrade.js';

/** What upgrades of many instances need. */
export interface UpgradeDeps {
  instances: InstanceDeps;
  one: OneUpgrade;
  /** Absent: what would change cannot be looked at. */
  lookAhead?: LookAhead;
}
