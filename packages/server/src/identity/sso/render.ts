/** Which identity providers somebody may sign in with, and where each sends them to. What is told depends on nobody's account. */
import { databaseTime } from '../../database/clock.js';
import { badRequest } from '../../errors.js';
import { messageOf } from '../../errors.js';
import type { Visitor } from '../doors.js';
import { readEmail } from '../email.js';
import { isOfDomains } from './claims.js';
import { type IdentityProviderRow, selectIdentityProviders } from './identity-provider-store.js';
import { mayRedirect, readRedirectUrl, usualRedirectUrl } from './redirect.js';
import { openRow } from './secret.js';
import type { Door, SsoDeps } from './sign-in.js';
import { makeState, secretsOf } from './state.js';

export interface Asked extends Door {
  orgId: string;
  environmentType: string | undefined;
  redirectUrl: string | undefined;
  loginHint: string | undefined;
  /** S256 of a verifier that the client keeps. */
  challenge: string | undefined;
  /** Without an address, those that are for certain domains are not told, but for the one of this name. @default all are told: a portal chooses */
  only?: { email: string | undefined; identityProvider: string | undefined };
}

/** Bounds of what RFC 7636 calls a challenge. */
const CHALLENGE = /^[\w-]{43}$/;

/** @throws DomainError bad_request for an address to come back to that nobody has configured */
export async function render(deps: SsoDeps, asked: Asked, visitor: Visitor) {
  const redirectUrl =
    asked.redirectUrl === undefined || asked.redirectUrl === ''
      ? usualRedirectUrl(deps.portalUrl)
      : readRedirectUrl(asked.redirectUrl, 'redirectUrl');
  const challenge = asked.challenge ?? '';
  if (challenge !== '' && !CHALLENGE.test(challenge))
    throw badRequest('invalid-challenge', 'codeChallenge must be the S256 challenge of PKCE: 43 characters of base64url.', [
      { field: 'codeChallenge', code: 'invalid-challenge', message: 'is not usable' },
    ]);
  const { rows, now } = await deps.doors.query(visitor, async () => ({
    rows: await selectIdentityProviders(deps.db, asked.orgId),
    now: await databaseTime(deps.db),
  }));
  const wanted = rows.filter((row) => isWanted(row, asked));
  const allowed = wanted.filter(({ audience, redirectUrls }) => {
    // A portal of customers relays no issuer: what one of their identity providers sends there is not to count as an answer of the people's.
    const portalUrl = asked.only !== undefined && audience === 'people' ? undefined : deps.portalUrl;
    return mayRedirect(redirectUrl, { portalUrl, redirectUrls });
  });
  // Also where there is nothing to sign in with: the answer says nothing of that.
  if (
    allowed.length === 0 &&
    !mayRedirect(redirectUrl, { portalUrl: deps.portalUrl, redirectUrls: rows.flatMap((row) => row.redirectUrls) })
  )
    throw badRequest(
      'redirect-not-allowed',
      `redirectUrl ${redirectUrl} is neither below CELLPLANE_PORTAL_URL, nor one of the redirectUrls of an identity provider, nor on this machine (http://127.0.0.1).`,
      [{ field: 'redirectUrl', code: 'redirect-not-allowed', message: 'is not configured' }],
    );
  const rendered = await Promise.all(
    allowed.map((row) => renderOne(deps, row, { redirectUrl, challenge, now: now.getTime() / 1_000, loginHint: asked.loginHint })),
  );
  return rendered.filter((one) => one !== undefined);
}

function isWanted(row: IdentityProviderRow, { audiences, environmentType, only }: Asked): boolean {
  if (row.isDisabled || !audiences.includes(row.audience)) return false;
  if (environmentType !== undefined && row.environmentType !== null && row.environmentType !== environmentType) return false;
  if (only === undefined) return true;
  const named = only.identityProvider?.trim().toLowerCase() ?? '';
  if (named !== '') return [row.id, row.name, row.type].some((one) => one.toLowerCase() === named);
  if (row.emailDomains.length === 0) return true;
  const email = readEmail(only.email ?? '');
  return email !== undefined && isOfDomains(row, email);
}

/** One that does not answer is left out: people sign in with the others. */
async function renderOne(
  deps: SsoDeps,
  row: IdentityProviderRow,
  { redirectUrl, challenge, now, loginHint }: { redirectUrl: string; challenge: string; now: number; loginHint: string | undefined },
) {
  const state = makeState(deps.stateKey, { identityProviderId: row.id, redirectUrl, challenge }, now);
  try {
    const url = await deps.conversation.url(openRow(deps, row), { state, redirectUrl, loginHint }, secretsOf(deps.stateKey, state));
    return {
      id: row.id,
      name: row.name,
      identityProviderName: row.type,
      emailIdentifiers: row.emailDomains.join(','),
      loginButtonIconUrl: row.buttonIconUrl,
      loginButtonText: row.buttonText,
      renderedAuthorizationEndpoint: url,
      state,
    };
  } catch (error) {
    deps.log.warn({ identityProvider: row.id, error: messageOf(error) }, 'an identity provider cannot be offered');
    return undefined;
  }
}
