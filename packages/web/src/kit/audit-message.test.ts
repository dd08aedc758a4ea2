import { expect, it } from 'vitest';
import { whatWasDone } from './audit-message';

it.each([
  [
    'Subscribe to a plan that needs no approval; the answer is the id as a JSON string: succeeded',
    'Subscribe to a plan that needs no approval',
  ],
  ['Take a member’s role, or an invitation, away: was refused (role-not-allowed)', 'Take a member’s role, or an invitation, away'],
  ['create of instance-1: succeeded', 'Create of instance-1'],
  ['Something', 'Something'],
])('%s', (message, done) => expect(whatWasDone(message)).toBe(done));

it('does not say an id twice', () => {
  expect(whatWasDone('create of instance-1: succeeded', 'instance-1')).toBe('Create');
  expect(whatWasDone('create of instance-10: succeeded', 'instance-1')).toBe('Create of instance-10');
});
