/** Handlers of what a provider sees of its customers, and does with them. */
import type { Caller, Handlers } from '@cellplane/api';
import { badRequest, notFound } from '../../errors.js';
import { visitorOf } from '../handlers.js';
import {
  createCustomer,
  deleteCustomer,
  resendVerification,
  setAttributes,
  suspendCustomer,
  unsuspendCustomer,
  verifyCustomer,
} from './by-provider.js';
import {
  CUSTOMER_STATES,
  type CustomerFilter,
  type CustomerRow,
  type CustomerState,
  hasEnvironment,
  selectCustomers,
  selectMemberships,
  selectOrganizations,
} from './customer-list-store.js';
import type { CustomerDeps } from './deps.js';

export type CustomerHandlers = Pick<
  Handlers,
  | 'createConsumptionUser'
  | 'listAllUsers'
  | 'describeOrgUser'
  | 'updateConsumptionUser'
  | 'deleteUser'
  | 'suspendUser'
  | 'unsuspendUser'
  | 'resendVerificationEmail'
  | 'verifyUser'
  | 'listUsers'
  | 'describeEnvironmentUser'
  | 'listAllOrganizations'
  | 'listActiveOrganizations'
  | 'describeOrganization'
>;

/** Binds the operations on customers. */
export function customerHandlers(deps: CustomerDeps): CustomerHandlers {
  const { db } = deps;
  return {
    createConsumptionUser: ({ body: { enableAutoVerification, ...body }, caller, ...request }) =>
      createCustomer(deps, caller, { ...body, isVerified: enableAutoVerification }, visitorOf(request)),
    async listAllUsers({ query, caller }) {
      const { serviceId, environmentId, search, orgId, status } = query;
      const filter = {
        ...ofProducts(caller, serviceId),
        environmentId,
        search: textOf(search),
        orgId: textOf(orgId),
        states: statesOf(status),
      };
      const { rows, ...next } = await selectCustomers(db, caller.orgId, filter, query);
      return { users: rows.map(wire), ...(serviceId === undefined ? {} : { serviceId }), ...next };
    },
    describeOrgUser: ({ params, caller }) => describe(deps, caller, params.userId, ofProducts(caller)),
    updateConsumptionUser: ({ params, body, caller }) => setAttributes(deps, caller, params.userId, body.attributes ?? {}),
    deleteUser: ({ params, caller }) => deleteCustomer(deps, caller, params.userId),
    suspendUser: ({ params, caller }) => suspendCustomer(deps, caller, params.userId),
    unsuspendUser: ({ params, caller }) => unsuspendCustomer(deps, caller, params.userId),
    resendVerificationEmail: ({ params, caller }) => resendVerification(deps, caller, params.userId),
    verifyUser: ({ params, caller }) => verifyCustomer(deps, caller, params.userId),
    async listUsers({ params, query, caller }) {
      const { serviceId, environmentId } = params;
      await requireEnvironment(deps, caller, params);
      const filter = { serviceIds: [serviceId], environmentId, subscriptionId: query.subscriptionId };
      const { rows, ...next } = await selectCustomers(db, caller.orgId, filter, query);
      const users = rows.map((row) => ({
        ...wire(row),
        instanceCount: row.instanceCount ?? 0,
        subscriptionCount: row.subscriptionCount ?? 0,
        serviceId,
        environmentId,
        ...(row.role === null ? {} : { userSubscriptionRole: row.role }),
      }));
      return { users, serviceId, environmentId, ...next };
    },
    describeEnvironmentUser: ({ params: { userId, serviceId, environmentId }, caller }) =>
      describe(deps, caller, userId, { serviceIds: [serviceId], environmentId }),
    async listAllOrganizations({ query, caller }) {
      // Nothing is invoiced here.
      if (query.hasInvoice === true || query.hasInvoiceWithStatus !== undefined) return { organizations: [] };
      const { rows, ...next } = await selectOrganizations(db, caller.orgId, ofProducts(caller), query);
      return { organizations: rows.map(organization), ...next };
    },
    async listActiveOrganizations({ params, query, caller }) {
      const { serviceId, environmentId } = params;
      await requireEnvironment(deps, caller, params);
      const { rows, ...next } = await selectOrganizations(db, caller.orgId, { serviceIds: [serviceId], environmentId }, query);
      return { organizations: rows.map(organization), serviceId, environmentId, ...next };
    },
    async describeOrganization({ params: { serviceId, environmentId, organizationId }, caller }) {
      const filter = { serviceIds: [serviceId], environmentId, orgId: organizationId };
      const [found] = (await selectOrganizations(db, caller.orgId, filter)).rows;
      if (found === undefined) throw notFound('organization', organizationId);
      return organization(found);
    },
  };
}

