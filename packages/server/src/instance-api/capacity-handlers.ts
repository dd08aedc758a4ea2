/** Handlers of scaling and failover, for the provider's routes and the customer's. */
import type { Handlers } from '@cellplane/api';
import { scaleInstance, type ScaleInput } from '../lifecycle/requests/capacity.js';
import type { InstanceCaller } from '../instances/instance.js';
import { failOver } from '../lifecycle/requests/failover.js';
import { instanceAt, instanceOffered } from '../instances/instance-place.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { InstanceRow } from '../instances/store.js';

export type CapacityHandlers = Pick<
  Handlers,
  'addCapacity' | 'removeCapacity' | 'failoverInstance' | 'addCustomerCapacity' | 'removeCustomerCapacity' | 'failoverCustomerInstance'
>;

export function capacityHandlers(deps: InstanceDeps): CapacityHandlers {
  const { db } = deps;
  const scale = async (instance: InstanceRow, caller: InstanceCaller, kind: ScaleInput['kind'], by: number) => {
    await scaleInstance(deps, caller, { instanceId: instance.id, kind, by });
  };
  const failover = async (instance: InstanceRow, caller: InstanceCaller, body: FailoverBody) => {
    await failOver(deps, caller, {
      instanceId: instance.id,
      failedReplicaId: body.failedReplicaID ?? body.failedReplicaId ?? '',
      failedReplicaAction: body.failedReplicaAction ?? '',
    });
  };
  return {
    addCapacity: async ({ params, body, caller }) =>
      scale(await instanceAt(db, caller, params), caller, 'addCapacity', body.capacityToBeAdded),
    removeCapacity: async ({ params, body, caller }) =>
      scale(await instanceAt(db, caller, params), caller, 'removeCapacity', body.capacityToBeRemoved),
    failoverInstance: async ({ params, body, caller }) => failover(await instanceAt(db, caller, params), caller, body),
    addCustomerCapacity: async ({ params, body, caller }) =>
      scale(await instanceOffered(db, caller, params), caller, 'addCapacity', body.capacityToBeAdded),
    removeCustomerCapacity: async ({ params, body, caller }) =>
      scale(await instanceOffered(db, caller, params), caller, 'removeCapacity', body.capacityToBeRemoved),
    failoverCustomerInstance: async ({ params, body, caller }) => failover(await instanceOffered(db, caller, params), caller, body),
  };
}

interface FailoverBody {
  failedReplicaID?: string;
  failedReplicaId?: string;
  failedReplicaAction?: string;
}
