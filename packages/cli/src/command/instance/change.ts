/** `instance modify | delete | protect | unprotect | start | stop | restart | version-upgrade | add-capacity | remove-capacity | failover`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findInstance, placeOf } from '../../lookup.js';
import { collect, PARAM, readParameters, readTags } from '../../parameters.js';
import { confirm } from '../confirm.js';
import { actOnInstance, readCount, withDiff } from './action.js';
import { askAfterDiff } from './diff.js';
import { addVersionUpgrade } from './upgrade.js';

const RECREATE_MISSING = 'make anew what is gone from the cell, without the data it held';

export function addInstanceChanges(group: Command, context: Context): void {
  addModify(group, context);
  addDelete(group, context);
  addProtection(group, context);
  for (const verb of ['start', 'stop', 'restart'] as const) {
    const action = actOnInstance(group, context, verb, `Run the plan's ${verb} workflow`, async (client, id, options) => {
      const instance = await findInstance(client, id);
      const body = { resourceId: instance.resourceId ?? '', ...(options.recreateMissing === true ? { recreateMissing: true } : {}) };
      const request = { params: placeOf(instance), body };
      if (verb === 'start') await client.startInstance(request);
      else if (verb === 'stop') await client.stopInstance(request);
      else await client.restartInstance(request);
    });
    if (verb !== 'stop') action.option('--recreate-missing', RECREATE_MISSING);
  }
  addVersionUpgrade(group, context);
  addScaling(group, context);
}

function addModify(group: Command, context: Context): void {
  const command = actOnInstance(
    group,
    context,
    'modify',
    'Change parameters or tags',
    async (client, id, options) => {
      const parameters = await readParameters(options.param, options.paramFile);
      const tags = readTags(options.tags);
      if (parameters === undefined && tags === undefined && options.networkType === undefined && options.recreateMissing !== true)
        throw new CommandFailure('bad_request', 'Nothing to change: give --param, --param-file or --tags.');
      const instance = await findInstance(client, id);
      const change = {
        ...(parameters === undefined ? {} : { requestParams: parameters }),
        ...(options.networkType === undefined ? {} : { network_type: options.networkType }),
        ...(options.recreateMissing === true ? { recreateMissing: true } : {}),
      };
      await askAfterDiff(context, client, options, { id, ...change });
      await client.modifyInstance({
        params: placeOf(instance),
        body: { resourceId: instance.resourceId ?? '', ...change, ...(tags === undefined ? {} : { customTags: tags }) },
      });
    },
    '--param numberOfInstances=3 --wait',
  )
    .option('--param <value>', PARAM, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--tags <k=v,…>', 'tags; they replace the present ones')
    .option('--network-type <type>', 'PUBLIC or INTERNAL')
    .option('--recreate-missing', RECREATE_MISSING);
  withDiff(command);
}

function addDelete(group: Command, context: Context): void {
  actOnInstance(
    group,
    context,
    'delete',
    'Delete an instance and everything it has in the cell; first its last snapshot, if the plan asks for one',
    async (client, id, options) => {
      await confirm(context, options, `This deletes ${id} and its data.`);
      const instance = await findInstance(client, id);
      await client.deleteInstance({
        params: placeOf(instance),
        body: {
          resourceId: instance.resourceId ?? '',
          skipFinalSnapshot: options.skipFinalSnapshot === true,
          ...(options.skipSnapshotCleanup === true ? { skipSnapshotCleanup: true } : {}),
        },
      });
    },
    '--yes --wait',
  )
    .option('-y, --yes', 'really')
    .option('--skip-final-snapshot', 'without the last snapshot that the plan may ask for')
    .option('--skip-snapshot-cleanup', 'leave automated snapshots where they are, as when their removal fails');
}

function addProtection(group: Command, context: Context): void {
  for (const verb of ['protect', 'unprotect'] as const) {
    const what = verb === 'protect' ? 'Refuse to delete an instance until it is unprotected' : 'Allow the delete of an instance again';
    group
      .command(verb)
      .argument('<instance>', 'id')
      .description(what)
      .addHelpText('after', `\nExample:\n  cellplane instance ${verb} instance-y24o87zd1`)
      .action(async (id: string, _: unknown, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        const client = await signedIn(context, options);
        const deletionProtection = verb === 'protect';
        await client.updateInstanceMetadata({ params: placeOf(await findInstance(client, id)), body: { deletionProtection } });
        printObject(context, options, { instance_id: id, deletion_protection: deletionProtection });
      });
  }
}

function addScaling(group: Command, context: Context): void {
  actOnInstance(
    group,
    context,
    'add-capacity',
    'Add replicas with the plan’s addCapacity workflow',
    async (client, id, options) => {
      const capacityToBeAdded = readCount('--capacity', options.capacity);
      const instance = await findInstance(client, id);
      await client.addCapacity({ params: placeOf(instance), body: { resourceId: instance.resourceId ?? '', capacityToBeAdded } });
    },
    '--capacity 1 --wait',
  ).option('--capacity <number>', 'how many');
  actOnInstance(
    group,
    context,
    'remove-capacity',
    'Remove replicas with the plan’s removeCapacity workflow',
    async (client, id, options) => {
      const capacityToBeRemoved = readCount('--capacity', options.capacity);
      const instance = await findInstance(client, id);
      await client.removeCapacity({ params: placeOf(instance), body: { resourceId: instance.resourceId ?? '', capacityToBeRemoved } });
    },
    '--capacity 1 --wait',
  ).option('--capacity <number>', 'how many');
  actOnInstance(
    group,
    context,
    'failover',
    'Fail over from a replica with the plan’s failover workflow',
    async (client, id, options) => {
      const instance = await findInstance(client, id);
      await client.failoverInstance({ params: placeOf(instance), body: failoverBody(options) });
    },
    '--failed-replica-id postgres-1 --wait',
  )
    .option('--failed-replica-id <id>', 'the replica that failed')
    .option('--failed-replica-action <action>', 'FAILOVER_ONLY, FAILOVER_AND_RESTART or FAILOVER_AND_RECREATE');
}

/** @throws CommandFailure without a replica */
export function failoverBody(options: { failedReplicaId?: string; failedReplicaAction?: string }) {
  if (options.failedReplicaId === undefined)
    throw new CommandFailure(
      'bad_request',
      'Say which replica failed with --failed-replica-id; its id is what the operator calls it, as pod names are.',
    );
  return {
    failedReplicaID: options.failedReplicaId,
    ...(options.failedReplicaAction === undefined ? {} : { failedReplicaAction: options.failedReplicaAction.toUpperCase() }),
  };
}
