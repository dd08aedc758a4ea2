/** Everything that a plan offers on an instance, in the order in which a customer would meet it. */
import type { Client } from '@cellplane/api/client';
import type { CompiledResource } from '@cellplane/plan';
import { changeOne, madeUpValues } from './made-up-values.js';

export interface Place {
  serviceId: string;
  environmentId: string;
  instanceId: string;
}

/** One operation. `status`: of the instance when it has succeeded. */
export interface Operation {
  name: string;
  /** What it was given, and what its success is called where that is not the instance's status, for the display. */
  with?: string;
  success?: string;
  /** Why it cannot be tried. */
  impossible?: string;
  status: 'RUNNING' | 'STOPPED' | 'DELETED';
  /** In which it may begin. */
  from: 'RUNNING' | 'STOPPED';
  begin: () => Promise<unknown>;
  /** True once what it makes or takes away is so. */
  ended?: () => Promise<boolean>;
  /** What went wrong although its run went well. */
  fault?: () => Promise<string | undefined>;
  /** Makes another instance, whose id `begin` answers. */
  makesInstance?: true;
  /** Refused where the plan's limits leave no room: then it says nothing about the plan. */
  mayBeRefused?: true;
}

interface Wishes {
  client: Client;
  place: Place;
  resource: CompiledResource;
  file: string;
  /** Values of the instance, and given ones of custom workflows. */
  parameters: Record<string, unknown>;
  ofWorkflows: Record<string, Record<string, unknown>>;
  /** Verbs that the server offers on the instance, as the wire names them, each with its id if it has one. */
  offered: Map<string, string | undefined>;
  /** Ids of what can fail over. */
  replicas: string[];
}

/** What is tried between create and delete. An operation that the plan does not have says so. A failover wants a second replica. */
export function operationsOf(wishes: Wishes): Operation[] {
  const { client, place: params, resource } = wishes;
  const has: Has = (verb) => (verb === 'deleteBackup' ? resource.systemWorkflows[verb] !== undefined : wishes.offered.has(WIRE[verb]));
  const running = { status: 'RUNNING', from: 'RUNNING' } as const;
  const unless = (offered: boolean, why = 'the plan has no such workflow') => (offered ? {} : { impossible: why });
  const body = {};
  const change = changeOne(resource.parameters, wishes.parameters);
  const failedReplicaID = wishes.replicas[0] ?? `${params.instanceId}-1`;
  return [
    ...snapshotOperations(wishes, has),
    {
      ...running,
      name: 'addCapacity',
      with: '1',
      mayBeRefused: true,
      ...unless(has('addCapacity')),
      begin: () => client.addCapacity({ params, body: { capacityToBeAdded: 1 } }),
    },
    ...resource.customWorkflows.map((workflow) => customOperation(wishes, workflow)),
    {
      ...running,
      name: 'failover',
      with: failedReplicaID,
      ...unless(has('failover')),
      begin: () => client.failoverInstance({ params, body: { failedReplicaID } }),
    },
    {
      ...running,
      name: 'removeCapacity',
      with: '1',
      mayBeRefused: true,
      ...unless(has('removeCapacity')),
      begin: () => client.removeCapacity({ params, body: { capacityToBeRemoved: 1 } }),
    },
    {
      ...running,
      name: 'modify',
      with: words(change),
      ...unless(has('modify')),
      begin: () => client.modifyInstance({ params, body: { requestParams: change } }),
    },
    { ...running, name: 'restart', ...unless(has('restart')), begin: () => client.restartInstance({ params, body }) },
    { status: 'STOPPED', from: 'RUNNING', name: 'stop', ...unless(has('stop')), begin: () => client.stopInstance({ params, body }) },
    { status: 'RUNNING', from: 'STOPPED', name: 'start', ...unless(has('start')), begin: () => client.startInstance({ params, body }) },
  ];
}

const WIRE = {
  modify: 'MODIFY',
  start: 'START',
  stop: 'STOP',
  restart: 'RESTART',
  addCapacity: 'ADD_CAPACITY',
  removeCapacity: 'REMOVE_CAPACITY',
  backup: 'BACKUP',
  restore: 'RESTORE',
  failover: 'FAILOVER',
} as const;

type Has = (verb: keyof typeof WIRE | 'deleteBackup') => boolean;

/** backup, restore of what it made, and its removal. */
function snapshotOperations({ client, place }: Wishes, has: Has): Operation[] {
  const running = { status: 'RUNNING', from: 'RUNNING' } as const;
  const { serviceId, environmentId } = place;
  let snapshotId: string | undefined;
  const snapshot = async () =>
    (await client.listInstanceSnapshots({ params: place })).snapshots.find((one) => one.snapshotId === snapshotId);
  const params = () => ({ serviceId, environmentId, snapshotId: snapshotId ?? '' });
  const none = 'the plan has no such workflow';
  const noBackup = 'there is no backup to try it with: the plan has no backup workflow';
  return [
    {
      ...running,
      name: 'backup',
      success: 'COMPLETE',
      ...(has('backup') ? {} : { impossible: none }),
      begin: async () => {
        ({ snapshotId } = await client.createInstanceSnapshot({ params: place, body: {} }));
      },
      ended: async () => ['COMPLETE', 'FAILED'].includes((await snapshot())?.status ?? ''),
      fault: async () => {
        const made = await snapshot();
        return made?.status === 'COMPLETE' ? undefined : `the snapshot is ${made?.status ?? 'not there'}: ${made?.statusDescription ?? ''}`;
      },
    },
    {
      ...running,
      name: 'restore',
      with: 'the backup, into a new instance',
      ...(has('restore') ? (has('backup') ? {} : { impossible: noBackup }) : { impossible: none }),
      makesInstance: true,
      begin: async () => (await client.restoreSnapshot({ params: params(), body: {} })).id,
    },
    {
      ...running,
      name: 'deleteBackup',
      success: 'the snapshot is gone',
      ...(has('deleteBackup') ? (has('backup') ? {} : { impossible: noBackup }) : { impossible: none }),
      begin: () => client.deleteSnapshot({ params: params() }),
      ended: async () => {
        const left = await snapshot();
        return left === undefined || !['DELETING', 'PENDING', 'COMPLETE'].includes(left.status) || left.statusDescription !== undefined;
      },
      fault: async () => {
        const left = await snapshot();
        return left === undefined ? undefined : `the snapshot is still there (${left.status}): ${left.statusDescription ?? ''}`;
      },
    },
  ];
}

function customOperation(wishes: Wishes, workflow: CompiledResource['customWorkflows'][number]): Operation {
  const { client, place, file, ofWorkflows } = wishes;
  const given = ofWorkflows[workflow.verb] ?? {};
  const operation = { status: 'RUNNING', from: 'RUNNING', name: workflow.verb } as const;
  try {
    const requestParams = { ...madeUpValues(workflow.parameters, given, { file, prefix: `${workflow.verb}.` }), ...given };
    return {
      ...operation,
      with: words(requestParams),
      begin: () =>
        client.executeCustomWorkflow({
          params: { ...place, workflowId: wishes.offered.get(workflow.verb) ?? workflow.verb },
          body: { requestParams },
        }),
    };
  } catch (error) {
    return { ...operation, impossible: (error as Error).message, begin: () => Promise.resolve() };
  }
}

/** `a=1 b=two`. */
export function words(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
