/** Handlers of identity providers, and of signing in with one. */
import type { Caller, Handlers } from '@cellplane/api';
import { noteEffect } from '../../database/idempotency-key.js';
import { transaction } from '../../database/database.js';
import { badRequest } from '../../errors.js';
import { checkAttributes } from '../customers/attributes.js';
import { Findings } from '../customers/fields.js';
import { visitorOf } from '../handlers.js';
import type { Newcomer } from './admit.js';
import { answerOf, changeProvider, deleteProvider, makeProvider, oneProvider, verifyProvider } from './keep.js';
import type { SsoAudience } from './identity-provider.js';
import { selectIdentityProviders } from './identity-provider-store.js';
import { IDENTITY_PROVIDER_TYPES, PRESETS } from './presets.js';
import { render } from './render.js';
import { signInWith, type SsoDeps } from './sign-in.js';
import { givenEnvironmentType } from '../../request-text/environment-type.js';

export type SsoHandlers = Pick<
  Handlers,
  | 'listIdentityProviders'
  | 'createIdentityProvider'
  | 'describeIdentityProvider'
  | 'updateIdentityProvider'
  | 'deleteIdentityProvider'
  | 'verifyIdentityProvider'
  | 'listIdentityProviderTypes'
  | 'renderIdentityProviders'
  | 'offerIdentityProviders'
  | 'loginWithIdentityProvider'
  | 'customerLoginWithIdentityProvider'
>;

/** Binds the operations. */
export function ssoHandlers(deps: SsoDeps): SsoHandlers {
  const { db } = deps;
  return {
    async listIdentityProviders({ caller }) {
      return { identityProviders: (await selectIdentityProviders(db, caller.orgId)).map(answerOf) };
    },
    createIdentityProvider: ({ body, caller }) =>
      transaction(db, async (tx) => {
        const id = await makeProvider(tx, deps, caller, body);
        await noteEffect(tx, { id });
        return id;
      }),
    async describeIdentityProvider({ params, caller }) {
      return answerOf(await oneProvider(db, caller, params.id));
    },
    updateIdentityProvider: ({ params, body, caller }) => transaction(db, (tx) => changeProvider(tx, deps, caller, params.id, body)),
    deleteIdentityProvider: ({ params, caller }) => transaction(db, (tx) => deleteProvider(tx, caller, params.id)),
    verifyIdentityProvider: ({ params, caller }) => verifyProvider(deps, caller, params.id),
    async listIdentityProviderTypes() {
      const identityProviderTypes = IDENTITY_PROVIDER_TYPES.map((identityProviderName) => {
        const { supportsCustomEndpoints, supportsCustomScopes } = PRESETS[identityProviderName];
        return { identityProviderName, SupportCustomEndpoints: supportsCustomEndpoints, SupportCustomScopes: supportsCustomScopes };
      });
      return { identityProviderTypes };
    },
    async renderIdentityProviders({ query, caller, ...request }) {
      const { redirectUrl, loginHint, codeChallenge: challenge } = query;
      const environmentType = givenEnvironmentType(query.environmentType);
      const asked = { ...portalDoor(caller, environmentType), environmentType, redirectUrl, loginHint, challenge };
      return { identityProviders: await render(deps, asked, visitorOf(request)) };
    },
    async offerIdentityProviders({ query, ...request }) {
      const { email, identityProvider, redirectUrl, codeChallenge: challenge } = query;
      const door = { orgId: deps.providerOrgId, audiences: ['customers', 'people'] as const, environmentType: undefined };
      const asked = { ...door, redirectUrl, loginHint: email, challenge, only: { email, identityProvider } };
      return { identityProviders: await render(deps, asked, visitorOf(request)) };
    },
    async loginWithIdentityProvider({ body, ...request }) {
      if (body.deviceCode !== undefined && body.authorizationCode === undefined)
        throw badRequest(
          'device-code-not-served',
          'Device codes are not served here: sign in with "cellplane login --sso", or with an API key.',
          [{ field: 'deviceCode', code: 'device-code-not-served', message: 'is not served' }],
        );
      const door = { orgId: undefined, audiences: ['customers', 'people'] as const };
      return signInWith(deps, returnedBy(body), door, visitorOf(request));
    },
    async customerLoginWithIdentityProvider({ body, caller, ...request }) {
      return signInWith(deps, returnedBy(body), portalDoor(caller, givenEnvironmentType(body.environmentType)), visitorOf(request));
    },
  };
}

/** Through a portal that is not for production, the provider's own people come, too, as they do with a password. */
function portalDoor({ orgId }: Caller, environmentType: string | undefined): { orgId: string; audiences: readonly SsoAudience[] } {
  const isForCustomers = environmentType === undefined || environmentType === 'PROD';
  return { orgId, audiences: isForCustomers ? ['customers'] : ['customers', 'people'] };
}

interface ReturnedBody {
  authorizationCode?: string;
  state?: string;
  redirectUri?: string;
  codeVerifier?: string;
  iss?: string;
  identityProviderName?: string;
  invitedEmail?: string;
  legalCompanyName?: string;
  companyUrl?: string;
  companyDescription?: string;
  attributes?: Record<string, string>;
}

/** @throws DomainError bad_request that names every wrong field */
function returnedBy(body: ReturnedBody) {
  const findings = new Findings();
  const { authorizationCode: code = '', state = '', codeVerifier } = body;
  if (code === '') findings.add('authorizationCode', 'missing-field', 'must be the code that the identity provider has sent back');
  if (state === '') findings.add('state', 'missing-field', 'must be the state that the identity provider has sent back');
  if (codeVerifier !== undefined && !/^[\w.~-]{43,128}$/.test(codeVerifier))
    findings.add('codeVerifier', 'invalid-format', 'must be the verifier of the codeChallenge that the sign-in was begun with');
  const company = body.legalCompanyName?.trim() ?? '';
  const newcomer: Newcomer = {
    orgName: company === '' ? '' : findings.name(company, 'legalCompanyName'),
    orgUrl: findings.url(body.companyUrl ?? '', 'companyUrl'),
    orgDescription: (body.companyDescription ?? '').trim(),
    attributes: body.attributes ?? {},
    invitedEmail: body.invitedEmail === '' ? undefined : body.invitedEmail,
  };
  checkAttributes(findings, newcomer.attributes);
  findings.refuse();
  const { redirectUri: redirectUrl, iss: issuer, identityProviderName } = body;
  return { code, state, codeVerifier, redirectUrl, issuer, identityProviderName, newcomer };
}
