/** Passwords as scrypt PHC strings: `$scrypt$ln=16,r=8,p=1$<salt>$<hash>`, base64 without padding. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** N = 2^16, r = 8: 64 MiB and some 0.2 s for one try. */
const COST = { ln: 16, r: 8, p: 1 };

const MOST_PARALLEL = 4;
/** Of a hash. Bytes: two short ones are equal by chance, and two empty ones always. */
const HASH_BYTES = { least: 16, most: 64 };

/** Longest password that is hashed, in UTF-8 bytes: a longer one is refused before it costs anything. */
export const PASSWORD_MAX_BYTES = 1024;
/** Shortest password that a person may choose. Characters. */
export const PASSWORD_MIN = 8;

/** Hashes a password with a fresh salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${encode(salt)}$${encode(hash)}`;
}

/**
 * Compares a password with a PHC string. An empty or unreadable string costs the same time and is never equal, so that an
 * unknown e-mail address answers as slowly as a known one.
 */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const parsed = parse(phc);
  const expected = parsed?.hash ?? Buffer.alloc(32);
  const actual = await derive(password, parsed?.salt ?? Buffer.alloc(16), parsed?.cost ?? COST, expected.length);
  return timingSafeEqual(actual, expected) && parsed !== undefined;
}

interface Cost {
  ln: number;
  r: number;
  p: number;
}

function parse(phc: string): { cost: Cost; salt: Buffer; hash: Buffer } | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (match === null) return undefined;
  const [, ln, r, p, salt = '', hash = ''] = match;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  // One that was made elsewhere, or damaged, must not take all memory.
  if (cost.ln < 1 || cost.ln > COST.ln || cost.r < 1 || cost.r > COST.r || cost.p < 1 || cost.p > MOST_PARALLEL) return undefined;
  // RFC 7914, section 2: N is less than 2^(128 r / 8); for another one scrypt throws.
  if (cost.ln >= 16 * cost.r) return undefined;
  const expected = Buffer.from(hash, 'base64');
  if (expected.length < HASH_BYTES.least || expected.length > HASH_BYTES.most) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), hash: expected };
}

function derive(password: string, salt: Buffer, cost: Cost, length = 32): Promise<Buffer> {
  const N = 2 ** cost.ln;
  // It needs 128 r (N + 2) bytes and 128 r p beside: no less for a small N.
  const options = { N, r: cost.r, p: cost.p, maxmem: 256 * cost.r * (N + 2 + cost.p) };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, length, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
