/**
 * Signing in with an identity provider. The sign-in is used up first, whatever comes of it; then the code is exchanged, outside of any
 * transaction; then the account is found or made and its session begins, in one.
 */
import { cut } from '@cellplane/plan';
import { badRequest } from '../../errors.js';
import type { Logger } from '../../log.js';
import { blockedFor, counter, giveBack, reserve, type Reservation } from '../attempts.js';
import type { CustomerDeps } from '../customers/deps.js';
import type { Doors, Visitor } from '../doors.js';
import { tooManySignIns } from '../sign-in.js';
import { beginSession, hashOf, type TokenPair } from '../session.js';
import { admit, type Newcomer, signInOver } from './admit.js';
import type { Claimed } from './claims.js';
import type { Conversation } from './conversation.js';
import type { SsoAudience } from './identity-provider.js';
import { type IdentityProviderRow, selectEnabled } from './identity-provider-store.js';
import { ProviderFault } from './openid.js';
import { usualRedirectUrl } from './redirect.js';
import { openRow, type SecretDeps } from './secret.js';
import { challengeOf, readState, secretsOf } from './state.js';
import { takeState } from './user-identity-store.js';

export interface SsoDeps extends Pick<CustomerDeps, 'db' | 'signingKey' | 'doors' | 'onSession' | 'signUp' | 'providerOrgId'>, SecretDeps {
  stateKey: Buffer;
  portalUrl: string | undefined;
  conversation: Conversation;
  /** So many are asked at a time, on behalf of whomever. */
  exchange: Doors['query'];
  log: Logger;
  arePrivateAllowed: boolean;
}

/** What a client relays of somebody who has come back. */
export interface SignInWith {
  code: string;
  state: string;
  redirectUrl: string | undefined;
  /** Of a sign-in that was begun with a challenge. */
  codeVerifier: string | undefined;
  issuer: string | undefined;
  /** Name, type or id of the identity provider, as far as the client says it. */
  identityProviderName: string | undefined;
  newcomer: Newcomer;
}

/** Through which door somebody comes. */
export interface Door {
  /** Of a portal: its organization. Undefined: whoever has the state. */
  orgId: string | undefined;
  audiences: readonly SsoAudience[];
}

/** Begins a session. @throws DomainError bad_request, too_many_requests */
export async function signInWith(deps: SsoDeps, input: SignInWith, door: Door, visitor: Visitor): Promise<TokenPair> {
  // A portal's people come from one address.
  const counters = door.orgId === undefined ? [counter('identityProvider', visitor.address)] : [];
  const { provider, reservation } = await deps.doors.query(visitor, async () => {
    const counted = await reserve(deps.db, counters);
    if (counted === undefined) throw tooManySignIns((await blockedFor(deps.db, counters)) || 1);
    return { provider: await takeSignIn(deps, input, door), reservation: counted };
  });
  const claimed = await deps.exchange(visitor, () => exchanged(deps, provider, input, door));
  return deps.doors.query(visitor, () => begin(deps, { provider, claimed, newcomer: input.newcomer, reservation }, visitor));
}

/** The identity provider of a sign-in that is good, and is used up now. */
async function takeSignIn(deps: SsoDeps, input: SignInWith, door: Door): Promise<IdentityProviderRow> {
  const redirectUrl = input.redirectUrl ?? usualRedirectUrl(deps.portalUrl);
  const challenge = input.codeVerifier === undefined ? '' : challengeOf(input.codeVerifier);
  const read = readState(deps.stateKey, input.state, { redirectUrl, challenge });
  if (read === undefined) throw signInOver();
  if (!(await takeState(deps.db, { hash: hashOf(input.state), madeAt: read.madeAt }))) throw signInOver();
  const provider = await selectEnabled(deps.db, read.identityProviderId);
  if (provider === undefined || (door.orgId !== undefined && provider.orgId !== door.orgId)) throw signInOver();
  if (!door.audiences.includes(provider.audience)) throw signInOver();
  const named = input.identityProviderName?.trim().toLowerCase() ?? '';
  if (named !== '' && ![provider.id, provider.name, provider.type].some((one) => one.toLowerCase() === named)) throw signInOver();
  return provider;
}

async function exchanged(deps: SsoDeps, provider: IdentityProviderRow, input: SignInWith, door: Door): Promise<Claimed> {
  const { code, state, issuer } = input;
  const isWhole = door.orgId === undefined;
  const returned = { code, state, issuer, isWhole, redirectUrl: input.redirectUrl ?? usualRedirectUrl(deps.portalUrl) };
  try {
    return await deps.conversation.exchange(openRow(deps, provider), returned, secretsOf(deps.stateKey, state));
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    deps.log.warn({ identityProvider: provider.id, error: cut(error.message) }, 'an identity provider has not confirmed a sign-in');
    throw badRequest('not-confirmed', `${provider.name} has not confirmed this sign-in: ${cut(error.message)}. Begin again.`);
  }
}

async function begin(
  deps: SsoDeps,
  { reservation, ...who }: { provider: IdentityProviderRow; claimed: Claimed; newcomer: Newcomer; reservation: Reservation },
  visitor: Visitor,
): Promise<TokenPair> {
  const pair = await beginSession(
    deps,
    async (tx) => {
      await giveBack(tx, reservation);
      return admit(tx, { ...who, signUp: deps.signUp });
    },
    visitor,
  );
  if (pair === undefined) throw signInOver();
  return pair;
}
