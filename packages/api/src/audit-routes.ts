/** Routes of the audit trail: a part of client-routes.ts, which says what they are for and compares them with the operation table. */
export const AUDIT_ROUTES = {
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
} as const;
