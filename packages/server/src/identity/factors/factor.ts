/** What a second factor is. */
import type { Sealing } from '../../mail/outbox.js';
import type { RelyingParty } from './relying-party.js';

/** An authenticator app with six-digit codes, or a key that signs. */
export const FACTOR_KINDS = ['TOTP', 'PASSKEY'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** What somebody may answer a second step with. */
export type SecondStepMethod = FactorKind | 'RECOVERY_CODE';

/** Of one person; those that are not confirmed included. */
export const FACTORS_OF_PERSON = 20;

export interface FactorDeps {
  /** Keys of authenticator apps are encrypted. */
  sealing: Sealing;
  /** The sites that passkeys are for. */
  relyingParty: RelyingParty;
}
