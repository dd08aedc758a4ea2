import { sha256 } from './sha256.js';

/** What a stable random value depends on, and nothing else: the same site gives the same value for an instance's whole life. */
export interface RandomSite {
  /** Secret, one per instance. */
  seed: string;
  /** `place#n` of the expression. */
  place: string;
  /** Which call of the expression. */
  ordinal: number;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';

/** Kinds of `$func.random`: what the first character is taken from, and the others. `string` is the documented one. */
export const RANDOM_KINDS: Readonly<Record<string, readonly [first: string, rest: string]>> = {
  string: [LETTERS, LETTERS + DIGITS],
  alpha: [LETTERS, LETTERS],
  lower: [LOWER, LOWER + DIGITS],
  numeric: [DIGITS, DIGITS],
  hex: [`${DIGITS}abcdef`, `${DIGITS}abcdef`],
};

/** A text of `length` characters, each equally likely; a longer one begins with the shorter one of the same site. */
export function randomText(site: RandomSite, kind: readonly [first: string, rest: string], length: number): string {
  const bytes = byteStream(['random', site.seed, site.place, String(site.ordinal)]);
  let text = '';
  while (text.length < length) {
    const alphabet = text === '' ? kind[0] : kind[1];
    const byte = bytes();
    // The bytes above the last whole multiple are dropped; else the first characters would come more often.
    if (byte < 256 - (256 % alphabet.length)) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** An integer in [min, max], each equally likely. Depends on `key` only. */
export function randomInteger(key: readonly string[], min: number, max: number): number {
  const bytes = byteStream(['randomminmax', ...key]);
  const count = max - min + 1;
  const limit = 2 ** 48 - (2 ** 48 % count);
  for (;;) {
    let draw = 0;
    for (let index = 0; index < 6; index += 1) draw = draw * 256 + bytes();
    if (draw < limit) return min + (draw % count);
  }
}

/** A version 4 UUID (RFC 9562). */
export function randomUuid(site: RandomSite): string {
  const next = byteStream(['uuidv4', site.seed, site.place, String(site.ordinal)]);
  const bytes = Array.from({ length: 16 }, next);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** SHA-256 in counter mode; the key is JSON, so that no two keys have the same form. */
function byteStream(key: readonly string[]): () => number {
  let counter = 0;
  let block = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used === block.length) {
      block = new Uint8Array(sha256(JSON.stringify([...key, counter])));
      counter += 1;
      used = 0;
    }
    const byte = block[used] ?? 0;
    used += 1;
    return byte;
  };
}
