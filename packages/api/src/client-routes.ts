/**
 * What a client has to know of each operation, without its schemas: those take ten times as long to load as all else that a command
 * does. TypeScript refuses a row that is missing, or whose path, body or answer is not that of the operation table.
 */
import type { TVoid } from 'typebox';
import { SUBSCRIPTION_ROUTES } from './subscription-routes.js';
import type { OperationName, Operations } from './table.js';
import type { Method } from './address.js';
import { ACCOUNT_ROUTES } from './account-routes.js';
import { CATALOG_ROUTES } from './catalog-routes.js';
import { CUSTOMER_ROUTES } from './customer-routes.js';
import { FACTOR_ROUTES } from './factor-routes.js';
import { PEOPLE_ROUTES } from './people-routes.js';
import { SSO_ROUTES } from './sso-routes.js';

/** Method, path below the version segment, whether it takes a body, whether it answers with one. */
export type Route = readonly [method: Method, path: string, takesBody: boolean, answers: boolean];

type Exactly<T> = T extends TVoid ? false : true;

type Routes = {
  [N in OperationName]: readonly [Method, Operations[N]['path'], Exactly<Operations[N]['body']>, Exactly<Operations[N]['response']>];
};

export const ROUTES: Routes = {
  ...PEOPLE_ROUTES,
  ...SSO_ROUTES,
  ...ACCOUNT_ROUTES,
  ...FACTOR_ROUTES,
  ...CUSTOMER_ROUTES,
  ...CATALOG_ROUTES,
  searchInventory: ['POST', '/fleet/search-inventory', true, true],
  createInstance: [
    'POST',
    '/fleet/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}',
    true,
    true,
  ],
  describeInstance: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}', false, true],
  listInstances: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instances/', false, true],
  modifyInstance: ['PATCH', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}', true, false],
  deleteInstance: ['DELETE', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}', true, false],
  updateInstanceMetadata: ['PATCH', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/metadata', true, false],
  startInstance: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/start', true, false],
  stopInstance: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/stop', true, false],
  restartInstance: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/restart', true, false],
  debugInstance: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/debug', false, true],
  evaluateExpression: ['POST', '/resource-instance/expression-evaluator', true, true],
  listWorkflows: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/service-workflows', false, true],
  describeWorkflowSummary: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/service-workflows-summary', false, true],
  describeWorkflow: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/service-workflows/{id}', false, true],
  listWorkflowEvents: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/service-workflows/{id}/events', false, true],
  updateWorkflow: ['PATCH', '/fleet/service/{serviceId}/environment/{environmentId}/service-workflows/{id}', true, true],
  terminateWorkflow: ['DELETE', '/fleet/service/{serviceId}/environment/{environmentId}/service-workflows/{id}', false, true],
  executeCustomWorkflow: [
    'POST',
    '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/custom-workflow/{workflowId}/execute',
    true,
    true,
  ],
  executeCustomerWorkflow: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/custom-workflow/{workflowId}/execute',
    true,
    true,
  ],
  executeWorkflowVerb: [
    'POST',
    '/fleet/service/{serviceId}/environment/{environmentId}/resource-instance/{instanceId}/workflow/{verb}',
    true,
    true,
  ],
  listWorkflowExecutions: [
    'GET',
    '/fleet/service/{serviceId}/environment/{environmentId}/resource-instance/{instanceId}/workflow-executions',
    false,
    true,
  ],
  describeWorkflowExecution: [
    'GET',
    '/fleet/service/{serviceId}/environment/{environmentId}/resource-instance/{instanceId}/workflow-executions/{executionId}',
    false,
    true,
  ],
  describeExecution: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/workflow-executions/{executionId}', false, true],
  listCustomWorkflows: ['GET', '/service/{serviceId}/product-tier/{productTierId}/custom-workflow', false, true],
  describeCustomWorkflow: ['GET', '/service/{serviceId}/custom-workflow/{id}', false, true],
  addCapacity: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/add-capacity', true, false],
  removeCapacity: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/remove-capacity', true, false],
  failoverInstance: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/failover', true, false],
  addCustomerCapacity: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/add-capacity',
    true,
    false,
  ],
  removeCustomerCapacity: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/remove-capacity',
    true,
    false,
  ],
  failoverCustomerInstance: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/failover',
    true,
    false,
  ],
  customerListInstances: ['GET', '/resource-instance', false, true],
  customerListInstanceIds: [
    'GET',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}',
    false,
    true,
  ],
  customerCreateInstance: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}',
    true,
    true,
  ],
  customerDescribeInstance: [
    'GET',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}',
    false,
    true,
  ],
  customerModifyInstance: [
    'PATCH',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}',
    true,
    false,
  ],
  customerDeleteInstance: [
    'DELETE',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}',
    false,
    false,
  ],
  customerUpdateInstanceMetadata: [
    'PATCH',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/metadata',
    true,
    false,
  ],
  customerStartInstance: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/start',
    false,
    false,
  ],
  customerStopInstance: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/stop',
    false,
    false,
  ],
  customerRestartInstance: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/restart',
    false,
    false,
  ],
  listSecrets: ['GET', '/environmentType/{environmentType}/secrets', false, true],
  getSecret: ['GET', '/environmentType/{environmentType}/secret/{name}', false, true],
  setSecret: ['PUT', '/environmentType/{environmentType}/secret/{name}', true, false],
  listDeploymentCells: ['GET', '/api/deployment-cells', false, true],
  describeDeploymentCell: ['GET', '/api/deployment-cells/{cell}', false, true],
  compareDeploymentCell: ['POST', '/api/deployment-cells/{cell}/compare', false, true],
  acceptDeploymentCellCluster: ['POST', '/api/deployment-cells/{cell}/accept-cluster', true, true],
  getCellFacts: ['GET', '/api/deployment-cells/{cell}/facts', false, true],
  setCellFacts: ['PUT', '/api/deployment-cells/{cell}/facts', true, true],
  deleteSecret: ['DELETE', '/environmentType/{environmentType}/secret/{name}', false, false],
  createInstanceSnapshot: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/snapshot', true, true],
  triggerInstanceSnapshot: [
    'POST',
    '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/autosnapshot',
    false,
    true,
  ],
  listInstanceSnapshots: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/snapshot', false, true],
  describeInstanceSnapshot: [
    'GET',
    '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/snapshot/{snapshotId}',
    false,
    true,
  ],
  copyInstanceSnapshot: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/copy-snapshot', true, true],
  describeRestorePoint: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/restore', true, true],
  restoreInstanceToTime: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/restore', true, true],
  listSnapshots: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/snapshot', false, true],
  deleteSnapshot: ['DELETE', '/fleet/service/{serviceId}/environment/{environmentId}/snapshot/{snapshotId}', false, false],
  restoreSnapshot: ['POST', '/fleet/service/{serviceId}/environment/{environmentId}/snapshot/{snapshotId}/restore', true, true],
  customerListSnapshots: ['GET', '/resource-instance/snapshot', false, true],
  customerDescribeSnapshot: ['GET', '/resource-instance/snapshot/{id}', false, true],
  customerCreateSnapshot: ['POST', '/resource-instance/snapshot', true, true],
  customerRestoreSnapshot: ['POST', '/resource-instance/snapshot/{snapshotId}/restore', true, true],
  customerCopySnapshot: ['POST', '/resource-instance/snapshot/{sourceSnapshotId}', true, true],
  customerDeleteSnapshot: ['DELETE', '/resource-instance/snapshot/{id}', false, false],
  customerListInstanceSnapshots: [
    'GET',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/snapshot',
    false,
    true,
  ],
  customerRestoreOffered: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/snapshot/{snapshotId}/restore',
    true,
    true,
  ],
  customerCopyInstanceSnapshot: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/copy-snapshot',
    true,
    true,
  ],
  customerRestoreToTime: [
    'POST',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}/{id}/restore',
    true,
    true,
  ],
  ...SUBSCRIPTION_ROUTES,
  listAccountConfigs: ['GET', '/accountconfig/cloudprovider/{cloudProviderName}', false, true],
  listFleetAccountConfigs: ['GET', '/fleet/account-configs', true, true],
  describeInstanceProgress: ['GET', '/api/instances/{id}/progress', false, true],
  listInstanceOperations: ['GET', '/api/instances/{id}/operations', false, true],
  addBreakpoint: ['POST', '/api/workflows/{id}/breakpoints', true, true],
  listNotificationChannels: ['GET', '/fleet/notification-channel', false, true],
  createNotificationChannel: ['POST', '/fleet/notification-channel', true, true],
  describeNotificationChannel: ['GET', '/fleet/notification-channel/{id}', false, true],
  updateNotificationChannel: ['PATCH', '/fleet/notification-channel/{id}', true, false],
  deleteNotificationChannel: ['DELETE', '/fleet/notification-channel/{id}', false, false],
  listEventCategoryTypes: ['GET', '/fleet/notification-channel/event-category-type-map', false, true],
  listChannelEvents: ['GET', '/fleet/notification-channel/{id}/event-history', false, true],
  replayNotificationEvent: ['POST', '/fleet/notification-event/{id}/replay', false, false],
  listServiceProviderEvents: ['GET', '/fleet/operations/events', false, true],
  testNotificationChannel: ['POST', '/api/notification-channels/{id}/test', false, true],
  setSigningSecret: ['PUT', '/api/notification-channels/{id}/signing-secret', true, true],
  listAuditEvents: ['GET', '/fleet/audit-events', false, true],
  listInstanceEvents: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/events', false, true],
  describeInstanceEvent: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}/event/{id}', false, true],
  customerListAuditEvents: ['GET', '/resource-instance/audit-events', false, true],
  customerListInstanceAuditEvents: ['GET', '/resource-instance/{instanceId}/audit-events', false, true],
  customerDescribeAuditEvent: ['GET', '/resource-instance/audit-events/{id}', false, true],
  customerListPlanAuditEvents: [
    'GET',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/audit-events',
    false,
    true,
  ],
  customerListPlanEvents: [
    'GET',
    '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/event',
    false,
    true,
  ],
  customerListInstanceEvents: ['GET', '/resource-instance/{instanceId}/event', false, true],
  customerDescribeEvent: ['GET', '/resource-instance/event/{id}', false, true],
  describeAuditEvent: ['GET', '/api/audit/events/{id}', false, true],
  verifyAuditTrail: ['GET', '/api/audit/verify', false, true],
  exportAuditTrail: ['GET', '/api/audit/export', false, true],
};
