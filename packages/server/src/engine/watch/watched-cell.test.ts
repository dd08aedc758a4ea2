import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { Observation } from '@cellplane/plan';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Database } from '../../database/database.js';
import { silentLogger } from '../../log.js';
import type { Wait } from '../run/wait-registry.js';
import { WatchedCell } from './watched-cell.js';

const wait = {
  runId: 'run',
  nodeId: 'node',
  cellId: 'cell',
  watch: 'label',
  object: { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' },
} as Wait;

function watchedCell(client: Partial<KubernetesClient>, now: () => number, take: (observation: Observation) => void): WatchedCell {
  return new WatchedCell(
    {
      db: undefined as unknown as Database,
      owner: 'me',
      clock: { now, monotonic: () => 0 },
      log: silentLogger,
      client: () => Promise.resolve(client as KubernetesClient),
      check: undefined,
      take: async (_wait, observation) => take(observation),
      repeat: () => {},
      forget: () => {},
    },
    'cell',
  );
}

it('a read that fails is tried again while somebody waits, and not after', async () => {
  let reads = 0;
  const taken: Observation[] = [];
  const client = {
    get: () => {
      reads++;
      return Promise.reject(
        new ApiError(reads < 3 ? 'too slow' : 'not found', reads < 3 ? 0 : 404, reads < 3 ? 'Timeout' : 'NotFound', 'transient', []),
      );
    },
  };
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const cell = watchedCell(
    client,
    () => 1_000,
    (observation) => taken.push(observation),
  );
  cell.add(wait);
  cell.readSoon(wait);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([reads, taken.length]).toEqual([3, 1]);
  reads = 0;
  cell.readSoon(wait);
  await vi.advanceTimersByTimeAsync(0);
  cell.remove(wait);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(1);
});

it('a read that finds nothing is as old as its request: what was written meanwhile has not gone', async () => {
  let now = 1_000;
  const taken: Observation[] = [];
  const client = {
    get: () => {
      // The object is written while the answer is on its way.
      now = 2_000;
      return Promise.reject(new ApiError('not found', 404, 'NotFound', 'permanent', []));
    },
  } as unknown as KubernetesClient;
  const cell = watchedCell(
    client,
    () => now,
    (observation) => taken.push(observation),
  );
  cell.add(wait);
  cell.readSoon(wait);
  await expect.poll(() => taken).toEqual([{ object: null, at: 1_000, quietSince: 2_000 }]);
});

it('a wait that is asked for again and again while its cell is silent is read again once at a time', async () => {
  let reads = 0;
  const client = {
    get: () => {
      reads++;
      return Promise.reject(new ApiError('too slow', 0, 'Timeout', 'transient', []));
    },
  };
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const cell = watchedCell(
    client,
    () => 1_000,
    () => {},
  );
  cell.add(wait);
  for (let time = 0; time < 10; time += 1) {
    cell.readSoon(wait);
    await vi.advanceTimersByTimeAsync(100);
  }
  reads = 0;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBeLessThanOrEqual(6);
});
