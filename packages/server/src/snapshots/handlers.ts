/** Handlers of the snapshot and restore operations. */
import type { Caller, Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { selectEnvironment } from '../catalog/store.js';
import { badRequest, notFound } from '../errors.js';
import { type RequestedPlace, requestedPlace } from '../instances/requested-place.js';
import { isOwn } from '../identity/viewer.js';
import { selectVisibleToo } from '../instances/store.js';
import { copySnapshot } from './copy-snapshot.js';
import { deleteSnapshot } from './delete-snapshot.js';
import { findBase, restoreToTime } from './point-in-time.js';
import { describeSnapshot, gatherSnapshots, listSnapshots } from './read-snapshot.js';
import { type RestoreInput, restoreSnapshot } from './restore.js';
import type { SnapshotDeps } from './snapshot.js';
import type { SnapshotFilter, SnapshotViewer } from './store.js';
import { requestSnapshot } from './take-snapshot.js';
import { describedOnWire, listedOnWire, restorePointOnWire, snapshotOnWire } from './wire.js';
import { givenEnvironmentType } from '../request-text/environment-type.js';

export type SnapshotHandlers = Pick<
  Handlers,
  | 'createInstanceSnapshot'
  | 'triggerInstanceSnapshot'
  | 'listInstanceSnapshots'
  | 'describeInstanceSnapshot'
  | 'copyInstanceSnapshot'
  | 'describeRestorePoint'
  | 'restoreInstanceToTime'
  | 'listSnapshots'
  | 'deleteSnapshot'
  | 'restoreSnapshot'
  | 'customerListSnapshots'
  | 'customerDescribeSnapshot'
  | 'customerCreateSnapshot'
  | 'customerRestoreSnapshot'
  | 'customerCopySnapshot'
  | 'customerDeleteSnapshot'
  | 'customerListInstanceSnapshots'
  | 'customerRestoreOffered'
  | 'customerCopyInstanceSnapshot'
  | 'customerRestoreToTime'
>;

interface Place {
  serviceId: string;
  environmentId: string;
}

export function snapshotHandlers(deps: SnapshotDeps): SnapshotHandlers {
  const take = async (
    request: { params: Place & { instanceId: string }; caller: Caller },
    origin: 'manual' | 'triggered',
    region?: string,
  ) => {
    const { params, caller } = request;
    await checkInstance(deps, caller, params);
    const { snapshotId } = await requestSnapshot(deps, caller, {
      instanceId: params.instanceId,
      origin,
      ...(region === undefined ? {} : { targetRegion: region }),
    });
    return { snapshotId, serviceId: params.serviceId, environmentId: params.environmentId };
  };
  return {
    createInstanceSnapshot: (request) => take(request, 'manual', request.body.targetRegion),
    triggerInstanceSnapshot: (request) => take(request, 'triggered'),
    async listInstanceSnapshots({ params, caller }) {
      await checkInstance(deps, caller, params);
      return wireList(deps, caller, { sourceInstanceId: params.instanceId });
    },
    async describeInstanceSnapshot({ params, caller }) {
      await checkInstance(deps, caller, params);
      const facts = await describeSnapshot(deps, caller, params.snapshotId);
      if (facts.snapshot.sourceInstanceId !== params.instanceId) throw notFound('snapshot', params.snapshotId);
      return describedOnWire(facts);
    },
    async copyInstanceSnapshot({ params, body, caller }) {
      await checkInstance(deps, caller, params);
      return copySnapshot(deps, caller, copyInput(params.instanceId, body));
    },
    async describeRestorePoint({ params, query, body, caller }) {
      await checkInstance(deps, caller, params);
      const targetTime = body.targetRestoreTime ?? query.targetRestoreTime;
      const { base } = await findBase(deps, caller, { instanceId: params.instanceId, targetTime });
      const [facts] = await gatherSnapshots(deps, [base]);
      if (facts === undefined) throw notFound('snapshot', base.id);
      return restorePointOnWire(facts);
    },
    async restoreInstanceToTime({ params, body, caller }) {
      await checkInstance(deps, caller, params);
      const { instanceId } = await restoreToTime(deps, caller, {
        instanceId: params.instanceId,
        targetTime: body.targetRestoreTime,
        ...restoreInput(body),
      });
      return { id: instanceId };
    },
    async listSnapshots({ params, query, caller }) {
      const environment = await selectEnvironment(deps.instances.db, caller.orgId, params.serviceId, params.environmentId);
      return wireList(deps, caller, {
        serviceId: params.serviceId,
        environmentId: environment.id,
        ...typeFilter(query.snapshotType),
        ...given('planId', query.productTierId),
        ...given('subscriptionId', query.subscriptionId),
      });
    },
    async deleteSnapshot({ params, caller }) {
      await checkSnapshot(deps, caller, params);
      await deleteSnapshot(deps, caller, params.snapshotId);
    },
    async restoreSnapshot({ params, body, caller }) {
      await checkSnapshot(deps, caller, params);
      const { instanceId } = await restoreSnapshot(deps, caller, { snapshotId: params.snapshotId, ...restoreInput(body) });
      return { id: instanceId };
    },
    ...customerHandlers(deps),
  };
}

type CustomerHandlers = Pick<SnapshotHandlers, Extract<keyof SnapshotHandlers, `customer${string}`>>;

/** The customer's twins see what belongs to the caller's own organization. The path's offering keys are not looked at: the id names it. */
function customerHandlers(deps: SnapshotDeps): CustomerHandlers {
  const customer = (caller: Caller): SnapshotViewer & { userId: string } => ({ ...caller, customer: true });
  const own = async (caller: Caller, instanceId: string) => {
    const instance = await selectVisibleToo(deps.instances.db, caller, instanceId);
    if (instance === undefined || !isOwn(caller, instance)) throw notFound('instance', instanceId);
  };
  const restore = async (caller: Caller, snapshotId: string, body: RestoreBody) =>
    restoreSnapshot(deps, customer(caller), { snapshotId, ...restoreInput(body) });
  return {
    customerListSnapshots: ({ query, caller }) =>
      wireList(deps, customer(caller), {
        ...typeFilter(query.snapshotType),
        ...given('subscriptionId', query.subscriptionId),
        ...given('environmentType', givenEnvironmentType(query.environmentType)),
      }),
    customerDescribeSnapshot: async ({ params, caller }) => describedOnWire(await describeSnapshot(deps, customer(caller), params.id)),
    async customerCreateSnapshot({ body, caller }) {
      await own(caller, body.instanceId);
      const { snapshotId } = await requestSnapshot(deps, caller, { ...body, origin: 'manual' });
      return { id: snapshotId };
    },
    customerRestoreSnapshot: async ({ params, body, caller }) => ({
      instanceId: (await restore(caller, params.snapshotId, body)).instanceId,
    }),
    async customerCopySnapshot({ params, body, caller }) {
      const { snapshotId } = await copySnapshot(deps, customer(caller), { ...body, sourceSnapshotId: params.sourceSnapshotId });
      return { id: snapshotId };
    },
    customerDeleteSnapshot: ({ params, caller }) => deleteSnapshot(deps, customer(caller), params.id),
    async customerListInstanceSnapshots({ params, caller }) {
      await own(caller, params.id);
      return { snapshots: (await listSnapshots(deps, customer(caller), { sourceInstanceId: params.id })).map(listedOnWire) };
    },
    customerRestoreOffered: async ({ params, body, caller }) => ({ id: (await restore(caller, params.snapshotId, body)).instanceId }),
    async customerCopyInstanceSnapshot({ params, body, caller }) {
      await own(caller, params.id);
      return copySnapshot(deps, customer(caller), copyInput(params.id, body));
    },
    async customerRestoreToTime({ params, body, caller }) {
      const { instanceId } = await restoreToTime(deps, customer(caller), {
        instanceId: params.id,
        targetTime: body.targetRestoreTime,
        ...restoreInput(body),
      });
      return { id: instanceId };
    },
  };
}

async function wireList(deps: SnapshotDeps, viewer: SnapshotViewer, filter: SnapshotFilter) {
  return { snapshots: (await listSnapshots(deps, viewer, filter)).map(snapshotOnWire) };
}

/** The path must name the instance's own service and environment; a deleted one still has its snapshots. */
async function checkInstance(deps: SnapshotDeps, caller: Caller, place: Place & { instanceId: string }): Promise<void> {
  const instance = await selectVisibleToo(deps.instances.db, caller, place.instanceId);
  if (instance?.serviceId !== place.serviceId || instance.environmentId !== place.environmentId)
    throw notFound('instance', place.instanceId);
}

async function checkSnapshot(deps: SnapshotDeps, caller: Caller, place: Place & { snapshotId: string }): Promise<void> {
  const { snapshot } = await describeSnapshot(deps, caller, place.snapshotId);
  if (snapshot.serviceId !== place.serviceId || snapshot.environmentId !== place.environmentId)
    throw notFound('snapshot', place.snapshotId);
}

interface RestoreBody extends RequestedPlace {
  inputParametersOverride?: unknown;
  productTierVersionOverride?: string;
  network_type?: string;
  subscriptionId?: string;
  restoreToSourceInstance?: boolean;
}

function restoreInput(body: RestoreBody): Omit<RestoreInput, 'snapshotId' | 'targetTime'> {
  return {
    parameters: body.inputParametersOverride,
    ...given('planVersion', body.productTierVersionOverride),
    ...given('networkType', body.network_type),
    place: requestedPlace(body),
    ...given('subscriptionId', body.subscriptionId),
    restoreToSource: body.restoreToSourceInstance === true,
  };
}

function copyInput(instanceId: string, body: { targetRegion: string; sourceSnapshotId?: string }) {
  return { instanceId, targetRegion: body.targetRegion, ...given('sourceSnapshotId', body.sourceSnapshotId) };
}

/** Nothing and the empty text are "not given". */
function given<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: string });
}

/** @throws DomainError bad_request */
function typeFilter(type: string | undefined): { automated?: boolean } {
  if (type === undefined || type === '' || type.toLowerCase() === 'all') return {};
  if (type === 'AutomatedSnapshot') return { automated: true };
  if (type === 'ManualSnapshot') return { automated: false };
  throw badRequest(
    'unknown-snapshot-type',
    `snapshotType is "${cut(type)}"; use ManualSnapshot or AutomatedSnapshot, or leave it out for both.`,
    [{ field: 'snapshotType', message: 'must be ManualSnapshot or AutomatedSnapshot' }],
  );
}
