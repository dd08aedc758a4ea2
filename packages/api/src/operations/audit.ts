/** The audit trail: who did what, and what came of it. Provider and customers read it; ours under `/api/` check and export it. */
import { type Static, Type } from 'typebox';
import { customer, provider } from '../access.js';
import { optional, optionalFlag, optionalText, optionalTexts, optionalWhole, text, texts, whole } from '../field.js';
import { operation } from '../operation.js';

const WorkflowFailure = Type.Object({ eventTime: text, message: text });

/** What both sides see of an event. Beside the reference's members: operation, outcome, code and correlation id. */
const seen = {
  id: text,
  time: text,
  message: text,
  /** Customer, Infra, Maintenance. */
  eventSource: text,
  resourceName: text,
  serviceId: text,
  serviceName: text,
  environmentId: text,
  environmentType: optionalText,
  productTierId: text,
  servicePlanName: text,
  planVersion: text,
  cloudProvider: optionalText,
  region: optionalText,
  /** Ours: what people call the instance, and since when it is deleted; as long as its row is kept. */
  instanceName: optionalText,
  instanceDeletedAt: optionalText,
  userId: optionalText,
  userName: optionalText,
  orgId: optionalText,
  orgName: optionalText,
  roleType: optionalText,
  /** PASSWORD, API_KEY, SSO. */
  authMethod: optionalText,
  /** Of an API key's session, the key's id. */
  sessionId: optionalText,
  ipAddress: optionalText,
  userAgent: optionalText,
  workflowFailures: optional(Type.Array(WorkflowFailure)),
  operation: text,
  /** succeeded, refused, failed, unknown; absent while the call goes on. */
  outcome: optionalText,
  code: optionalText,
  correlationId: optionalText,
};

const FleetEvent = Type.Object({ ...seen, instanceId: text, subscriptionId: optionalText, workflowId: optionalText });
export type FleetAuditEvent = Static<typeof FleetEvent>;

const CustomerEvent = Type.Object({ ...seen, resourceInstanceId: text, subscriptionId: text });
export type CustomerAuditEvent = Static<typeof CustomerEvent>;

const fleetList = Type.Object({ ids: texts, events: Type.Array(FleetEvent), nextPageToken: optionalText });
const customerList = Type.Object({ ids: texts, events: Type.Array(CustomerEvent), nextPageToken: optionalText });

const common = {
  nextPageToken: optionalText,
  pageSize: optionalWhole,
  serviceID: optionalText,
  environmentType: optionalText,
  eventSourceTypes: optionalTexts,
  instanceID: optionalText,
  startDate: optionalText,
  endDate: optionalText,
};

const FI = '/fleet/service/{serviceId}/environment/{environmentId}/instance/{instanceId}' as const;

/** A plan as paths of customers name it. */
const PLAN =
  '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}' as const;
const ofSubscription = Type.Object({ subscriptionId: optionalText });

const Fault = Type.Object({
  /** edited, missing, reordered, added, head-changed, checkpoint-changed, not-as-expected. */
  kind: text,
  position: whole,
  eventId: text,
  message: text,
});

