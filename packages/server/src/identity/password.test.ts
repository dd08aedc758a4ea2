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

  it.each(['', 'garbage', '$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA', '$scrypt$ln=30,r=8,p=1$AAAA$AAAA', '$scrypt$ln=0,r=0,p=0$AAAA$AAAA'])(
    'never equals the unreadable hash %j',
    async (phc) => {
      expect(await verifyPassword('', phc)).toBe(false);
    },
  );
});
