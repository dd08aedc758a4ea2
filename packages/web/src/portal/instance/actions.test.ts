import { expect, it } from 'vitest';
import '../../app/messages';
import { customOf, type Standing, whyNot, whyNotForm } from './actions';
import { instanceSearchOf } from './instance-search';

const operation = (verb: string, source = 'SYSTEM_WORKFLOW', id?: string) => ({
  name: verb,
  verb,
  source,
  ...(id === undefined ? {} : { id }),
});
const standing = (changes: Partial<Standing> = {}): Standing => ({
  instance: {
    supportedOperations: [
      operation('MODIFY'),
      operation('STOP'),
      operation('START'),
      operation('DELETE'),
      operation('grow', 'CUSTOM_WORKFLOW', 'w'),
    ],
  },
  status: 'RUNNING',
  running: undefined,
  role: 'root',
  ...changes,
});

it('what the plan, the role, the status and a running operation allow can be done', () => {
  expect(whyNot(standing(), 'stop')).toBeUndefined();
  expect(whyNot(standing({ role: undefined }), 'stop')).toBeUndefined();
});

it.each([
  [{ role: 'reader' }, 'stop', 'Your role in this subscription is reader: it may look, and change nothing.'],
  [{}, 'failover', 'The plan has no workflow for this.'],
  [{ running: 'Create' }, 'stop', 'Wait for the end of what runs: create.'],
  [{ status: 'STOPPED' }, 'modify', 'Only while it is running or failed; it is stopped.'],
  [{ status: 'DELETING' }, 'delete', 'It is being deleted already.'],
] as const)('%j: %s not, since %s', (changes, verb, why) => expect(whyNot(standing(changes), verb)).toBe(why));

it('protection is taken away before a delete', () => {
  const instance = { ...standing().instance, resourceInstanceMetadata: { deletionProtection: true } };
  expect(whyNot(standing({ instance }), 'delete')).toContain('protected from deletion');
});

it('a form that a link has opened says why it is of no use', () => {
  expect(whyNotForm(standing({ status: 'STOPPED' }), 'modify', false)).toContain('it is stopped');
  expect(whyNotForm(standing(), 'capacity', false)).toBe('The plan has no workflow for this.');
  expect(whyNotForm(standing({ running: 'Create' }), 'grow', true)).toContain('create');
  expect(whyNotForm(standing({ status: 'STOPPED' }), 'window', false)).toBeUndefined();
});

it('a suspended subscription has nothing new; what is there goes on', () => {
  const suspended = standing({
    subscriptionStatus: 'SUSPENDED',
    instance: { supportedOperations: [operation('RESTORE'), operation('STOP')] },
  });
  expect(whyNot(suspended, 'restore')).toContain('The subscription is suspended');
  expect(whyNot(suspended, 'stop')).toBeUndefined();
});

it('custom workflows are those with an id', () => expect(customOf(standing()).map(({ verb }) => verb)).toEqual(['grow']));

it('an address is read leniently', () => {
  expect(instanceSearchOf({ tab: 'logs', do: 'modify', run: 7, of: '' })).toEqual({ tab: 'logs', do: 'modify' });
  expect(instanceSearchOf({ tab: 'overview' })).toEqual({});
});
