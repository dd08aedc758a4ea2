/** What the commands that act on one instance have in common. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { hintsOf } from '../../hint.js';
import { follow, followToTheEnd } from '../follow.js';
import type { RestoreOptions } from '../snapshot-table.js';

/** Of all commands on one instance; each has some of them. */
export interface InstanceOptions extends RestoreOptions {
  tags?: string;
  yes?: boolean;
  limit?: string;
  targetRegion?: string;
  capacity?: string;
  failedReplicaId?: string;
  failedReplicaAction?: string;
  skipFinalSnapshot?: boolean;
  skipSnapshotCleanup?: boolean;
  recreateMissing?: boolean;
  targetTierVersion?: string;
  upgradeConfigurationOverride?: string;
  removeDropped?: boolean;
  diff?: boolean;
}

/** A read of one instance. */
export function onInstance(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (client: Client, id: string, options: InstanceOptions) => Promise<void>,
  example = '-o json',
): Command {
  return group
    .command(name)
    .argument('<instance>', 'id')
    .description(description)
    .addHelpText('after', `\nExample:\n  cellplane instance ${name} instance-y24o87zd1 ${example}`.trimEnd())
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<InstanceOptions>();
      await work(await signedIn(context, options), id, options);
    });
}

/** An action on one instance that its status tells of, with `--wait`. */
export function actOnInstance(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (client: Client, id: string, options: InstanceOptions) => Promise<void>,
  example = '--wait',
): Command {
  const command = onInstance(
    group,
    context,
    name,
    description,
    async (client, id, options) => {
      await work(client, id, options);
      await accepted(context, client, { id, name }, options);
    },
    example,
  );
  return withWait(command);
}

/** `--diff`: the change is shown before, and begun only if that is what is wanted. */
export function withDiff(command: Command): Command {
  return command.option('--diff', 'show what would change, and ask before it is done').option('-y, --yes', 'with --diff: do not ask');
}

export function withWait(command: Command): Command {
  return command.option('--wait', 'show the progress until it has ended; exit 1 if it failed');
}

/** The end of an action: what is followed, or how it could be. */
export async function accepted(
  context: Context,
  client: Client,
  what: { id: string; name: string },
  options: CommonOptions & { wait?: boolean },
): Promise<void> {
  if (options.wait !== true) {
    if (options.output !== 'json')
      return say(
        context,
        options,
        `Accepted: ${what.name} of ${what.id}. Follow it with: ${hintsOf(context, options)('instance', 'watch', what.id)}`,
      );
    // The API answers these with nothing; a program wants something that it can read.
    const { status } = await client.listInstanceOperations({ params: { id: what.id }, query: { pageSize: 1 } });
    return printObject(context, options, { instance_id: what.id, operation: what.name, status });
  }
  if (what.name === 'delete') return followToTheEnd(context, what.id, options);
  return follow(context, what.id, options);
}

/** A whole number above zero. @throws CommandFailure naming the option */
export function readCount(option: string, text: string | undefined): number {
  const count = Number(text ?? '');
  if (text !== undefined && Number.isSafeInteger(count) && count > 0) return count;
  throw new CommandFailure(
    'bad_request',
    `${option} must be a whole number above 0${text === undefined ? '; give it' : `, and is "${text}"`}.`,
  );
}
