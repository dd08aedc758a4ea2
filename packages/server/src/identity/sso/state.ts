/**
 * A sign-in that has begun, as a text that its client holds: nothing is stored until it comes back, so that beginning costs nothing and
 * survives a restart. The text is signed for the identity provider, the address that people are sent back to, and whoever began it; the
 * verifier of PKCE and the nonce are made of it and the key, and leave the server in no other way than to the identity provider. Pure.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '../../derived-key.js';

/** How long a sign-in may take. Seconds. */
export const STATE_SECONDS = 600;

/** What a sign-in is begun for. */
export interface StateOf {
  identityProviderId: string;
  /** Where the identity provider sends people back to. */
  redirectUrl: string;
  /** S256 of a verifier that whoever began keeps, if it does; empty: none. */
  challenge: string;
}

/** What belongs to a sign-in, and is told nobody but the identity provider. */
export interface Secrets {
  verifier: string;
  nonce: string;
}

/** The key of all copies of the program on one master key. */
export function deriveStateKey(masterKey: Uint8Array): Buffer {
  return deriveKey(masterKey, 'single sign-on');
}

/** Begins a sign-in. `now`: the database's time, epoch seconds. */
export function makeState(key: Buffer, of: StateOf, now: number): string {
  const head = [of.identityProviderId, Math.floor(now).toString(36), randomBytes(16).toString('base64url')].join('.');
  return `${head}.${proofOf(key, head, of)}`;
}

/** The identity provider that a text names and the second it was made in. Undefined: it is none of ours, or of another sign-in than this. */
export function readState(
  key: Buffer,
  state: string,
  of: Pick<StateOf, 'redirectUrl' | 'challenge'>,
): { identityProviderId: string; madeAt: number } | undefined {
  const [, head = '', identityProviderId = '', time = '', proof = ''] =
    /^((idp-[A-Za-z0-9]{10})\.([0-9a-z]{1,9})\.[\w-]{22})\.([\w-]{43})$/.exec(state) ?? [];
  if (head === '') return undefined;
  const right = proofOf(key, head, { ...of, identityProviderId });
  return timingSafeEqual(Buffer.from(proof), Buffer.from(right)) ? { identityProviderId, madeAt: Number.parseInt(time, 36) } : undefined;
}

export function secretsOf(key: Buffer, state: string): Secrets {
  const derived = (what: string) => createHmac('sha256', key).update(`${what}\n${state}`).digest('base64url');
  return { verifier: derived('verifier'), nonce: derived('nonce') };
}

/** S256 of PKCE. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function proofOf(key: Buffer, head: string, { identityProviderId, redirectUrl, challenge }: StateOf): string {
  const text = JSON.stringify(['state', head, identityProviderId, redirectUrl, challenge]);
  return createHmac('sha256', key).update(text).digest('base64url');
}
