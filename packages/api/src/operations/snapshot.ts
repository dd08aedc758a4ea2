/** Snapshots and restores: fleet API (docs/reference/api.md#objects) and the customer's twins. */
import { Type } from 'typebox';
import { anything, flag, freeObject, optional, optionalFlag, optionalText, optionalWhole, placeFields, text, whole } from '../field.js';
import { OFFERED_RESOURCE } from './custom-workflow.js';
import { customer, provider } from '../access.js';
import { operation } from '../operation.js';

const OutputParameter = Type.Object({ key: text, displayName: text, type: text, value: optional(anything) });

const Snapshot = Type.Object({
  snapshotId: text,
  status: text,
  /** 0 until it is COMPLETE, then 100. */
  progress: optionalWhole,
  snapshotType: text,
  sourceInstanceId: text,
  /** Ours: what people call that instance, and since when it is deleted; as long as its row is kept. */
  sourceInstanceName: optionalText,
  sourceInstanceDeletedAt: optionalText,
  createdTime: text,
  completeTime: optionalText,
  /** False unless it is known. */
  encrypted: optionalFlag,
  cloudProvider: optionalText,
  region: optionalText,
  serviceId: optionalText,
  serviceName: optionalText,
  environmentId: optionalText,
  environmentName: optionalText,
  environmentType: optionalText,
  productTierId: optionalText,
  productTierName: optionalText,
  productTierVersion: optionalText,
  productTierVersionDescription: optionalText,
  instanceResourceType: optionalText,
  subscriptionId: optionalText,
  subscriptionOwnerOrgId: optionalText,
  subscriptionOwnerOrgName: optionalText,
  subscriptionOwnerUserId: optionalText,
  subscriptionOwnerUserName: optionalText,
  outputParams: optional(Type.Array(OutputParameter)),
  /** Outputs of the backup workflow; secret ones masked. */
  snapshotMetadata: optional(freeObject),
  /** Ours, where one snapshot is asked for: what comes back with it, of the parameters that the plan shows. Secrets come back, too, and are not shown. */
  parameters: optional(Type.Array(OutputParameter)),
  /** Ours: manual, triggered, periodic, final or copy. */
  origin: optionalText,
  /** Ours: why it failed, or why its removal did. */
  statusDescription: optionalText,
  /** Ours: when it ends by itself. */
  expiryTime: optionalText,
  /** Ours: the snapshot whose backup it shares. */
  copiedFromSnapshotId: optionalText,
});

const Snapshots = Type.Object({ snapshots: Type.Array(Snapshot) });
/** Where a customer lists those of one instance, clients insist on these members: `completeTime` is empty until there is one. */
const SnapshotsOfInstance = Type.Object({
  snapshots: Type.Array(Type.Object({ ...Snapshot.properties, completeTime: text, encrypted: flag, progress: whole, region: text })),
});
/** The same for the base of a restore to a time. */
const RestorePoint = Type.Object({
  ...Snapshot.properties,
  completeTime: text,
  environmentId: text,
  productTierId: text,
  productTierVersion: text,
  serviceId: text,
});
const FE = '/fleet/service/{serviceId}/environment/{environmentId}' as const;
const FI = `${FE}/instance/{instanceId}` as const;
const placed = Type.Object({ environmentId: text, serviceId: text, snapshotId: text });
const restore = Type.Object({
  inputParametersOverride: optional(anything),
  productTierVersionOverride: optionalText,
  network_type: optionalText,
  ...placeFields,
  subscriptionId: optionalText,
  restoreToSourceInstance: optionalFlag,
});
const pointInTime = Type.Object({
  targetRestoreTime: text,
  network_type: optionalText,
  ...placeFields,
  inputParametersOverride: optional(anything),
  productTierVersionOverride: optionalText,
  subscriptionId: optionalText,
});
const copy = Type.Object({ targetRegion: text, sourceSnapshotId: optionalText });

