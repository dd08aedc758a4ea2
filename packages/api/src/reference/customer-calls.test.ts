import { expect, it } from 'vitest';
import { BASE_PATH } from '../address.js';
import type { Operation } from '../operation.js';
import { operations } from '../table.js';

/** What the reference's customer portal calls: M where its main pages need it, S where one of its features does. `{}` is a parameter. */
const CALLS = `
M POST /signin
M GET /user
M GET /identity-provider-render
M POST /customer-user-signin
M POST /customer-user-signup
M POST /customer-reset-password
S POST /customer-login-with-identity-provider
M POST /refresh-token
M POST /logout
M POST /validate-token
M POST /change-password
S GET /org-users
S GET /fleet/events
S DELETE /fleet/events/{}
M GET /service-offering
M GET /service-offering/{}/resource/{}/instance/{}
M GET /service/{}/producttier/{}/resource
S GET /service/{}/productTier/{}/customer-version-set
S GET /service/{}/service-api/{}/swagger_spec
M GET /subscription
M GET /subscription/{}
M POST /subscription
M DELETE /subscription/{}
M GET /subscription/request
S GET /subscription/request/{}
S POST /subscription/request
M GET /resource-instance
M GET /resource-instance/{}/{}/{}/{}/{}/{}/{}
M POST /resource-instance/{}/{}/{}/{}/{}/{}/{}
M GET /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}
M PATCH /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}
M DELETE /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}
M POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/start
M POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/stop
M POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/restart
S PATCH /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/metadata
S POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/failover
S POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/restore
S POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/custom-workflow/{}/execute
S GET /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/snapshot
S POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/snapshot/{}/restore
S POST /resource-instance/{}/{}/{}/{}/{}/{}/{}/{}/copy-snapshot
S POST /resource-instance/{}/version-upgrade
M GET /resource-instance/{}/audit-events
M GET /resource-instance/audit-events
S GET /resource-instance/snapshot
S GET /resource-instance/snapshot/{}
S POST /resource-instance/snapshot
S POST /resource-instance/snapshot/{}/restore
S POST /resource-instance/snapshot/{}
S DELETE /resource-instance/snapshot/{}
M GET /resource-instance/subscription-users
M POST /resource-instance/subscription/{}/invite-user
M DELETE /resource-instance/subscription/{}/revoke-user-role
M GET /resource-instance/billing-status
S GET /resource-instance/billing-details
S GET /resource-instance/usage
S GET /resource-instance/usage-per-day
S GET /resource-instance/invoice
S GET /resource-instance/custom-network
S POST /resource-instance/custom-network
S PATCH /resource-instance/custom-network/{}
S DELETE /resource-instance/custom-network/{}
S GET /cloud-provider
S GET /cloud-provider/{}
S GET /region/cloudprovider/{}
S GET /region/{}
S GET /accountconfig/{}
S PATCH /user/{}
S POST /update-password
S DELETE /customer-delete-user
`;

/** Of these, those that answer 501, and why. */
const NOT_SERVED: Record<string, string> = {
  'GET /resource-instance/billing-details': 'nothing is billed, as billing-status says',
  'GET /resource-instance/invoice': 'nothing is billed',
  'GET /resource-instance/custom-network': "networks are the cluster's",
  'POST /resource-instance/custom-network': "networks are the cluster's",
  'PATCH /resource-instance/custom-network/{}': "networks are the cluster's",
  'DELETE /resource-instance/custom-network/{}': "networks are the cluster's",
  'GET /accountconfig/{}': 'Cellplane signs in to no cloud account',
};
/** Sign-in through an identity provider is of a room of its own. */
const MAY_BE_SERVED = new Set(['POST /customer-login-with-identity-provider']);

const nameless = (route: string) => route.replaceAll(/\{\w*\}/g, '{}').toLowerCase();
const served = new Set(
  Object.values<Operation>(operations).map(({ method, path }) => nameless(`${method} ${path.replace(BASE_PATH, '')}`)),
);
const calls = CALLS.trim()
  .split('\n')
  .map((line) => line.slice(2));

it('are seventy-one', () => expect(new Set(calls).size).toBe(71));

it('are served, but for those with a reason', () => {
  const missing = calls.filter((call) => !served.has(nameless(call)) && !MAY_BE_SERVED.has(call));
  expect(missing.toSorted()).toEqual(Object.keys(NOT_SERVED).toSorted());
});