export const auditOperations = {
  listAuditEvents: operation({
    id: 'audit-events-api#AuditEvents',
    api: 'fleet',
    route: 'GET /fleet/audit-events',
    summary: 'The audit trail, newest first',
    access: provider('audit:read', 'organization'),
    query: Type.Object({
      ...common,
      environmentID: optionalText,
      productTierID: optionalText,
      excludeWorkflowFailures: optionalFlag,
      userId: optionalText,
      orgId: optionalText,
      subscriptionId: optionalText,
      ipAddress: optionalText,
      billingProvider: optionalText,
      externalPayerId: optionalText,
      operation: optionalText,
      outcome: optionalText,
      correlationId: optionalText,
    }),
    response: fleetList,
  }),
  listInstanceEvents: operation({
    id: 'inventory-api#ListInstanceEvents',
    api: 'fleet',
    route: `GET ${FI}/events`,
    summary: 'Audit events of an instance, newest first',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({ startTime: optionalText, endTime: optionalText, excludeWorkflowFailures: optionalFlag }),
    response: fleetList,
  }),
  describeInstanceEvent: operation({
    id: 'inventory-api#DescribeInstanceEvent',
    api: 'fleet',
    route: `GET ${FI}/event/{id}`,
    summary: 'One audit event of an instance',
    access: provider('fleet:read', '{serviceId}'),
    response: FleetEvent,
  }),
  customerListAuditEvents: operation({
    id: 'audit-events-api#ListAllAuditEvents',
    api: 'v1',
    route: 'GET /resource-instance/audit-events',
    summary: "Audit events of the caller's subscriptions, newest first",
    access: customer('instance:read'),
    query: Type.Object({ ...common, subscriptionId: optionalText }),
    response: customerList,
  }),
  customerListInstanceAuditEvents: operation({
    id: 'audit-events-api#ListAuditEventsForInstance',
    api: 'v1',
    route: 'GET /resource-instance/{instanceId}/audit-events',
    summary: 'Audit events of an instance, newest first',
    access: customer('instance:read'),
    query: Type.Object({ subscriptionId: optionalText }),
    response: customerList,
  }),
  customerDescribeAuditEvent: operation({
    id: 'audit-events-api#DescribeAuditEvent',
    api: 'v1',
    route: 'GET /resource-instance/audit-events/{id}',
    summary: "One audit event of the caller's subscriptions",
    access: customer('instance:read'),
    query: Type.Object({ subscriptionId: optionalText }),
    response: CustomerEvent,
  }),
  customerListPlanAuditEvents: operation({
    id: 'audit-events-api#ListAuditEventsForServicePlan',
    api: 'v1',
    route: `GET ${PLAN}/audit-events`,
    summary: "Audit events of the caller's subscriptions of a plan, newest first",
    access: customer('instance:read'),
    query: ofSubscription,
    response: customerList,
  }),
  customerListPlanEvents: operation({
    id: 'audit-events-api#DeprecatedListAuditEventsForServicePlan',
    api: 'v1',
    route: `GET ${PLAN}/event`,
    summary: 'The earlier path of the audit events of a plan',
    access: customer('instance:read'),
    query: ofSubscription,
    response: customerList,
  }),
  customerListInstanceEvents: operation({
    id: 'audit-events-api#DeprecatedListAuditEventsForInstance',
    api: 'v1',
    route: 'GET /resource-instance/{instanceId}/event',
    summary: 'The earlier path of the audit events of an instance',
    access: customer('instance:read'),
    query: ofSubscription,
    response: customerList,
  }),
  customerDescribeEvent: operation({
    id: 'audit-events-api#DeprecatedDescribeAuditEvent',
    api: 'v1',
    route: 'GET /resource-instance/event/{id}',
    summary: 'The earlier path of one audit event',
    access: customer('instance:read'),
    query: ofSubscription,
    response: CustomerEvent,
  }),
  describeAuditEvent: operation({
    id: 'cellplane#DescribeAuditEvent',
    api: 'ours',
    route: 'GET /api/audit/events/{id}',
    summary: 'One audit event with all that is kept of it',
    access: provider('audit:read', 'organization'),
    response: Type.Object({
      ...FleetEvent.properties,
      endTime: optionalText,
      httpStatus: optional(whole),
      /** Names of the fields that the request gave. */
      fields: texts,
      targets: texts,
      /** Absent until the event has its place in the trail. */
      position: optional(whole),
      previousHash: optionalText,
      hash: optionalText,
    }),
  }),
  verifyAuditTrail: operation({
    id: 'cellplane#VerifyAuditTrail',
    api: 'ours',
    route: 'GET /api/audit/verify',
    summary: 'Checks every event of the audit trail, and names the first that is not as it was written',
    access: provider('audit:read', 'organization'),
    query: Type.Object({ position: optionalWhole, hash: optionalText }),
    response: Type.Object({
      intact: Type.Boolean(),
      events: whole,
      prunedUpTo: whole,
      position: whole,
      hash: text,
      unsealed: whole,
      fault: optional(Fault),
    }),
  }),
  exportAuditTrail: operation({
    id: 'cellplane#ExportAuditTrail',
    api: 'ours',
    route: 'GET /api/audit/export',
    summary: 'The audit trail in its order, one JSON object a line, each with its hash',
    access: provider('audit:read', 'organization'),
    query: Type.Object({ after: optionalWhole }),
    response: Type.Unsafe<AsyncIterable<string>>({ type: 'string', contentMediaType: 'application/x-ndjson' }),
  }),
};
