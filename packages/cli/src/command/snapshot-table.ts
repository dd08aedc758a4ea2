/** Snapshots as they are printed, and restores as they are asked for. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject } from '../context.js';
import { CommandFailure } from '../failure.js';
import { collect, PARAM, readParameters } from '../parameters.js';
import { age } from '../progress/lines.js';
import { follow } from './follow.js';

export type Snapshot = Awaited<ReturnType<Client['describeInstanceSnapshot']>>;

export function printSnapshots(context: Context, options: CommonOptions, snapshots: Snapshot[]): void {
  const rows = snapshots.map((one) => ({ snapshot_id: one.snapshotId, instance_id: one.sourceInstanceId, ...one }));
  printList(context, options, rows, {
    ID: (row) => row.snapshotId,
    STATUS: (row) => row.status,
    KIND: (row) => row.origin ?? row.snapshotType,
    INSTANCE: (row) => row.sourceInstanceId,
    PLAN: (row) => [row.productTierName, row.productTierVersion].filter((part) => part !== undefined).join(' '),
    REGION: (row) => row.region,
    AGE: (row) => age(row.createdTime),
    CREATED: (row) => row.createdTime,
    EXPIRES: (row) => row.expiryTime,
    REASON: (row) => row.statusDescription,
  });
}

export function printSnapshot(context: Context, options: CommonOptions, snapshot: Snapshot): void {
  printObject(
    context,
    options,
    { snapshot_id: snapshot.snapshotId, instance_id: snapshot.sourceInstanceId, ...snapshot },
    {
      id: snapshot.snapshotId,
      status: snapshot.status,
      reason: snapshot.statusDescription,
      kind: snapshot.origin ?? snapshot.snapshotType,
      instance: snapshot.sourceInstanceId,
      service: snapshot.serviceName,
      environment: snapshot.environmentName,
      plan: [snapshot.productTierName, snapshot.productTierVersion].filter((part) => part !== undefined).join(' '),
      place: [snapshot.cloudProvider, snapshot.region].filter((part) => part !== undefined).join(' '),
      created: snapshot.createdTime,
      completed: snapshot.completeTime,
      expires: snapshot.expiryTime ?? 'never by itself',
      'copied from': snapshot.copiedFromSnapshotId,
      metadata: snapshot.snapshotMetadata,
    },
  );
}

export interface RestoreOptions extends CommonOptions {
  snapshotId?: string;
  targetTime?: string;
  param?: string[];
  paramFile?: string;
  tierversionOverride?: string;
  networkType?: string;
  customNetworkId?: string;
  subscriptionId?: string;
  restoreToSource?: boolean;
  wait?: boolean;
}

/** Options that every restore has. */
export function withRestoreOptions(command: Command): Command {
  return command
    .option('--param <value>', `a parameter of the new instance in place of the source's: ${PARAM}`, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--tierversion-override <version>', 'another version of the plan')
    .option('--network-type <type>', 'PUBLIC or INTERNAL')
    .option('--wait', 'show the progress until the new instance runs; exit 1 if it failed');
}

/** Body of a restore. @throws CommandFailure */
export async function restoreBody(options: RestoreOptions) {
  const parameters = await readParameters(options.param, options.paramFile);
  return {
    ...(parameters === undefined ? {} : { inputParametersOverride: parameters }),
    ...(options.tierversionOverride === undefined ? {} : { productTierVersionOverride: options.tierversionOverride }),
    ...(options.networkType === undefined ? {} : { network_type: options.networkType.toUpperCase() }),
    ...(options.customNetworkId === undefined ? {} : { custom_network_id: options.customNetworkId }),
    ...(options.subscriptionId === undefined ? {} : { subscriptionId: options.subscriptionId }),
    ...(options.restoreToSource === true ? { restoreToSourceInstance: true } : {}),
  };
}

/** What a restore has led to: the new instance, live with `--wait`. */
export async function restored(context: Context, id: string, options: RestoreOptions): Promise<void> {
  if (options.wait === true) return follow(context, id, options);
  return printObject(context, options, { instance_id: id, status: 'DEPLOYING' });
}

/** @throws CommandFailure if it is missing */
export function need(option: string, value: string | undefined, what: string): string {
  if (value !== undefined && value !== '') return value;
  throw new CommandFailure('bad_request', `Say ${what} with ${option}.`);
}
