/** Customers as their provider sees and handles them (docs/people.md). */
import { Type } from 'typebox';
import { flag, optionalFlag, optionalText, optionalTexts, optionalWhole, text, textMap, whole } from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';
import { attributes, secret } from './customer-account.js';

const user = {
  userId: text,
  email: text,
  userName: text,
  orgId: text,
  orgName: text,
  orgUrl: text,
  status: text,
  enabled: flag,
  createdAt: text,
  lastModifiedAt: text,
  lastModifiedByUserID: optionalText,
  lastModifiedByUserName: optionalText,
  attributes: textMap,
  /** Ours: since when the address is confirmed, and since when the customer is kept out. */
  verifiedAt: optionalText,
  suspendedAt: optionalText,
};

const counts = { instanceCount: optionalWhole, subscriptionCount: optionalWhole };

const Membership = Type.Object({
  subscriptionId: text,
  subscriptionDate: text,
  subscriptionOwnerName: text,
  status: text,
  defaultSubscription: flag,
  roleType: text,
  userId: text,
  email: text,
  name: text,
  serviceId: text,
  serviceName: text,
  serviceEnvironmentId: text,
  productTierId: text,
  productTierName: text,
  instanceCount: whole,
  userCount: whole,
  cloudProviderNames: Type.Array(text),
});

const Described = Type.Object({ ...user, subscriptions: Type.Array(Membership) });

const Organization = Type.Object({ orgId: text, orgName: text, orgUrl: text, email: optionalText });

const page = { nextPageToken: optionalText, pageSize: optionalWhole };

const FE = '/fleet/service/{serviceId}/environment/{environmentId}' as const;

export const customerOperations = {
  createConsumptionUser: operation({
    id: 'inventory-api#CreateConsumptionUser',
    api: 'fleet',
    route: 'POST /fleet/user',
    summary: 'Make an account for a customer',
    access: provider('customer:write', 'organization'),
    body: Type.Object({
      email: text,
      name: text,
      password: secret,
      legalCompanyName: text,
      companyUrl: optionalText,
      enableAutoVerification: flag,
      attributes,
    }),
    response: text,
  }),
  listAllUsers: operation({
    id: 'inventory-api#ListAllUsers',
    api: 'fleet',
    route: 'GET /fleet/users',
    summary: "The provider's customers, newest first",
    access: provider('customer:read', 'lists'),
    query: Type.Object({
      ...page,
      serviceId: optionalText,
      /** Ours. */
      environmentId: optionalText,
      excludeStats: optionalFlag,
      /** Ours: a part of id, name, address or organization. */
      search: optionalText,
      /** Ours: ACTIVE, SUSPENDED, UNCONFIRMED. */
      status: optionalTexts,
      /** Ours. */
      orgId: optionalText,
      /** Ours: the oldest first. */
      oldestFirst: optionalFlag,
    }),
    response: Type.Object({
      users: Type.Array(Type.Object({ ...user, ...counts })),
      serviceId: optionalText,
      nextPageToken: optionalText,
    }),
  }),
  describeOrgUser: operation({
    id: 'inventory-api#DescribeOrgUser',
    api: 'fleet',
    route: 'GET /fleet/user/{userId}',
    summary: 'One customer, with the subscriptions that they are a member of',
    access: provider('customer:read', 'lists'),
    response: Described,
  }),
  updateConsumptionUser: operation({
    id: 'inventory-api#UpdateConsumptionUser',
    api: 'fleet',
    route: 'PATCH /fleet/user/{userId}',
    summary: "Set a customer's attributes; those that are not named stay",
    access: provider('customer:write', 'organization'),
    body: Type.Object({ attributes }),
  }),
  deleteUser: operation({
    id: 'inventory-api#DeleteUser',
    api: 'fleet',
    route: 'DELETE /fleet/user/{userId}',
    summary: "Delete a customer's account; refused while there are instances",
    access: provider('customer:write', 'organization'),
  }),
  suspendUser: operation({
    id: 'inventory-api#SuspendUser',
    api: 'fleet',
    route: 'PUT /fleet/user/{userId}/suspend',
    summary: 'Keep a customer out; all sessions end, instances run on',
    access: provider('customer:write', 'organization'),
  }),
  unsuspendUser: operation({
    id: 'inventory-api#UnsuspendUser',
    api: 'fleet',
    route: 'PUT /fleet/user/{userId}/unsuspend',
    summary: 'Let a suspended customer in again',
    access: provider('customer:write', 'organization'),
  }),
  resendVerificationEmail: operation({
    id: 'inventory-api#ResendVerificationEmail',
    api: 'fleet',
    route: 'POST /fleet/user/{userId}/verification-email',
    summary: 'Mail a customer another token that confirms the address',
    access: provider('customer:write', 'organization'),
  }),
  verifyUser: operation({
    id: 'cellplane#VerifyUser',
    api: 'ours',
    route: 'POST /api/customers/{userId}/verify',
    summary: "Take a customer's address for confirmed, without a mail",
    access: provider('customer:write', 'organization'),
  }),
  listUsers: operation({
    id: 'inventory-api#ListUsers',
    api: 'fleet',
    route: `GET ${FE}/users`,
    summary: 'Members of the subscriptions of an environment',
    access: provider('customer:read', '{serviceId}'),
    query: Type.Object({ ...page, subscriptionId: optionalText, excludeStats: optionalFlag }),
    response: Type.Object({
      users: Type.Array(
        Type.Object({
          ...user,
          instanceCount: whole,
          subscriptionCount: whole,
          serviceId: text,
          environmentId: text,
          userSubscriptionRole: optionalText,
        }),
      ),
      serviceId: text,
      environmentId: text,
      nextPageToken: optionalText,
    }),
  }),
  describeEnvironmentUser: operation({
    id: 'inventory-api#DescribeUser',
    api: 'fleet',
    route: `GET ${FE}/user/{userId}`,
    summary: 'A member of subscriptions of an environment, with these',
    access: provider('customer:read', '{serviceId}'),
    response: Described,
  }),
  listAllOrganizations: operation({
    id: 'inventory-api#ListAllOrganizations',
    api: 'fleet',
    route: 'GET /fleet/organizations',
    summary: "Organizations of the provider's customers, newest first",
    access: provider('customer:read', 'lists'),
    query: Type.Object({
      ...page,
      hasInvoice: optionalFlag,
      hasInvoiceWithStatus: optionalText,
      hasInvoiceFromDate: optionalText,
      hasInvoiceToDate: optionalText,
    }),
    response: Type.Object({ organizations: Type.Array(Organization), nextPageToken: optionalText }),
  }),
  listActiveOrganizations: operation({
    id: 'inventory-api#ListActiveOrganizations',
    api: 'fleet',
    route: `GET ${FE}/organizations`,
    summary: 'Organizations with a subscription of an environment',
    access: provider('customer:read', '{serviceId}'),
    query: Type.Object(page),
    response: Type.Object({
      organizations: Type.Array(Organization),
      serviceId: text,
      environmentId: text,
      nextPageToken: optionalText,
    }),
  }),
  describeOrganization: operation({
    id: 'inventory-api#DescribeOrganization',
    api: 'fleet',
    route: `GET ${FE}/organization/{organizationId}`,
    summary: 'One organization with a subscription of an environment',
    access: provider('customer:read', '{serviceId}'),
    response: Organization,
  }),
};
