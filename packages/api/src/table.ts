/** The operation table: everything that the server serves with a schema. What the reference has beside it answers 501 by name. */
import { apiKeyOperations } from './operations/api-key.js';
import { accountOperations } from './operations/account.js';
import { adoptionOperations } from './operations/instance/adoption.js';
import { auditOperations } from './operations/audit.js';
import { capacityOperations } from './operations/capacity.js';
import { customWorkflowOperations } from './operations/custom-workflow.js';
import { customerInstanceOperations } from './operations/customer-instance.js';
import { customerSubscriptionOperations } from './operations/subscription/customer.js';
import { deploymentCellOperations } from './operations/cell/deployment-cell.js';
import { environmentOperations } from './operations/catalog/environment.js';
import { featureOperations } from './operations/catalog/feature.js';
import { fleetOperations } from './operations/instance/fleet.js';
import { instanceUpgradeOperations } from './operations/upgrade/instance-upgrade.js';
import { driftOperations } from './operations/drift.js';
import { deletionOperations } from './operations/catalog/deletion.js';
import { historyOperations } from './operations/history.js';
import { identityProviderOperations } from './operations/identity-provider.js';
import { instanceOperations } from './operations/instance.js';
import { listingOperations } from './operations/instance/listing.js';
import { nodeOperations } from './operations/instance/nodes.js';
import { notificationOperations } from './operations/notification.js';
import { notificationPreferenceOperations } from './operations/account/notification-preference.js';
import { offeringOperations } from './operations/offering.js';
import type { Handler, Operation } from './operation.js';
import { operatorGuardOperations } from './operations/cell/operator-guard.js';
import { ownSessionOperations } from './operations/own-session.js';
import { peopleOperations } from './operations/people.js';
import { customerAccountOperations } from './operations/account/customer-account.js';
import { customerOperations } from './operations/account/customer.js';
import { factorOperations } from './operations/account/factor.js';
import { mailOperations } from './operations/account/mail.js';
import { mailTextOperations } from './operations/account/mail-text.js';
import { planDifferenceOperations } from './operations/catalog/plan-difference.js';
import { planReadOperations } from './operations/catalog/plan-read.js';
import { serviceReadOperations } from './operations/catalog/service-read.js';
import { planOperations } from './operations/plan.js';
import { placeOperations } from './operations/catalog/place.js';
import { portalDomainOperations } from './operations/catalog/portal-domain.js';
import { ownInstanceOperations } from './operations/instance/own-instance.js';
import { portalThemeOperations } from './operations/catalog/portal-theme.js';
import { previewOperations } from './operations/instance/preview.js';
import { progressOperations } from './operations/progress.js';
import { FLEET_OPERATIONS } from './reference/fleet.js';
import { V1_OPERATIONS } from './reference/v1.js';
import { resourceOperations } from './operations/resource.js';
import { searchOperations } from './operations/search.js';
import { schemaOperations } from './operations/catalog/schema.js';
import { secretOperations } from './operations/secret.js';
import { serviceOperations } from './operations/service.js';
import { serverOperations } from './operations/cell/server.js';
import { sessionOperations } from './operations/session.js';
import { workflowOperations } from './operations/workflow.js';
import { snapshotOperations } from './operations/snapshot.js';
import { subscriptionMemberOperations } from './operations/subscription/member.js';
import { allSubscriptionOperations } from './operations/subscription/all.js';
import { subscriptionOperations } from './operations/subscription/subscription.js';
import { budgetOperations } from './operations/subscription/budget.js';
import { usageOperations } from './operations/subscription/usage.js';
import { upgradeOperations } from './operations/upgrade/upgrade.js';
import { maintenanceWindowOperations } from './operations/upgrade/maintenance-window.js';
import { type ApiName, BASE_PATH, type Method } from './operation.js';

export const operations = {
  ...sessionOperations,
  ...ownSessionOperations,
  ...apiKeyOperations,
  ...peopleOperations,
  ...customerAccountOperations,
  ...identityProviderOperations,
  ...customerOperations,
  ...factorOperations,
  ...notificationPreferenceOperations,
  ...mailOperations,
  ...mailTextOperations,
  ...serviceOperations,
  ...environmentOperations,
  ...featureOperations,
  ...schemaOperations,
  ...portalDomainOperations,
  ...portalThemeOperations,
  ...placeOperations,
  ...planReadOperations,
  ...planDifferenceOperations,
  ...serviceReadOperations,
  ...planOperations,
  ...resourceOperations,
  ...offeringOperations,
  ...searchOperations,
  ...instanceOperations,
  ...listingOperations,
  ...workflowOperations,
  ...fleetOperations,
  ...customWorkflowOperations,
  ...capacityOperations,
  ...customerInstanceOperations,
  ...secretOperations,
  ...deploymentCellOperations,
  ...operatorGuardOperations,
  ...driftOperations,
  ...usageOperations,
  ...budgetOperations,
  ...instanceUpgradeOperations,
  ...adoptionOperations,
  ...snapshotOperations,
  ...upgradeOperations,
  ...maintenanceWindowOperations,
  ...subscriptionOperations,
  ...allSubscriptionOperations,
  ...customerSubscriptionOperations,
  ...subscriptionMemberOperations,
  ...accountOperations,
  ...previewOperations,
  ...ownInstanceOperations,
  ...nodeOperations,
  ...progressOperations,
  ...deletionOperations,
  ...historyOperations,
  ...notificationOperations,
  ...auditOperations,
  ...serverOperations,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;

/** A handler for every row. Rooms export a part of it: `Pick<Handlers, 'listSecrets' | …>`. */
export type Handlers = { [N in OperationName]: Handler<Operations[N]> };

/** An operation of the reference, known by name only. */
export interface ReferenceOperation {
  operationId: string;
  api: ApiName;
  method: Method;
  path: string;
}

/** Every operation of the reference that has no row in the table, in the reference's order. */
export const unservedOperations: readonly ReferenceOperation[] = [
  ...parse('v1', V1_OPERATIONS),
  ...parse('fleet', FLEET_OPERATIONS),
].filter(isUnserved());

function parse(api: ApiName, list: string): ReferenceOperation[] {
  return list
    .trim()
    .split('\n')
    .map((line) => {
      const [method = '', path = '', operationId = ''] = line.split(' ');
      return { operationId, api, method: method as Method, path: `${BASE_PATH}${path}` };
    });
}

function isUnserved(): (candidate: ReferenceOperation) => boolean {
  const served = new Set(Object.values<Operation>(operations).map((row) => `${row.method} ${row.path}`));
  return (candidate) => !served.has(`${candidate.method} ${candidate.path}`);
}
