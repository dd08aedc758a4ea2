/** What a client has to know of the operations on identity providers; checked where client-routes.ts takes it. */
export const SSO_ROUTES = {
  listIdentityProviders: ['GET', '/identity-provider', false, true],
  createIdentityProvider: ['POST', '/identity-provider', true, true],
  describeIdentityProvider: ['GET', '/identity-provider/{id}', false, true],
  updateIdentityProvider: ['PATCH', '/identity-provider/{id}', true, false],
  deleteIdentityProvider: ['DELETE', '/identity-provider/{id}', false, false],
  verifyIdentityProvider: ['POST', '/identity-provider/{id}', false, true],
  listIdentityProviderTypes: ['GET', '/identity-provider-types', false, true],
  renderIdentityProviders: ['GET', '/identity-provider-render', false, true],
  offerIdentityProviders: ['GET', '/api/sign-in/identity-providers', false, true],
  loginWithIdentityProvider: ['POST', '/login-with-identity-provider', true, true],
  customerLoginWithIdentityProvider: ['POST', '/customer-login-with-identity-provider', true, true],
} as const;
