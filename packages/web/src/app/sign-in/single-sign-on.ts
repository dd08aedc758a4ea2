/**
 * Signing in with an identity provider (docs/sso.md). What a sign-in was begun with stays in this tab until the person comes back, so that
 * nobody can send somebody else here with an answer of their own.
 */
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { client, session } from '../client';

export type IdentityProvider = Awaited<ReturnType<Client['offerIdentityProviders']>>['identityProviders'][number];

/** Where identity providers send people back to: the path that portals of the reference have. */
const RETURN_PATH = '/idp-auth';
const KEPT = 'cellplane-single-sign-on';
const LAST = 'cellplane-last-identity-provider';

interface Begun {
  state: string;
  verifier?: string;
  name: string;
  to?: string;
}

export const returnAddress = () => `${window.location.origin}${RETURN_PATH}`;

/** Leaves for the identity provider. */
export async function leaveFor(provider: IdentityProvider, { email, to }: { email: string; to: string | undefined }): Promise<void> {
  const proof = await makeProof();
  const { identityProviders } = await client.offerIdentityProviders({
    query: {
      identityProvider: provider.id,
      redirectUrl: returnAddress(),
      ...(email === '' ? {} : { email }),
      ...(proof === undefined ? {} : { codeChallenge: proof.challenge }),
    },
  });
  const [offered] = identityProviders;
  if (offered?.state === undefined)
    throw new Error(t('{{name}} does not answer now. Try again, or sign in otherwise.', { name: nameOf(provider) }));
  const begun: Begun = {
    state: offered.state,
    name: provider.id,
    ...(proof === undefined ? {} : { verifier: proof.verifier }),
    ...(to === undefined ? {} : { to }),
  };
  sessionStorage.setItem(KEPT, JSON.stringify(begun));
  window.location.assign(offered.renderedAuthorizationEndpoint);
}

/** Signs in with what the identity provider has sent back; answers where the sign-in was begun for. */
export async function comeBack(answer: {
  code?: string;
  state?: string;
  iss?: string;
  error?: string;
  error_description?: string;
}): Promise<string | undefined> {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  const begun = kept === null ? undefined : (JSON.parse(kept) as Begun);
  // Before its words are shown, too: anybody can write words into a link.
  const isOurs = begun !== undefined && begun.state === answer.state;
  if (isOurs && answer.error !== undefined) throw new Error(answer.error_description ?? answer.error);
  if (!isOurs || answer.code === undefined) throw new Error(t('This answer belongs to no sign-in that this tab has begun. Begin again.'));
  const { refreshToken } = await client.loginWithIdentityProvider({
    body: {
      identityProviderName: begun.name,
      authorizationCode: answer.code,
      state: begun.state,
      redirectUri: returnAddress(),
      ...(begun.verifier === undefined ? {} : { codeVerifier: begun.verifier }),
      ...(answer.iss === undefined ? {} : { iss: answer.iss }),
    },
  });
  await session.begin(refreshToken);
  localStorage.setItem(LAST, begun.name);
  return begun.to;
}

export function nameOf({ name, identityProviderName }: IdentityProvider): string {
  return name === '' ? identityProviderName : name;
}

/** The one that this browser signed in with last comes first. */
export function lastUsedFirst(providers: readonly IdentityProvider[], last = localStorage.getItem(LAST)): IdentityProvider[] {
  return providers.toSorted((a, b) => Number(b.id === last) - Number(a.id === last));
}

/** PKCE of our own. Undefined where the browser has no cryptography: on addresses without TLS that are not this machine. */
async function makeProof(): Promise<{ verifier: string; challenge: string } | undefined> {
  if (globalThis.crypto.subtle === undefined) return undefined;
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  return { verifier, challenge };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
