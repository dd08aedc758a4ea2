import { expect, it } from 'vitest';
import type { Snapshot } from './kind';
import { isAsked, snapshotSearchOf } from './snapshot-search';

const SNAPSHOT: Snapshot = {
  snapshotId: 'instance-ss-a',
  status: 'COMPLETE',
  snapshotType: 'ManualSnapshot',
  sourceInstanceId: 'instance-b',
  createdTime: '2030-01-01T00:00:00Z',
  serviceName: 'Postgres',
};

it.each([
  [{}, true],
  [{ q: 'instance-B' }, true],
  [{ q: 'redis' }, false],
  [{ type: 'manual', status: 'COMPLETE' }, true],
  [{ type: 'automated' }, false],
])('%j finds it: %s', (search, is) => expect(isAsked(SNAPSHOT, search)).toBe(is));

it('an address is read leniently', () => expect(snapshotSearchOf({ q: 1, type: 'manual', status: '' })).toEqual({ type: 'manual' }));
