/** Handlers that tell of a whole environment: its health, and what it has. */
import type { Handlers } from '@cellplane/api';
import { selectEnvironment } from '../../catalog/store.js';
import type { Database } from '../../database/database.js';
import { requireProduct } from '../../identity/viewer.js';
import { countHealth } from '../../instances/health-store.js';
import { healthSummary } from './health.js';
import { countEnvironment } from './summary-store.js';

export type ServiceReadHandlers = Pick<Handlers, 'describeServiceHealth' | 'describeInventorySummary'>;

export function serviceReadHandlers({ db }: { db: Database }): ServiceReadHandlers {
  return {
    async describeServiceHealth({ query, caller }) {
      requireProduct(caller, query.serviceID);
      const { id, serviceId } = await selectEnvironment(db, caller.orgId, query.serviceID, query.serviceEnvironmentID);
      const of = { serviceId, environmentId: id };
      return healthSummary(of, await countHealth(db, { ...of, providerOrgId: caller.orgId }));
    },
    async describeInventorySummary({ params, caller }) {
      const { id, serviceId } = await selectEnvironment(db, caller.orgId, params.serviceId, params.environmentId);
      const counts = await countEnvironment(db, { serviceId, environmentId: id });
      return {
        serviceId,
        environmentId: id,
        EnvironmentCount: counts.environments,
        ResourceCount: counts.resources,
        InstancesCount: counts.instances,
        OrganizationCount: counts.organizations,
        UserCount: counts.users,
        // There are no such things here.
        ImagesCount: 0,
        InfraConfigCount: 0,
      };
    },
  };
}
