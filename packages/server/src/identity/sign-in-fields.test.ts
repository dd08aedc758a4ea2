import { ERROR_STATUS } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.js';
import { checkSignIn } from './sign-in-fields.js';

function refusal(email: string, password?: string) {
  try {
    checkSignIn({ email, ...(password === undefined ? {} : { password }) });
  } catch (error) {
    if (error instanceof DomainError)
      return { status: ERROR_STATUS[error.kind], name: error.kind, message: error.message, details: error.details };
    throw error;
  }
  return undefined;
}

describe('fields of a sign-in', () => {
  it('lets e-mail and password pass', () => {
    expect(refusal('ops@example.com ', 'x')).toBeUndefined();
    expect(refusal('apikey@apikeys.invalid', 'om_key')).toBeUndefined();
  });

  it('refuses each in the reference’s words, as a bad request', () => {
    expect(refusal('ops', 'x')).toMatchObject({
      status: 400,
      name: 'invalid_format',
      message: `body.email must be formatted as a email but got value "ops", mail: missing '@' or angle-addr`,
    });
    for (const password of ['', undefined])
      expect(refusal('ops@example.com', password)).toMatchObject({
        status: 400,
        name: 'invalid_length',
        message: 'length of body.password must be greater or equal than 1 but got value "" (len=0)',
      });
  });

  it('looks at no name longer than mail has, and says little of it back', () => {
    expect(refusal(`${'a'.repeat(308)}@example.com`, 'x')).toBeUndefined();
    const refused = refusal(`${'"'.repeat(100_000)}@`, 'x');
    expect(refused).toMatchObject({ status: 400, name: 'invalid_length' });
    expect(refused?.message).toContain('must be lesser or equal than 320');
    expect(refused?.message.length).toBeLessThan(600);
  });

  it('names everything that is wrong at once', () => {
    const refused = refusal('', '');
    expect(refused?.details.map((detail) => `${detail.field} ${detail.code}`)).toEqual([
      'email invalid-format',
      'email invalid-length',
      'password invalid-length',
    ]);
    expect(refused?.message).toContain('mail: no address; length of body.email');
  });
});
