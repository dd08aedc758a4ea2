/** Passwords that a person may keep in a password manager. */

/** Letters and digits that are not taken for one another. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;
/** Bytes from here on would make the first letters likelier. */
const FAIR = 256 - (256 % LETTERS.length);

/** Four groups of five: some 115 random bits. */
export function madePassword(bytes: (count: number) => Uint8Array = (count) => crypto.getRandomValues(new Uint8Array(count))): string {
  let letters = '';
  while (letters.length < GROUPS * GROUP_LENGTH)
    letters += [...bytes(32)].map((byte) => (byte < FAIR ? (LETTERS[byte % LETTERS.length] ?? '') : '')).join('');
  return Array.from({ length: GROUPS }, (_, group) => letters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH)).join('-');
}
