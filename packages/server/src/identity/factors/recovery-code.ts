/** Recovery codes: for who has lost their other factors. 80 random bits each, so that nobody guesses one. */
import { createHash, randomInt } from 'node:crypto';

const RECOVERY_CODES = 10;

/** Without letters that look like digits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz123456789';
const LENGTH = 16;
const WRITTEN = /^[a-hjkmnp-z1-9]*$/;
const GROUP = /.{4}(?=.)/g;

/** Codes as they are shown: `k3vd-9wqp-…`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
      .join('')
      .replaceAll(GROUP, '$&-'),
  );
}

/** What is kept of a code; undefined if the text cannot be one. Dashes, blanks and capitals do not count. */
export function recoveryHash(userId: string, text: string): Buffer | undefined {
  const code = text.replaceAll(/[\s-]/g, '').toLowerCase();
  if (code.length !== LENGTH || !WRITTEN.test(code)) return undefined;
  return createHash('sha256').update(`${userId} ${code}`).digest();
}