export const snapshotOperations = {
  createInstanceSnapshot: operation({
    id: 'inventory-api#CreateResourceInstanceSnapshot',
    api: 'fleet',
    route: `POST ${FI}/snapshot`,
    summary: 'Take a manual snapshot, which is kept until it is deleted',
    access: provider('fleet:operate', '{serviceId}'),
    body: Type.Object({ targetRegion: optionalText }),
    response: placed,
    successStatus: 202,
  }),
  triggerInstanceSnapshot: operation({
    id: 'inventory-api#TriggerAutomaticResourceInstanceSnapshotCreation',
    api: 'fleet',
    route: `POST ${FI}/autosnapshot`,
    summary: 'Take a backup now that expires as the periodic ones do',
    access: provider('fleet:operate', '{serviceId}'),
    response: placed,
    successStatus: 202,
  }),
  listInstanceSnapshots: operation({
    id: 'inventory-api#ListResourceInstanceSnapshots',
    api: 'fleet',
    route: `GET ${FI}/snapshot`,
    summary: 'Snapshots of an instance, newest first',
    access: provider('fleet:read', '{serviceId}'),
    response: Snapshots,
  }),
  describeInstanceSnapshot: operation({
    id: 'inventory-api#DescribeResourceInstanceSnapshot',
    api: 'fleet',
    route: `GET ${FI}/snapshot/{snapshotId}`,
    summary: 'One snapshot of an instance',
    access: provider('fleet:read', '{serviceId}'),
    response: Snapshot,
  }),
  copyInstanceSnapshot: operation({
    id: 'inventory-api#CopyResourceInstanceSnapshot',
    api: 'fleet',
    route: `POST ${FI}/copy-snapshot`,
    summary: 'Keep a snapshot, or the newest one, as a manual one, also for another region',
    access: provider('fleet:operate', '{serviceId}'),
    body: copy,
    response: Type.Object({ snapshotId: text }),
    successStatus: 202,
  }),
  describeRestorePoint: operation({
    id: 'inventory-api#DescribeResourceInstanceSnapshotFromTime',
    api: 'fleet',
    route: `GET ${FI}/restore`,
    summary: 'The snapshot that a restore to a given time begins with',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({ targetRestoreTime: optionalText }),
    /** The reference's clients send the time here, with a GET. */
    body: Type.Object({ targetRestoreTime: optionalText }),
    response: RestorePoint,
  }),
  restoreInstanceToTime: operation({
    id: 'inventory-api#RestoreResourceInstance',
    api: 'fleet',
    route: `POST ${FI}/restore`,
    summary: 'Restore into a new instance, as it was at a given time',
    access: provider('fleet:operate', '{serviceId}'),
    body: pointInTime,
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  listSnapshots: operation({
    id: 'inventory-api#ListAllResourceInstanceSnapshots',
    api: 'fleet',
    route: `GET ${FE}/snapshot`,
    summary: 'Snapshots of an environment, newest first',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({ productTierId: optionalText, subscriptionId: optionalText, snapshotType: optionalText }),
    response: Snapshots,
  }),
  deleteSnapshot: operation({
    id: 'inventory-api#DeleteResourceInstanceSnapshot',
    api: 'fleet',
    route: `DELETE ${FE}/snapshot/{snapshotId}`,
    summary: 'Delete a manual snapshot with the plan’s deleteBackup workflow',
    access: provider('fleet:operate', '{serviceId}'),
    successStatus: 202,
  }),
  restoreSnapshot: operation({
    id: 'inventory-api#RestoreResourceInstanceFromSnapshot',
    api: 'fleet',
    route: `POST ${FE}/snapshot/{snapshotId}/restore`,
    summary: 'Restore a snapshot into a new instance, or into its deleted source',
    access: provider('fleet:operate', '{serviceId}'),
    body: restore,
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  customerListSnapshots: operation({
    id: 'instance-snapshot-api#ListAllInstanceSnapshots',
    api: 'v1',
    route: 'GET /resource-instance/snapshot',
    summary: 'Snapshots of the caller’s own instances',
    access: customer('instance:read'),
    query: Type.Object({ environmentType: optionalText, snapshotType: optionalText, subscriptionId: optionalText }),
    response: Snapshots,
  }),
  customerDescribeSnapshot: operation({
    id: 'instance-snapshot-api#DescribeInstanceSnapshot',
    api: 'v1',
    route: 'GET /resource-instance/snapshot/{id}',
    summary: 'One snapshot of an instance of the caller',
    access: customer('instance:read'),
    response: Snapshot,
  }),
  customerCreateSnapshot: operation({
    id: 'instance-snapshot-api#CreateInstanceSnapshot',
    api: 'v1',
    route: 'POST /resource-instance/snapshot',
    summary: 'Take a manual snapshot of an instance of the caller',
    access: customer('instance:write'),
    body: Type.Object({ instanceId: text, targetRegion: optionalText }),
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  customerRestoreSnapshot: operation({
    id: 'instance-snapshot-api#RestoreResourceInstanceFromSnapshot',
    api: 'v1',
    route: 'POST /resource-instance/snapshot/{snapshotId}/restore',
    summary: 'Restore a snapshot of the caller',
    access: customer('instance:write'),
    body: restore,
    response: Type.Object({ instanceId: text }),
    successStatus: 202,
  }),
  customerCopySnapshot: operation({
    id: 'instance-snapshot-api#CopyInstanceSnapshot',
    api: 'v1',
    route: 'POST /resource-instance/snapshot/{sourceSnapshotId}',
    summary: 'Keep a snapshot of the caller as a manual one',
    access: customer('instance:write'),
    body: Type.Object({ targetRegion: text }),
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  customerDeleteSnapshot: operation({
    id: 'instance-snapshot-api#DeleteInstanceSnapshot',
    api: 'v1',
    route: 'DELETE /resource-instance/snapshot/{id}',
    summary: 'Delete a manual snapshot of the caller',
    access: customer('instance:write'),
    successStatus: 202,
  }),
  customerListInstanceSnapshots: operation({
    id: 'resource-instance-api#ListResourceInstanceSnapshots',
    api: 'v1',
    route: `GET ${OFFERED_RESOURCE}/{id}/snapshot`,
    summary: 'Snapshots of an instance of the caller',
    access: customer('instance:read'),
    response: SnapshotsOfInstance,
  }),
  customerRestoreOffered: operation({
    id: 'resource-instance-api#RestoreResourceInstanceFromSnapshot',
    api: 'v1',
    route: `POST ${OFFERED_RESOURCE}/snapshot/{snapshotId}/restore`,
    summary: 'Restore a snapshot of the caller',
    access: customer('instance:write'),
    body: restore,
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  customerCopyInstanceSnapshot: operation({
    id: 'resource-instance-api#CopyResourceInstanceSnapshot',
    api: 'v1',
    route: `POST ${OFFERED_RESOURCE}/{id}/copy-snapshot`,
    summary: 'Keep a snapshot of an instance of the caller as a manual one',
    access: customer('instance:write'),
    body: copy,
    response: Type.Object({ snapshotId: text }),
    successStatus: 202,
  }),
  customerRestoreToTime: operation({
    id: 'resource-instance-api#RestoreResourceInstance',
    api: 'v1',
    route: `POST ${OFFERED_RESOURCE}/{id}/restore`,
    summary: 'Restore an instance of the caller into a new one, as it was at a given time',
    access: customer('instance:write'),
    body: pointInTime,
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
};
