import { expect, it } from 'vitest';
import { type Audit, entriesOf, type History } from './entries';

const HISTORY = {
  operations: [
    {
      id: 'op-1',
      kind: 'create',
      status: 'SUCCEEDED',
      requestedBy: 'user-a',
      requestedByName: 'Ada',
      startTime: '2030-01-01T00:00:00Z',
      runs: [],
    },
    {
      id: 'op-2',
      kind: 'upgrade',
      status: 'FAILED',
      requestedBy: 'user-a',
      requestedByName: '',
      startTime: '2030-01-03T00:00:00Z',
      message: 'no image',
      fromVersion: '1.0',
      toVersion: '2.0',
      runs: [],
    },
  ],
  events: [{ time: '2030-01-02T00:00:00Z', type: 'NoGoodBackup', message: 'no good backup' }],
} as unknown as History;
const AUDIT = [
  {
    id: 'event-1',
    time: '2030-01-04T00:00:00Z',
    operation: 'revealInstanceSecret',
    outcome: 'succeeded',
    message: 'reveal a secret; it is written down: succeeded',
    userName: 'Ada',
  },
  { id: 'event-2', time: '2030-01-03T00:00:01Z', operation: 'operation-ended', outcome: 'failed', message: 'upgrade of i: failed' },
  {
    id: 'event-3',
    time: '2030-01-01T00:00:01Z',
    operation: 'customerModifyInstance',
    outcome: 'succeeded',
    message: 'Change it: succeeded',
  },
] as unknown as Audit;

it('all sources come in one order, newest first', () => {
  expect(entriesOf(HISTORY, AUDIT, undefined).map(({ kind, what, message }) => [kind, what, message])).toEqual([
    ['audit', 'revealInstanceSecret', 'Reveal a secret'],
    ['operation', 'upgrade', '1.0 → 2.0 · no image'],
    ['note', 'NoGoodBackup', 'no good backup'],
    ['audit', 'ModifyInstance', 'Change it'],
    ['operation', 'create', ''],
  ]);
});

it('one kind is chosen', () => {
  expect(entriesOf(HISTORY, AUDIT, 'note')).toHaveLength(1);
  // The trail is whole where it alone is asked for.
  expect(entriesOf(HISTORY, AUDIT, 'audit')).toHaveLength(3);
  expect(entriesOf(HISTORY, AUDIT, 'operation')[0]).toMatchObject({ status: 'Failed', who: 'user-a' });
});
