/** Passkeys (WebAuthn): what a browser is asked with, and whether its answer is right. The library is loaded when the first one is used. */
import type { OperationRequest, Operations } from '@cellplane/api';
import { cut } from '@cellplane/plan/cut';
import { DomainError, messageOf } from '../../errors.js';
import type { PasskeyRow } from './factor-store.js';
import type { RelyingParty } from './relying-party.js';

/** What a browser answers. */
export type PasskeyAnswer = NonNullable<OperationRequest<Operations['finishSignIn']>['body']['passkey']>;

const NAME = 'Cellplane';

/** Formats of which the library knows who signs for authenticators. */
const KNOWN_SIGNERS = ['android-key', 'android-safetynet', 'apple', 'mds'] as const;

/** Nobody is asked who made their authenticator, so no chain of certificates that comes all the same is followed to addresses in it. */
async function library() {
  const loaded = await import('@simplewebauthn/server');
  for (const identifier of KNOWN_SIGNERS) loaded.SettingsService.setRootCertificates({ identifier, certificates: [] });
  return loaded;
}

/** What a browser is asked with for a new passkey. Those that the person has already are named, so that no authenticator makes a second one. */
export async function creationOptions(
  site: RelyingParty,
  person: { userId: string; email: string },
  challenge: Buffer,
  existing: readonly PasskeyRow[],
): Promise<Record<string, unknown>> {
  const { generateRegistrationOptions } = await library();
  const options = await generateRegistrationOptions({
    rpName: NAME,
    rpID: site.id,
    userID: bytesOf(Buffer.from(person.userId)),
    userName: person.email,
    userDisplayName: person.email,
    challenge: bytesOf(challenge),
    attestationType: 'none',
    excludeCredentials: existing.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  return { ...options };
}

/** What a browser is asked with for a sign-in. `keys`: the person's; none for whoever is to say first who they are. */
export async function requestOptions(
  site: RelyingParty,
  challenge: Buffer,
  keys: readonly PasskeyRow[] | undefined,
): Promise<Record<string, unknown>> {
  const { generateAuthenticationOptions } = await library();
  const options = await generateAuthenticationOptions({
    rpID: site.id,
    challenge: bytesOf(challenge),
    // Alone, a passkey stands for both steps: the authenticator has to look who holds it.
    userVerification: keys === undefined ? 'required' : 'preferred',
    ...(keys === undefined ? {} : { allowCredentials: keys.map(({ credentialId, transports }) => ({ id: credentialId, transports })) }),
  });
  return { ...options };
}

/** A new passkey as it is kept. @throws DomainError bad_request */
export async function readNewPasskey(
  site: RelyingParty,
  challenge: Buffer,
  answer: PasskeyAnswer,
): Promise<{ credentialId: string; publicKey: Buffer; signCount: number; transports: string[] }> {
  const { verifyRegistrationResponse } = await library();
  const { clientDataJSON, attestationObject = '', transports = [] } = answer.response;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...wire(answer), response: { clientDataJSON, attestationObject, transports } },
    expectedChallenge: challenge.toString('base64url'),
    expectedOrigin: [...site.origins],
    expectedRPID: site.id,
    requireUserVerification: false,
  }).catch((error: unknown) => {
    throw unusablePasskey(messageOf(error));
  });
  if (!verified) throw unusablePasskey('its signature is wrong');
  const { id, publicKey, counter } = registrationInfo.credential;
  return { credentialId: id, publicKey: Buffer.from(publicKey), signCount: counter, transports: transports.filter(isTransport) };
}

/** How often the authenticator says that it has signed. @throws DomainError auth_failure if the answer is not this passkey's to this challenge */
export async function verifyPasskey(
  site: RelyingParty,
  challenge: Buffer,
  answer: PasskeyAnswer,
  key: PasskeyRow,
  { alone }: { alone: boolean },
): Promise<number> {
  const { verifyAuthenticationResponse } = await library();
  const { clientDataJSON, authenticatorData = '', signature = '', userHandle } = answer.response;
  if (typeof userHandle === 'string' && userHandle !== '' && Buffer.from(userHandle, 'base64url').toString() !== key.userId)
    throw wrongPasskey('it is of somebody else', key.userId);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...wire(answer), response: { clientDataJSON, authenticatorData, signature } },
    expectedChallenge: challenge.toString('base64url'),
    expectedOrigin: [...site.origins],
    expectedRPID: site.id,
    requireUserVerification: alone,
    credential: { id: key.credentialId, publicKey: bytesOf(key.publicKey), counter: key.signCount, transports: key.transports },
  }).catch((error: unknown) => {
    throw wrongPasskey(messageOf(error), key.userId);
  });
  if (!verified) throw wrongPasskey('its signature is wrong', key.userId);
  return authenticationInfo.newCounter;
}

/** One answer for a passkey that nobody has, and one that did not sign what it was asked to. */
export function wrongPasskey(reason = 'it is not known here', userId?: string): DomainError {
  const details = [{ field: 'passkey', code: 'wrong-passkey', message: 'was not accepted' }];
  return new DomainError('auth_failure', 'wrong-passkey', `The passkey was not accepted: ${cut(reason)}.`, details, { userId });
}

function unusablePasskey(reason: string): DomainError {
  return new DomainError('bad_request', 'unusable-passkey', `The new passkey cannot be used: ${cut(reason)}.`, [
    { field: 'passkey', code: 'unusable-passkey', message: 'cannot be used' },
  ]);
}

function wire({ id, rawId, type }: PasskeyAnswer) {
  return { id, rawId, type: type as 'public-key', clientExtensionResults: {} };
}

/** Words of the browser, of which somebody may make up others. */
function isTransport(word: string): boolean {
  return ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'].includes(word);
}

/** The library wants bytes of a buffer of their own. */
function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer);
}
