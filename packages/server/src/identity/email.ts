/** An address as accounts are known by it: whoever is invited, signs up or gets mail is named by the same rule. Pure. */

export const EMAIL_MAX = 254;

/** ASCII only: no letter looks like another one's. */
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** The address trimmed and in small letters. Undefined if it is none. */
export function readEmail(text: string): string | undefined {
  const email = text.trim();
  return email.length <= EMAIL_MAX && EMAIL.test(email) && !email.includes('..') ? email.toLowerCase() : undefined;
}
