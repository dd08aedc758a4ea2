import { describe, expect, it } from 'vitest';
import { plainName } from './plain-name.js';
import { valuesOf } from './values.js';

describe('a name in a mail to a stranger', () => {
  it.each(['Ada', 'Dr. Ada Lovelace', 'Jean-Luc O’Neill (Ops)', 'محمد علي', '李小龍', 'Sales & Co. 2'])('passes as it is: %s', (name) => {
    expect(plainName(name, 'Somebody')).toBe(name);
  });

  it.each([
    '',
    '   ',
    'you have won: evil.example',
    'https://evil.example/',
    'www.evil.example',
    'write to me@evil.example',
    'Ada\nYour account is closed',
    'Ada\u202Egnp.exe',
    '<b>Ada</b>',
    'a'.repeat(61),
  ])('is left out where it may be a message: %j', (name) => {
    expect(plainName(name, 'Somebody')).toBe('Somebody');
  });

  it('is what sign-up, invitation and its end pass on', () => {
    const context = { recipient: 'v@example.com', portalUrl: 'https://portal.example', providerName: 'Acme' };
    const evil = 'Claim it: evil.example';
    expect(valuesOf({ type: 'CustomerSignUp', payload: { token: 't', user_name: evil } }, context)).toMatchObject({
      user_name: 'v@example.com',
    });
    const invited = { inviting_user_name: evil, service_name: 'Postgres' };
    expect(valuesOf({ type: 'InviteUser', payload: { ...invited, is_user_enabled: false } }, context)).toMatchObject({
      inviter: 'Somebody',
    });
    expect(valuesOf({ type: 'RevokeUserRole', payload: invited }, context)).toMatchObject({ inviter: 'Somebody' });
  });
});
