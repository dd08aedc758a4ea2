/**
 * Codes of authenticator apps (RFC 6238): SHA-1, six digits, half a minute each, which is what all apps can. A code counts half a minute
 * early and late, since clocks of phones differ.
 */
import { Secret, TOTP } from 'otpauth';

const ISSUER = 'Cellplane';
const PERIOD_SECONDS = 30;
/** Steps before and after the present one. */
const SKEW = 1;
const SECRET_BYTES = 20;

/** A new key of an app, in base32. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The address that an app takes key and name from: as a QR code, or typed. */
export function otpauthUrl(secret: string, account: string): string {
  return totp(secret, account).toString();
}

/** The step that the code is of, if the app would show it about now and no later step was used before. */
export function stepOf(code: string, secret: string, at: Date, lastStep: number | null): number | undefined {
  const timestamp = at.getTime();
  const delta = totp(secret).validate({ token: code, timestamp, window: SKEW });
  if (delta === null) return undefined;
  const step = TOTP.counter({ period: PERIOD_SECONDS, timestamp }) + delta;
  return lastStep === null || step > lastStep ? step : undefined;
}

function totp(secret: string, label = ''): TOTP {
  return new TOTP({ issuer: ISSUER, label, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) });
}
