import { expect, it } from 'vitest';
import type { Snapshot } from './kind';
import { asLocal, baseOf, fromLocal, timelineOf } from './timeline';

const NOW = new Date('2030-01-31T12:00:00Z');
const snapshot = (snapshotId: string, createdTime: string, changes: Partial<Snapshot> = {}): Snapshot => ({
  snapshotId,
  createdTime,
  completeTime: createdTime,
  status: 'COMPLETE',
  snapshotType: 'AutomatedSnapshot',
  sourceInstanceId: 'instance-a',
  ...changes,
});
const [first, second] = [
  snapshot('first', '2030-01-31T02:00:00Z'),
  snapshot('second', '2030-01-31T07:00:00Z', { snapshotType: 'ManualSnapshot' }),
];

it('the line begins with the oldest backup and ends now', () => {
  const { from, points, anyMomentFrom } = timelineOf([second, first], '2030-01-31T04:00:00Z', NOW);
  expect(from).toEqual(new Date('2030-01-31T02:00:00Z'));
  expect(points.map(({ snapshot: { snapshotId }, at, kind }) => [snapshotId, at, kind])).toEqual([
    ['first', 0, 'periodic'],
    ['second', 50, 'manual'],
  ]);
  expect(anyMomentFrom).toBe(20);
});

it('without backups it is the last hour', () => {
  expect(timelineOf([], undefined, NOW)).toEqual({ from: new Date('2030-01-31T11:00:00Z'), points: [], anyMomentFrom: undefined });
});

it('a restore to a moment begins with the newest backup that had ended then', () => {
  const failed = snapshot('failed', '2030-01-31T08:00:00Z', { status: 'FAILED' });
  expect(baseOf([first, second, failed], new Date('2030-01-31T09:00:00Z'))?.snapshotId).toBe('second');
  expect(baseOf([first, second], new Date('2030-01-31T03:00:00Z'))?.snapshotId).toBe('first');
  expect(baseOf([first], new Date('2030-01-31T01:00:00Z'))).toBeUndefined();
});

it('a moment comes back from its field as it went in', () => {
  expect(fromLocal(asLocal(NOW))).toEqual(NOW);
  expect(fromLocal('')).toBeUndefined();
  expect(fromLocal('soon')).toBeUndefined();
});
