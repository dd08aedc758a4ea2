import { expect, it } from 'vitest';
import { newRecoveryCodes, recoveryHash } from './recovery-code.js';

it('ten, in groups, none twice', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[a-z1-9]{4}(-[a-z1-9]{4}){3}$/);
});

it('are the same however they are typed, and of one user', () => {
  const [code = ''] = newRecoveryCodes();
  const hash = recoveryHash('user-1', code);
  expect(recoveryHash('user-1', ` ${code.toUpperCase().replaceAll('-', ' ')} `)).toEqual(hash);
  expect(recoveryHash('user-2', code)).not.toEqual(hash);
});

it.each(['', '123456', 'abcd-abcd-abcd-abc', 'abcd-abcd-abcd-abcdd', 'abcd-abcd-abcd-abco', 'abcd-abcd-abcd-abc\u0131'])(
  '%j cannot be one',
  (text) => expect(recoveryHash('user-1', text)).toBeUndefined(),
);
