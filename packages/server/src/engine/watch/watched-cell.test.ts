import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { Observation } from '@cellplane/plan';
import { expect, it } from 'vitest';
import type { Database } from '../../database/database.js';
import { silentLogger } from '../../log.js';
import type { Wait } from '../run/wait-registry.js';
import { WatchedCell } from './watched-cell.js';

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
  const cell = new WatchedCell(
    {
      db: undefined as unknown as Database,
      owner: 'me',
      clock: { now: () => now, monotonic: () => 0 },
      log: silentLogger,
      client: () => Promise.resolve(client),
      check: undefined,
      take: async (_wait, observation) => void taken.push(observation),
      repeat: () => {},
      forget: () => {},
    },
    'cell',
  );
  const wait = {
    runId: 'run',
    nodeId: 'node',
    cellId: 'cell',
    watch: 'label',
    object: { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' },
  };
  cell.add(wait as Wait);
  cell.readSoon(wait as Wait);
  await expect.poll(() => taken).toEqual([{ object: null, at: 1_000, quietSince: 2_000 }]);
});
