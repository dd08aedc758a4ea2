/** What is known of the kinds of identity providers without asking them. Pure. */

export const IDENTITY_PROVIDER_TYPES = [
  'Google',
  'GitHub',
  'Microsoft Entra',
  'Amazon Cognito',
  'Okta',
  'Auth0',
  'Keycloak',
  'OIDC',
] as const;
export type IdentityProviderType = (typeof IDENTITY_PROVIDER_TYPES)[number];

export interface Endpoints {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
}

interface Preset {
  /** Given by the request, if it is not the same for everybody. */
  issuer?: string;
  /** How an issuer looks, for the error that asks for one. */
  example?: string;
  /** Finds the issuer in an authorization endpoint. */
  issuerOf?: (authorizationEndpoint: string) => string | undefined;
  scopes: string;
  /** Of OAuth without OpenID Connect: there is nothing to discover. */
  endpoints?: Endpoints;
  supportsCustomEndpoints: boolean;
  supportsCustomScopes: boolean;
}

const OPENID = { scopes: 'openid email profile', supportsCustomEndpoints: true, supportsCustomScopes: true };

/** An authorization endpoint without what the kind of provider appends to its issuer. */
const without =
  (suffix: RegExp, appended = '') =>
  (endpoint: string) =>
    suffix.test(endpoint) ? endpoint.replace(suffix, appended) : undefined;

export const PRESETS: Readonly<Record<IdentityProviderType, Preset>> = {
  Google: { ...OPENID, issuer: 'https://accounts.google.com', supportsCustomEndpoints: false },
  GitHub: {
    scopes: 'read:user user:email',
    endpoints: {
      authorizationEndpoint: 'https://github.com/login/oauth/authorize',
      tokenEndpoint: 'https://github.com/login/oauth/access_token',
      userInfoEndpoint: 'https://api.github.com/user',
    },
    supportsCustomEndpoints: true,
    supportsCustomScopes: false,
  },
  'Microsoft Entra': {
    ...OPENID,
    example: 'https://login.microsoftonline.com/<tenant id>/v2.0',
    issuerOf: without(/\/oauth2\/v2\.0\/authorize$/, '/v2.0'),
  },
  'Amazon Cognito': { ...OPENID, example: 'https://cognito-idp.<region>.amazonaws.com/<user pool id>' },
  Okta: { ...OPENID, example: 'https://<organization>.okta.com', issuerOf: without(/(?:\/oauth2)?\/v1\/authorize$/) },
  Auth0: { ...OPENID, example: 'https://<tenant>.auth0.com/', issuerOf: without(/\/authorize$/, '/') },
  Keycloak: {
    ...OPENID,
    example: 'https://<host>/realms/<realm>',
    issuerOf: without(/\/protocol\/openid-connect\/auth$/),
  },
  OIDC: { ...OPENID, example: 'https://id.example.com' },
};

/** Issuers of Entra that stand for every tenant there is: whoever makes a tenant writes its people's addresses. */
const EVERY_TENANT = /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)(?:\/|$)/i;

/** True for an issuer that vouches for people of whatever organization. */
export function isOfEveryTenant(issuer: string): boolean {
  return EVERY_TENANT.test(issuer);
}

/** The type that a request names, in whatever letters. */
export function typeOf(text: string): IdentityProviderType | undefined {
  const wanted = text.trim().toLowerCase();
  return IDENTITY_PROVIDER_TYPES.find((type) => type.toLowerCase() === wanted);
}
