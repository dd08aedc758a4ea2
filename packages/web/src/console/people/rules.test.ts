import { PROVIDER_ROLES } from '@cellplane/api/access';
import { expect, it } from 'vitest';
import '../../app/messages';
import { roleSummary } from '../../kit/people/role-summary';
import { whyLastRoot, whyUntouchable } from './rules';

const person = (userId: string, roleType: string, status = 'ACTIVE') => ({
  userId,
  roleType,
  status,
  email: `${userId}@example.com`,
  name: userId,
  invitedAt: '',
  serviceIds: [],
});

it('the last root stays; one who is only invited does not count as another', () => {
  const [ada, bo, invited] = [person('ada', 'root'), person('bo', 'root'), person('cy', 'root', 'INVITED')];
  expect(whyLastRoot([ada, bo], ada)).toBeUndefined();
  expect(whyLastRoot([ada, invited], ada)).toContain('last root');
  expect(whyLastRoot([ada, invited], invited)).toBeUndefined();
});

it('nobody but a root touches a root', () => {
  expect(whyUntouchable('admin', { roleType: 'root' })).toContain('Only a root');
  expect(whyUntouchable('root', { roleType: 'root' })).toBeUndefined();
  expect(whyUntouchable('admin', { roleType: 'editor' })).toBeUndefined();
});

it('has a sentence for each role', () => {
  expect(PROVIDER_ROLES.map((role) => roleSummary(role).length > 10)).not.toContain(false);
});
