/** Handlers that tell of a whole product or environment: its health, and what it has. */
import type { Handlers } from '@cellplane/api';
import { selectEnvironment, selectEnvironments, selectPlans, selectService } from '../../catalog/store.js';
import type { Database } from '../../database/database.js';
import { requireProduct } from '../../identity/viewer.js';
import { countHealth, countHealthOfProduct } from '../../instances/health-store.js';
import { healthSummary, productHealth } from './health.js';
import { countEnvironment } from './summary-store.js';

export type ServiceReadHandlers = Pick<Handlers, 'describeServiceHealth' | 'describeProductHealth' | 'describeInventorySummary'>;

export function serviceReadHandlers({ db }: { db: Database }): ServiceReadHandlers {
  return {
    async describeServiceHealth({ query, caller }) {
      requireProduct(caller, query.serviceID);
      const { id, serviceId } = await selectEnvironment(db, caller.orgId, query.serviceID, query.serviceEnvironmentID);
      const of = { serviceId, environmentId: id };
      return healthSummary(of, await countHealth(db, { ...of, providerOrgId: caller.orgId }));
    },
    async describeProductHealth({ params, caller }) {
      const { orgId } = caller;
      const { id: serviceId } = await selectService(db, orgId, params.id);
      const plans = await selectPlans(db, orgId, { serviceId });
      const environments = await selectEnvironments(db, orgId, serviceId);
      return productHealth(serviceId, plans, environments, await countHealthOfProduct(db, { providerOrgId: orgId, serviceId }));
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
