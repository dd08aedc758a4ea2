/** Handlers of drift: for the provider's people alone. */
import type { Handlers } from '@cellplane/api';
import { namesOf } from '../identity/store.js';
import { acceptDrift, checkDrift, type DriftDeps, ownInstance, revertDrift } from './decide.js';
import { selectDriftedInstances } from './drifted-list-store.js';
import { selectDrift, selectKnownObjects } from './drift-store.js';
import { driftOnWire } from './wire.js';

export type DriftHandlers = Pick<
  Handlers,
  'describeInstanceDrift' | 'checkInstanceDrift' | 'acceptInstanceDrift' | 'revertInstanceDrift' | 'listDrift'
>;

export function driftHandlers(deps: DriftDeps): DriftHandlers {
  const described = async (id: string) => {
    const known = (await selectKnownObjects(deps.db, [id], 'light')).get(id) ?? [];
    return driftOnWire(id, await selectDrift(deps.db, deps.sealer, id), known);
  };
  return {
    async listDrift({ query: { serviceId, environmentId }, caller }) {
      const instances = await selectDriftedInstances(deps.db, caller, { serviceId, environmentId });
      const names = await namesOf(
        deps.db,
        instances.map(({ orgId }) => orgId),
      );
      return { instances: instances.map((one) => ({ ...one, orgName: names.get(one.orgId) ?? '' })) };
    },
    async describeInstanceDrift({ params, caller }) {
      return described((await ownInstance(deps, caller, params.id)).id);
    },
    async checkInstanceDrift({ params, caller }) {
      const instance = await ownInstance(deps, caller, params.id);
      await checkDrift(deps, instance);
      return described(instance.id);
    },
    async acceptInstanceDrift({ params, body, caller }) {
      const { id } = await ownInstance(deps, caller, params.id);
      await acceptDrift(deps, caller, id, body);
      return described(id);
    },
    async revertInstanceDrift({ params, body, caller }) {
      const instance = await ownInstance(deps, caller, params.id);
      await revertDrift(deps, caller, instance, body);
      return described(instance.id);
    },
  };
}
