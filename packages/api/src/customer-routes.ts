/** What a client has to know of a provider's operations on its customers; checked where client-routes.ts takes it. */
export const CUSTOMER_ROUTES = {
  createConsumptionUser: ['POST', '/fleet/user', true, true],
  listAllUsers: ['GET', '/fleet/users', false, true],
  describeOrgUser: ['GET', '/fleet/user/{userId}', false, true],
  updateConsumptionUser: ['PATCH', '/fleet/user/{userId}', true, false],
  deleteUser: ['DELETE', '/fleet/user/{userId}', false, false],
  suspendUser: ['PUT', '/fleet/user/{userId}/suspend', false, false],
  unsuspendUser: ['PUT', '/fleet/user/{userId}/unsuspend', false, false],
  resendVerificationEmail: ['POST', '/fleet/user/{userId}/verification-email', false, false],
  verifyUser: ['POST', '/api/customers/{userId}/verify', false, false],
  listUsers: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/users', false, true],
  describeEnvironmentUser: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/user/{userId}', false, true],
  listAllOrganizations: ['GET', '/fleet/organizations', false, true],
  listActiveOrganizations: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/organizations', false, true],
  describeOrganization: ['GET', '/fleet/service/{serviceId}/environment/{environmentId}/organization/{organizationId}', false, true],
} as const;
