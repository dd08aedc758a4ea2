/** What the values of an instance say of signing in to its product: guessed by their names, carefully. Pure. */

/** What the server shows in place of a secret. */
export const MASK = '***';

export interface Credentials {
  user?: string;
  database?: string;
  /** Key of the secret that is the password. */
  passwordKey?: string;
  /** The authority of its certificates, as PEM. */
  ca?: string;
}

const USER = /^(?:db|database|admin|app|master|root)?user(?:name)?$|^login$/;
const DATABASE = /^(?:db|database)(?:name)?$|^(?:initial|default)(?:db|database)(?:name)?$/;
const PASSWORD = /(?:password|passwd|pwd)$/;

export function credentialsOf(values: Record<string, unknown>): Credentials {
  const found: Credentials = {};
  for (const [key, value] of Object.entries(values)) {
    const word = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
    if (value === MASK) {
      if (found.passwordKey === undefined && PASSWORD.test(word)) found.passwordKey = key;
      continue;
    }
    if (typeof value !== 'string' || value === '') continue;
    if (USER.test(word)) found.user ??= value;
    else if (DATABASE.test(word)) found.database ??= value;
    else if (value.trimStart().startsWith('-----BEGIN CERTIFICATE-----')) found.ca ??= value;
  }
  return found;
}
