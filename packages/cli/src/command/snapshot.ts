/** `snapshot …`: snapshots of an environment, those of deleted instances included. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type Context, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';
import { hintsOf } from '../hint.js';
import { findEnvironment, findInstance, findPlan, findService, placeOf } from '../lookup.js';
import { timer } from '../progress/patience.js';
import { confirm } from './confirm.js';
import { asked } from './follow.js';
import { withWait } from './instance/action.js';
import { backupBegun } from './instance/snapshot.js';
import { need, printSnapshot, printSnapshots, type RestoreOptions, restoreBody, restored, withRestoreOptions } from './snapshot-table.js';

interface SnapshotOptions extends RestoreOptions {
  service?: string;
  serviceId?: string;
  environment?: string;
  environmentId?: string;
  productTierId?: string;
  snapshotType?: string;
  yes?: boolean;
}

/** Adds the commands. */
export function addSnapshotCommands(program: Command, context: Context): void {
  const group = program.command('snapshot');
  placed(group.command('list'))
    .description('List the snapshots of an environment, newest first')
    .option('--product-tier-id <plan>', 'only of this plan, name or id')
    .option('--snapshot-type <type>', 'ManualSnapshot, AutomatedSnapshot or all', 'all')
    .addHelpText('after', '\nExample:\n  cellplane snapshot list --service Postgres --environment Dev')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<SnapshotOptions>();
      const client = await signedIn(context, options);
      printSnapshots(context, options, await listOf(client, options));
    });
  onSnapshot(group, context, 'describe', 'Show a snapshot', async ({ client, place, snapshotId, options }) => {
    printSnapshot(context, options, await findSnapshot(client, place, snapshotId));
  });
  withWait(group.command('create'))
    .argument('<instance>', 'id')
    .description('Take a snapshot that is kept until it is deleted by hand')
    .addHelpText('after', '\nExample:\n  cellplane snapshot create instance-y24o87zd1 --wait')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SnapshotOptions>();
      const client = await signedIn(context, options);
      const taken = await client.createInstanceSnapshot({ params: placeOf(await findInstance(client, id)), body: {} });
      await backupBegun(context, options, id, taken);
    });
  withRestoreOptions(
    onSnapshot(
      group,
      context,
      'restore',
      'Restore a snapshot into a new instance, or into its deleted source',
      async ({ client, place, snapshotId, options }) => {
        const made = await client.restoreSnapshot({ params: { ...place, snapshotId }, body: await restoreBody(options) });
        return restored(context, made.id, options);
      },
      '--service Postgres --param numberOfInstances=1 --wait',
    ),
  )
    .option('--restore-to-source', 'bring the deleted source back, with its id and endpoints')
    .option('--custom-network-id <id>', 'network of the new instance')
    .option('--subscription-id <id>', "the customer's subscription; without it, the source's");
  onSnapshot(
    group,
    context,
    'delete',
    'Delete a snapshot and the backup behind it',
    async ({ client, place, snapshotId, options }) => {
      await confirm(context, options, `This deletes the snapshot ${snapshotId} and its backup.`);
      const before = options.wait === true ? ((await findSnapshot(client, place, snapshotId)).statusDescription ?? '') : '';
      await client.deleteSnapshot({ params: { ...place, snapshotId } });
      if (options.wait === true) return untilGone(context, options, { ...place, snapshotId, before });
      say(
        context,
        options,
        `Accepted: delete of ${snapshotId}. It is gone when it is in the list no more: ${hintsOf(context, options)('snapshot', 'list')}`,
      );
      if (options.output === 'json') printObject(context, options, { snapshot_id: snapshotId, status: 'DELETING' });
      return undefined;
    },
    '--service Postgres --yes',
  )
    .option('-y, --yes', 'really')
    .option('--wait', 'until it is gone; exit 1 if it cannot be deleted');
}