/** @throws DomainError not_found */
async function requireEnvironment(
  { db }: CustomerDeps,
  { orgId }: Caller,
  of: { serviceId: string; environmentId: string },
): Promise<void> {
  if (!(await hasEnvironment(db, orgId, of.serviceId, of.environmentId))) throw notFound('environment', of.environmentId);
}

function textOf(value: string | undefined): string | undefined {
  return value?.trim() === '' ? undefined : value?.trim();
}

/** @throws DomainError bad_request for a word that is no state */
function statesOf(asked: readonly string[] | undefined): readonly CustomerState[] | undefined {
  if (asked === undefined || asked.length === 0) return undefined;
  return asked.map((word) => {
    const state = CUSTOMER_STATES.find((one) => one === word.toUpperCase());
    if (state !== undefined) return state;
    throw badRequest('unknown-status', `Invalid request: status must be one of ${CUSTOMER_STATES.join(', ')}.`, [
      { field: 'status', message: 'is no status of a customer' },
    ]);
  });
}

/** Roles that are given for single products see those products' customers only. */
function ofProducts({ products }: Caller, serviceId?: string): CustomerFilter {
  if (serviceId === undefined) return products === undefined ? {} : { serviceIds: products };
  return { serviceIds: products === undefined || products.includes(serviceId) ? [serviceId] : [] };
}

async function describe({ db }: CustomerDeps, { orgId }: Caller, userId: string, filter: CustomerFilter) {
  const [row] = (await selectCustomers(db, orgId, { ...filter, userId }, { excludeStats: true })).rows;
  if (row === undefined) throw notFound('user', userId);
  const memberships = await selectMemberships(db, orgId, userId, filter);
  const subscriptions = memberships.map((one) => ({
    subscriptionId: one.subscriptionId,
    subscriptionDate: one.createdAt.toISOString(),
    subscriptionOwnerName: one.ownerName,
    status: one.status,
    defaultSubscription: one.isDefault,
    roleType: one.role,
    userId,
    email: row.email,
    name: row.userName,
    serviceId: one.serviceId,
    serviceName: one.serviceName,
    serviceEnvironmentId: one.environmentId,
    productTierId: one.planId,
    productTierName: one.planName,
    instanceCount: one.instanceCount,
    userCount: one.userCount,
    cloudProviderNames: one.cloudProviders ?? [],
  }));
  return { ...wire(row), subscriptions };
}

function wire(row: CustomerRow) {
  return {
    userId: row.userId,
    email: row.email,
    userName: row.userName,
    orgId: row.orgId,
    orgName: row.orgName,
    orgUrl: row.orgUrl,
    status: row.status,
    enabled: row.status === 'ACTIVE',
    createdAt: row.createdAt.toISOString(),
    lastModifiedAt: row.modifiedAt.toISOString(),
    attributes: row.attributes,
    ...(row.verifiedAt === null ? {} : { verifiedAt: row.verifiedAt.toISOString() }),
    ...(row.suspendedAt === null ? {} : { suspendedAt: row.suspendedAt.toISOString() }),
    ...(row.modifiedBy === null ? {} : { lastModifiedByUserID: row.modifiedBy }),
    ...(row.modifierName === null ? {} : { lastModifiedByUserName: row.modifierName }),
    ...(row.instanceCount === null ? {} : { instanceCount: row.instanceCount }),
    ...(row.subscriptionCount === null ? {} : { subscriptionCount: row.subscriptionCount }),
  };
}

function organization({ orgId, orgName, orgUrl, email }: { orgId: string; orgName: string; orgUrl: string; email: string | null }) {
  return { orgId, orgName, orgUrl, ...(email === null ? {} : { email }) };
}
