import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password.js';

describe('password', () => {
  it('is a PHC string with a fresh salt', async () => {
    const [one, two] = await Promise.all([hashPassword('päss'), hashPassword('päss')]);
    expect(one).toMatch(/^\$scrypt\$ln=16,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword('päss', one)).toBe(true);
    expect(await verifyPassword('pass', one)).toBe(false);
  });

  it('is the same in both Unicode spellings', async () => {
    expect(await verifyPassword('a\u0308', await hashPassword('ä'))).toBe(true);
  });

  it.each([
    [1, 8, 1],
    [1, 1, 4],
    [2, 8, 4],
    [15, 1, 1],
  ])('takes a hash of cost ln=%i, r=%i, p=%i', async (ln, r, p) => {
    const salt = Buffer.alloc(16, 3);
    const hash = scryptSync('päss', salt, 32, { N: 2 ** ln, r, p, maxmem: 2 ** 28 });
    const phc = `$scrypt$ln=${ln},r=${r},p=${p}$${[salt, hash].map((bytes) => bytes.toString('base64').replaceAll('=', '')).join('$')}`;
    expect(await verifyPassword('päss', phc)).toBe(true);
    expect(await verifyPassword('pass', phc)).toBe(false);
  });

  const long = (bytes: number) => 'A'.repeat(Math.ceil((bytes * 4) / 3));
  it.each([
    '',
    'garbage',
    `$argon2id$v=19$m=1,t=1,p=1$AAAA$${long(32)}`,
    `$scrypt$ln=30,r=8,p=1$AAAA$${long(32)}`,
    `$scrypt$ln=0,r=0,p=0$AAAA$${long(32)}`,
    // As many rounds as scrypt refuses for so small a block.
    `$scrypt$ln=16,r=1,p=1$AAAA$${long(32)}`,
    // A hash that is cut off: of no byte at all, every password has it.
    '$scrypt$ln=4,r=8,p=1$AAAA$A',
    '$scrypt$ln=4,r=8,p=1$AAAA$AAAA',
    `$scrypt$ln=4,r=8,p=1$AAAA$${long(4096)}`,
  ])('never equals the unreadable hash %j', async (phc) => {
    expect(await verifyPassword('', phc)).toBe(false);
  });
});
