import { expect, it } from 'vitest';
import '../../app/messages';
import { verdictOf } from './verdict';

const intact = { intact: true, events: 3, prunedUpTo: 0, position: 3, hash: 'abc', unsealed: 0 };

it('says how much was checked', () => {
  expect(verdictOf(intact).title).toBe('Intact: 3 entries were checked');
  expect(verdictOf({ ...intact, prunedUpTo: 7, unsealed: 1 }).details).toEqual([
    'The last sealed entry is number 3.',
    'Entries up to number 7 are over their days and were removed.',
    '1 entry is not sealed yet: it is within seconds.',
  ]);
});

it('names the entry that is not as it was written', () => {
  const fault = { kind: 'edited', position: 2, eventId: 'audit-2', message: 'Event audit-2 was changed.' };
  const { title, details } = verdictOf({ ...intact, intact: false, fault });
  expect(title).toBe('Not as it was written: entry 2');
  expect(details).toEqual(['Event audit-2 was changed.', 'Kind: edited. Place in the chain: 2.']);
});
