const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64, with padding, of the UTF-8 form of a text (docs/reference/plan-language.md#functions). */
export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const digits: string[] = [];
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3);
    const group = (a << 16) | (b << 8) | c;
    digits.push(`${ALPHABET[group >> 18]}${ALPHABET[(group >> 12) & 63]}${ALPHABET[(group >> 6) & 63]}${ALPHABET[group & 63]}`);
  }
  const whole = digits.join('');
  const padding = (3 - (bytes.length % 3)) % 3;
  return padding === 0 ? whole : whole.slice(0, -padding) + '='.repeat(padding);
}

/** The text whose UTF-8 form is given as base64 (white space and missing padding allowed); undefined if it isn't one. */
export function decodeBase64(encoded: string): string | undefined {
  const digits = encoded.replace(/\s+/g, '').replace(/={1,2}$/, '');
  if (/[^A-Za-z0-9+/]/.test(digits) || digits.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | ALPHABET.indexOf(digit)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length] = (bits >> held) & 0xff;
    length += 1;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
