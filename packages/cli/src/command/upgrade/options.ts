/** Options of a command that makes upgrade paths. */
import type { Command } from 'commander';
import type { CommonOptions } from '../../context.js';
import { collect, PARAM } from '../../parameters.js';

export interface CreateOptions extends CommonOptions {
  version?: string;
  versionName?: string;
  maxConcurrentUpgrades?: string;
  notifyCustomer?: boolean;
  scheduledDate?: string;
  service?: string;
  environment?: string;
  plan?: string;
  sourceVersion?: string;
  filter?: string[];
  param?: string[];
  paramFile?: string;
  canary?: string;
  waves?: string;
  soak?: string;
  haltAt?: string;
  gate?: string[];
  /** False with `--no-health`. */
  health?: boolean;
  order?: string;
  after?: string;
  automaticRollback?: boolean;
  ignoreWindows?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** Adds them. The first five are the reference's. */
export function withCreateOptions(command: Command): Command {
  return command
    .argument('[instances...]', 'ids')
    .option('--version <version>', 'to which version: 2.0, preferred or latest')
    .option('--version-name <name>', 'the same, by the name that the version was given')
    .option('--max-concurrent-upgrades <number>', 'so many at a time, 1 to 25; 5 if it is not said')
    .option('--notify-customer', 'mail the customers, when it is made and when each is done')
    .option('--scheduled-date <time>', 'when it begins, such as 2030-01-31T22:00:00Z; at once if it is not said')
    .option('--service <name>', 'in place of ids: all instances of a version of a plan of this service')
    .option('--environment <name>', 'environment, where several have a plan of the name')
    .option('--plan <name>', 'plan, name or id')
    .option('--source-version <version>', 'the version that they run')
    .option('--filter <filter>', 'of these, REGIONS=…, CELL_IDS=…, SUBSCRIPTION_IDS=… or ORGANIZATION_IDS=…; repeatable', collect)
    .option('--param <value>', `a parameter of the new version: ${PARAM}`, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--canary <share>', 'a first wave: a number of instances, or a percentage such as 1%')
    .option('--waves <shares>', 'further waves, such as 10%,25%; what is left is the last one')
    .option('--soak <time>', 'how long each wave is watched before the next one, such as 10m; 5m if there are waves')
    .option('--halt-at <failures>', 'stop when so many of a wave have failed, 3 or 5%; 10% if it is not said')
    .option('--gate <gate>', '"Kind: condition" that must hold after each wave, in the language of the plan’s gates; repeatable', collect)
    .option('--no-health', 'do not ask after each wave whether the instances are well')
    .option('--order <order>', 'oldest, newest, or own-first (the provider’s own instances)')
    .option('--after <path>', 'begin when this upgrade path is complete, such as that of another environment')
    .option('--automatic-rollback', 'bring instances that fail back to their version, where the plan declares that it can be done')
    .option('--ignore-windows', 'do not wait for the maintenance windows of customers')
    .option('--dry-run', 'only show what it would touch')
    .option('-y, --yes', 'do not ask');
}
