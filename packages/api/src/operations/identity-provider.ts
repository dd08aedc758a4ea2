/** Identity providers of a provider organization, and signing in with one (docs/sso.md). */
import { Type } from 'typebox';
import { anybody, provider } from '../access.js';
import { optional, optionalFlag, optionalText, optionalTexts, required, text, textMap, flag } from '../field.js';
import { operation } from '../operation.js';
import { attributes } from './account/customer-account.js';
import { TokenPair } from './session.js';

/** What may be said of one. Members from `issuer` on are not the reference's. */
const members = {
  name: optionalText,
  authorizationEndpoint: optionalText,
  tokenEndpoint: optionalText,
  userInfoEndpoint: optionalText,
  scopes: optionalText,
  /** Domains of e-mail addresses, separated by commas. */
  emailIdentifiers: optionalText,
  environmentType: optionalText,
  loginButtonText: optionalText,
  loginButtonIconUrl: optionalText,
  disabled: optionalFlag,
  issuer: optionalText,
  /** Whom it lets in: `customers` or `people`. */
  signsIn: optionalText,
  redirectUrls: optionalTexts,
  createUsers: optionalFlag,
  trustEmail: optionalFlag,
  groupsClaim: optionalText,
  groupRoles: optional(textMap),
  defaultRole: optionalText,
};

const IdentityProvider = Type.Object({
  id: text,
  identityProviderName: text,
  clientId: text,
  /** The mask. */
  clientSecret: optionalText,
  /** PENDING, READY or FAILED: as it was last verified. */
  status: text,
  ...members,
});

const Rendered = Type.Object({
  identityProviders: Type.Array(
    Type.Object({
      id: text,
      name: text,
      identityProviderName: text,
      emailIdentifiers: text,
      loginButtonIconUrl: text,
      loginButtonText: text,
      renderedAuthorizationEndpoint: text,
      state: optionalText,
    }),
  ),
});

/** What a client relays of somebody who has come back from an identity provider. */
const returned = {
  redirectUri: optionalText,
  state: optionalText,
  /** Of a sign-in that was begun with a codeChallenge. */
  codeVerifier: optionalText,
  /** As the identity provider has sent it with the code. */
  iss: optionalText,
  invitedEmail: optionalText,
  legalCompanyName: optionalText,
  companyUrl: optionalText,
  companyDescription: optionalText,
  attributes,
};

export const identityProviderOperations = {
  listIdentityProviders: operation({
    id: 'identity-provider-api#ListIdentityProviders',
    api: 'v1',
    route: 'GET /identity-provider',
    summary: 'Identity providers of the organization, without their secrets',
    access: provider('organization:read', 'organization'),
    response: Type.Object({ identityProviders: Type.Array(IdentityProvider) }),
  }),
  createIdentityProvider: operation({
    id: 'identity-provider-api#CreateIdentityProvider',
    api: 'v1',
    route: 'POST /identity-provider',
    summary: 'Let people sign in with an identity provider',
    access: provider('organization:write', 'organization'),
    body: Type.Object({ ...members, identityProviderName: required, clientId: required, clientSecret: required }),
    response: text,
  }),
  describeIdentityProvider: operation({
    id: 'identity-provider-api#DescribeIdentityProvider',
    api: 'v1',
    route: 'GET /identity-provider/{id}',
    summary: 'One identity provider, without its secret',
    access: provider('organization:read', 'organization'),
    response: IdentityProvider,
  }),
  updateIdentityProvider: operation({
    id: 'identity-provider-api#UpdateIdentityProvider',
    api: 'v1',
    route: 'PATCH /identity-provider/{id}',
    summary: 'Change an identity provider; what is left out stays',
    access: provider('organization:write', 'organization'),
    body: Type.Object({ ...members, clientId: optionalText, clientSecret: optionalText }),
  }),
  deleteIdentityProvider: operation({
    id: 'identity-provider-api#DeleteIdentityProvider',
    api: 'v1',
    route: 'DELETE /identity-provider/{id}',
    summary: 'Delete an identity provider; sessions that were begun with it end',
    access: provider('organization:write', 'organization'),
  }),
  verifyIdentityProvider: operation({
    id: 'identity-provider-api#VerifyIdentityProvider',
    api: 'v1',
    route: 'POST /identity-provider/{id}',
    summary: 'Ask an identity provider whether it knows the client',
    access: provider('organization:write', 'organization'),
    response: Type.Object({
      id: text,
      identityProviderName: text,
      clientId: text,
      clientSecret: optionalText,
      name: optionalText,
      status: text,
      /** Ours: why it has failed. */
      message: optionalText,
    }),
  }),
  listIdentityProviderTypes: operation({
    id: 'identity-provider-api#ListIdentityProviderTypes',
    api: 'v1',
    route: 'GET /identity-provider-types',
    summary: 'Kinds of identity providers that there are presets for',
    access: provider('organization:read', 'organization'),
    response: Type.Object({
      identityProviderTypes: Type.Array(
        Type.Object({ identityProviderName: text, SupportCustomEndpoints: flag, SupportCustomScopes: flag }),
      ),
    }),
  }),
  renderIdentityProviders: operation({
    id: 'identity-provider-api#RenderIdentityProviders',
    api: 'v1',
    route: 'GET /identity-provider-render',
    summary: 'Identity providers that customers may sign in with through a portal, and where each sends them to',
    access: provider('customer:read', 'organization'),
    query: Type.Object({ environmentType: optionalText, redirectUrl: optionalText, loginHint: optionalText, codeChallenge: optionalText }),
    response: Rendered,
  }),
  offerIdentityProviders: operation({
    id: 'cellplane#OfferIdentityProviders',
    api: 'ours',
    route: 'GET /api/sign-in/identity-providers',
    summary: 'Identity providers that somebody with this e-mail domain may sign in with, and where each sends them to',
    access: anybody,
    query: Type.Object({ email: optionalText, identityProvider: optionalText, redirectUrl: required, codeChallenge: optionalText }),
    response: Rendered,
  }),
  loginWithIdentityProvider: operation({
    id: 'signin-api#LoginWithIdentityProvider',
    api: 'v1',
    route: 'POST /login-with-identity-provider',
    summary: 'Sign in with what an identity provider has sent back',
    access: anybody,
    body: Type.Object({ ...returned, identityProviderName: text, authorizationCode: optionalText, deviceCode: optionalText }),
    response: TokenPair,
  }),
  customerLoginWithIdentityProvider: operation({
    id: 'users-api#CustomerLoginWithIdentityProvider',
    api: 'v1',
    route: 'POST /customer-login-with-identity-provider',
    summary: "Sign a customer in with what an identity provider has sent back, through the provider's portal",
    access: provider('customer:read', 'organization'),
    body: Type.Object({ ...returned, identityProviderName: optionalText, authorizationCode: text, environmentType: optionalText }),
    response: TokenPair,
    answersSecret: true,
  }),
};