/** Waits until the snapshot is in no list. @throws CommandFailure where the delete has failed */
async function untilGone(
  context: Context,
  options: SnapshotOptions,
  of: SnapshotPlace & { snapshotId: string; before: string },
): Promise<void> {
  const { serviceId, environmentId, snapshotId, before } = of;
  for (;;) {
    const { snapshots } = await asked(context, options, (client) =>
      client.listSnapshots({ params: { serviceId, environmentId }, query: {} }),
    );
    const found = snapshots.find((one) => one.snapshotId === snapshotId);
    if (found === undefined) return printObject(context, options, { snapshot_id: snapshotId, status: 'DELETED' });
    // What an attempt has said of its failure; what the backup said of its own stood there before.
    if (![undefined, '', before].includes(found.statusDescription))
      throw new CommandFailure(
        'failed',
        `${snapshotId} is ${found.status}: ${found.statusDescription ?? ''}. The delete is tried again by itself.`,
        [{ say: 'See it with:', command: ['snapshot', 'describe', snapshotId] }],
      );
    await (context.pause ?? timer)(POLL_MS);
  }
}

/** How often it is looked whether the snapshot is gone. Milliseconds. */
const POLL_MS = 500;

interface SnapshotPlace {
  serviceId: string;
  environmentId: string;
}

function placed(command: Command): Command {
  return command
    .option('-s, --service <name>', 'service, name or id')
    .option('--service-id <id>', 'the same')
    .option('-e, --environment <name>', 'environment, name or id')
    .option('--environment-id <id>', 'the same');
}

function onSnapshot(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (on: { client: Client; place: SnapshotPlace; snapshotId: string; options: SnapshotOptions }) => Promise<void>,
  example = '--service Postgres',
): Command {
  return placed(group.command(name))
    .argument('[snapshot]', 'id')
    .option('--snapshot-id <id>', 'the same')
    .description(description)
    .addHelpText('after', `\nExample:\n  cellplane snapshot ${name} instance-ss-8w2k1q0zp ${example}`)
    .action(async (given: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SnapshotOptions>();
      const client = await signedIn(context, options);
      const snapshotId = need('its id or --snapshot-id', given ?? options.snapshotId, 'which snapshot');
      await work({ client, place: await placeIn(client, options, snapshotId), snapshotId, options });
    });
}

/** Service and environment: as they are given, else where the snapshot is. */
async function placeIn(client: Client, options: SnapshotOptions, snapshotId: string): Promise<SnapshotPlace> {
  if ((options.serviceId ?? options.service) !== undefined) {
    const service = await findService(client, options.serviceId ?? options.service ?? '');
    return { serviceId: service.id, environmentId: findEnvironment(service, options.environmentId ?? options.environment).id };
  }
  for (const place of await placesOf(client, options)) {
    const { snapshots } = await client.listSnapshots({ params: place, query: {} });
    if (snapshots.some((one) => one.snapshotId === snapshotId)) return place;
  }
  throw new CommandFailure('not_found', `There is no snapshot "${snapshotId}".`, [{ command: ['snapshot', 'list'] }]);
}

async function placesOf(client: Client, options: SnapshotOptions): Promise<SnapshotPlace[]> {
  const wanted = options.serviceId ?? options.service;
  const services = wanted === undefined ? (await client.listServices({})).services : [await findService(client, wanted)];
  const environment = options.environmentId ?? options.environment;
  return services.flatMap((service) => {
    const chosen = environment === undefined ? service.serviceEnvironments : [findEnvironment(service, environment)];
    return chosen.map(({ id }) => ({ serviceId: service.id, environmentId: id }));
  });
}

async function listOf(client: Client, options: SnapshotOptions) {
  const type = options.snapshotType ?? 'all';
  const lists = await Promise.all(
    (await placesOf(client, options)).map(async (place) => {
      const service = options.productTierId === undefined ? undefined : await findService(client, place.serviceId);
      const productTierId = service === undefined ? undefined : findPlan(service, options.productTierId ?? '').plan.productTierID;
      const { snapshots } = await client.listSnapshots({
        params: place,
        query: {
          ...(type.toLowerCase() === 'all' ? {} : { snapshotType: type }),
          ...(productTierId === undefined ? {} : { productTierId }),
        },
      });
      return snapshots;
    }),
  );
  return lists.flat().toSorted((one, other) => Date.parse(other.createdTime) - Date.parse(one.createdTime));
}

async function findSnapshot(client: Client, place: SnapshotPlace, snapshotId: string) {
  const { snapshots } = await client.listSnapshots({ params: place, query: {} });
  const found = snapshots.find((one) => one.snapshotId === snapshotId);
  if (found === undefined)
    throw new CommandFailure('not_found', `There is no snapshot "${snapshotId}" there.`, [{ command: ['snapshot', 'list'] }]);
  return found;
}
