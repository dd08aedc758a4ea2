/** `instance trigger-backup | list-snapshots | describe-snapshot | copy-snapshot | restore`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, isCustomer, printObject, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findInstance, placeEver, placeOf, searchInstance } from '../../lookup.js';
import { timer } from '../../progress/patience.js';
import { asked, followOperation } from '../follow.js';
import { onInstance, withDiff, withWait } from './action.js';
import { askAfterDiff } from './diff.js';
import { need, printSnapshot, printSnapshots, restoreBody, restored, withRestoreOptions } from '../snapshot-table.js';

export function addInstanceSnapshots(group: Command, context: Context): void {
  withWait(
    onInstance(
      group,
      context,
      'trigger-backup',
      'Take a backup now; it expires like the periodic ones (for one that is kept: snapshot create)',
      async (client, id, options) => {
        const taken = await client.triggerInstanceSnapshot({ params: placeOf(await findInstance(client, id)) });
        await backupBegun(context, options, id, taken);
      },
      '--wait',
    ),
  );
  onInstance(group, context, 'list-snapshots', 'List the snapshots of an instance, newest first', async (client, id, options) => {
    const { snapshots } = await client.listInstanceSnapshots({ params: await placeEver(client, id) });
    printSnapshots(context, options, snapshots);
  });
  group
    .command('describe-snapshot')
    .argument('<instance>', 'id')
    .argument('<snapshot>', 'id')
    .description('Show a snapshot of an instance')
    .addHelpText('after', '\nExample:\n  cellplane instance describe-snapshot instance-y24o87zd1 instance-ss-8w2k1q0zp')
    .action(async (id: string, snapshotId: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const params = { ...(await placeEver(client, id)), snapshotId };
      printSnapshot(context, options, await client.describeInstanceSnapshot({ params }));
    });
  onInstance(
    group,
    context,
    'copy-snapshot',
    'Keep a snapshot, or the newest one, until it is deleted by hand',
    async (client, id, options) => {
      // Of a deleted instance the search knows no region: then it is the snapshot's own.
      const targetRegion = options.targetRegion ?? (await searchInstance(client, id))?.regionCode ?? '';
      const copied = await client.copyInstanceSnapshot({
        params: await placeEver(client, id),
        body: { targetRegion, ...(options.snapshotId === undefined ? {} : { sourceSnapshotId: options.snapshotId }) },
      });
      printObject(context, options, { snapshot_id: copied.snapshotId, instance_id: id });
    },
    '--snapshot-id instance-ss-8w2k1q0zp',
  )
    .option('--snapshot-id <id>', 'the snapshot; without it the newest')
    .option('--target-region <region>', "region; without it the instance's own");
  const restore = withRestoreOptions(
    onInstance(
      group,
      context,
      'restore',
      'Restore a snapshot of an instance, or its state at a time, into a new instance',
      async (client, id, options) => {
        const params = await placeEver(client, id);
        const body = await restoreBody(options);
        if (options.targetTime !== undefined) {
          if (options.diff === true)
            throw new CommandFailure('bad_request', 'A restore to a time has no --diff: name the snapshot with --snapshot-id.');
          const { restoreToSourceInstance: _, ...rest } = { restoreToSourceInstance: false, ...body };
          const made = await client.restoreInstanceToTime({ params, body: { targetRestoreTime: options.targetTime, ...rest } });
          return restored(context, made.id, options);
        }
        const snapshotId = need('--snapshot-id', options.snapshotId, 'which snapshot (see: instance list-snapshots)');
        const { serviceId, environmentId } = params;
        const { inputParametersOverride, productTierVersionOverride, network_type } = body;
        await askAfterDiff(context, client, options, {
          id,
          snapshotId,
          ...(inputParametersOverride === undefined ? {} : { requestParams: inputParametersOverride }),
          ...(productTierVersionOverride === undefined ? {} : { productTierVersionOverride }),
          ...(network_type === undefined ? {} : { network_type }),
        });
        const made = await client.restoreSnapshot({ params: { serviceId, environmentId, snapshotId }, body });
        return restored(context, made.id, options);
      },
      '--snapshot-id instance-ss-8w2k1q0zp --wait',
    ),
  )
    .option('--snapshot-id <id>', 'the snapshot')
    .option('--target-time <time>', 'in place of a snapshot: the time to go back to, as 2026-01-31T12:00:00Z');
  withDiff(restore);
}

/** Says which snapshot is being taken, or waits until it is. */
export async function backupBegun(
  context: Context,
  options: CommonOptions & { wait?: boolean },
  instanceId: string,
  taken: { snapshotId: string; serviceId: string; environmentId: string },
): Promise<void> {
  const { snapshotId, serviceId, environmentId } = taken;
  if (options.wait !== true) return printObject(context, options, { snapshot_id: snapshotId, instance_id: instanceId, status: 'PENDING' });
  const params = { serviceId, environmentId, instanceId, snapshotId };
  // The runs of a backup are for the people of the provider; a customer has the snapshot.
  if (await isCustomer(context, options)) return untilTaken(context, options, params);
  await followOperation(
    // What is printed at last is the snapshot, and for programs nothing else.
    options.output === 'json' ? { ...context, screen: { ...context.screen, write: () => {} } } : context,
    { instanceId, isWanted: (operation) => operation.runs.some((run) => run.snapshotId === snapshotId && run.verb === 'backup') },
    options,
  );
  printSnapshot(context, options, await asked(context, options, (client) => client.describeInstanceSnapshot({ params })));
}

/** How often it is asked whether a snapshot is there. Milliseconds. */
const POLL_MS = 500;

/** Waits until the snapshot is there. @throws CommandFailure where the backup has failed */
async function untilTaken(
  context: Context,
  options: CommonOptions,
  params: { serviceId: string; environmentId: string; instanceId: string; snapshotId: string },
): Promise<void> {
  for (;;) {
    const snapshot = await asked(context, options, (client) => client.describeInstanceSnapshot({ params }));
    if (snapshot.status === 'COMPLETE') return printSnapshot(context, options, snapshot);
    if (snapshot.status === 'FAILED')
      throw new CommandFailure('failed', `${params.snapshotId} has failed: ${snapshot.statusDescription ?? ''}`, [
        { say: 'See it with:', command: ['snapshot', 'describe', params.snapshotId] },
      ]);
    await (context.pause ?? timer)(POLL_MS);
  }
}
