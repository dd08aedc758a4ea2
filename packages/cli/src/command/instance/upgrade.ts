/** `instance version-upgrade`. */
import type { Command } from 'commander';
import type { Context } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findInstance, placeOf } from '../../lookup.js';
import { collect, PARAM, readObject, readParameters } from '../../parameters.js';
import { confirm } from '../confirm.js';
import { actOnInstance } from './action.js';
import { askAfterDiff } from './diff.js';

export function addVersionUpgrade(group: Command, context: Context): void {
  actOnInstance(
    group,
    context,
    'version-upgrade',
    'Upgrade an instance to another version of its plan; the provider may also go back to an older one',
    async (client, id, options) => {
      const targetTierVersion = options.targetTierVersion?.trim() ?? '';
      if (targetTierVersion === '')
        throw new CommandFailure('bad_request', 'Say which version with --target-tier-version: 2.0, latest or preferred.');
      const requestParams = await readParameters(options.param, options.paramFile);
      const file = options.upgradeConfigurationOverride;
      const overrides = file === undefined ? undefined : await readObject(file, '--upgrade-configuration-override');
      // A diff shows what goes, and asks.
      if (options.removeDropped === true && options.diff !== true)
        await confirm(context, options, `This takes down what ${id} has and version ${targetTierVersion} has not, with its data.`);
      const instance = await findInstance(client, id);
      const given = requestParams ?? onlyValuesOf(overrides);
      await askAfterDiff(context, client, options, {
        id,
        targetVersion: targetTierVersion,
        ...(given === undefined ? {} : { requestParams: given }),
        ...(options.removeDropped === true ? { removeDropped: true } : {}),
      });
      await client.upgradeInstance({
        params: placeOf(instance),
        body: {
          resourceId: '',
          targetTierVersion,
          resourceOverrideConfiguration: (overrides ?? null) as Record<string, { requestParams?: unknown }> | null,
          ...(requestParams === undefined ? {} : { requestParams }),
          ...(options.removeDropped === true ? { removeDropped: true } : {}),
        },
      });
    },
    '--target-tier-version 2.0 --wait',
  )
    .option('--target-tier-version <version>', '2.0, latest or preferred')
    .option('--param <value>', `${PARAM}; for what the version asks for, or does not take any more`, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--upgrade-configuration-override <file>', 'a JSON object in a file: resource key → {"requestParams": {…}}')
    .option('--remove-dropped', 'take down what the version does not have any more, also if it may hold data')
    .option('--diff', 'show what would change, and ask before it is done')
    .option('-y, --yes', 'really');
}

/** Values in an override file: the server refuses those of more than one resource. */
function onlyValuesOf(overrides: Record<string, unknown> | undefined): unknown {
  const [first] = Object.values(overrides ?? {}) as { requestParams?: unknown }[];
  return first?.requestParams;
}
