/** Passkeys of this browser: asked for a signature, or made. The library is loaded when it is needed first. */
import type { Client } from '@cellplane/api/client';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { t } from 'i18next';

type Asked = Awaited<ReturnType<Client['beginPasskeySignIn']>>;
type NewPasskey = Awaited<ReturnType<Client['addFactor']>>;
/** What the server takes of a passkey. */
export type PasskeyAnswer = NonNullable<Extract<Parameters<Client['finishSignIn']>[0], { body: unknown }>['body']['passkey']>;

export function hasPasskeys(): boolean {
  return typeof window.PublicKeyCredential === 'function';
}

/** The domain that the server's passkeys are for, if this page is not of it: browsers refuse them here. */
export function otherDomain(publicKey: Record<string, unknown> | undefined): string | undefined {
  const rp = publicKey?.['rp'] as { id?: string } | undefined;
  const domain = (publicKey?.['rpId'] ?? rp?.id) as string | undefined;
  const { hostname } = window.location;
  return domain === undefined || hostname === domain || hostname.endsWith(`.${domain}`) ? undefined : domain;
}

/** Lets a passkey sign. `byAutofill`: it is offered in the e-mail field, and the answer comes when the person picks it there. */
export async function answerByPasskey({ publicKey }: Asked, { byAutofill = false } = {}): Promise<PasskeyAnswer> {
  requireDomain(publicKey);
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const optionsJSON = publicKey as unknown as PublicKeyCredentialRequestOptionsJSON;
  return (await startAuthentication({ optionsJSON, useBrowserAutofill: byAutofill })) as unknown as PasskeyAnswer;
}

/** Makes a passkey. */
export async function makePasskey({ publicKey = {} }: NewPasskey): Promise<PasskeyAnswer> {
  requireDomain(publicKey);
  const { startRegistration } = await import('@simplewebauthn/browser');
  const optionsJSON = publicKey as unknown as PublicKeyCredentialCreationOptionsJSON;
  return (await startRegistration({ optionsJSON })) as unknown as PasskeyAnswer;
}

function requireDomain(publicKey: Record<string, unknown>): void {
  const domain = otherDomain(publicKey);
  if (domain !== undefined) throw new Error(t('Passkeys of this installation are for {{domain}}, and this page is not there.', { domain }));
}

/** True where the person, or another question, ended the question: nothing went wrong. */
export function isLeft(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'NotAllowedError');
}

/** What an error of the authenticator means to the person. */
export function passkeyFault(error: unknown): unknown {
  if (isLeft(error)) return new Error(t('The passkey was not used: the question was closed, or nobody answered it in time.'));
  const isName = (name: string) => error instanceof Error && error.name === name;
  if (isName('InvalidStateError')) return new Error(t('This device has a passkey of your account already.'));
  return error;
}
