/** Letters and digits that nobody mistakes for one another. */
const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const LENGTH = 24;

/** A password of 24 signs, each equally likely: about 139 bits. Of fewer where no more are taken. */
export function strongPassword(atMost = LENGTH): string {
  const text: string[] = [];
  // A byte above the last whole multiple would make the first signs likelier.
  const most = 256 - (256 % SIGNS.length);
  while (text.length < Math.min(LENGTH, atMost)) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < most) text.push(SIGNS.charAt(byte % SIGNS.length));
  }
  return text.join('');
}
