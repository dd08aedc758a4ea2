import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, expect, it } from 'vitest';
import { startCellProxy } from './cell-proxy.testing.js';
import type { Random } from './random.testing.js';

const folder = await mkdtemp(join(tmpdir(), 'cellplane-proxy-'));
const simulator = await startSimulator({ log: () => {} });
await writeFile(join(folder, 'direct'), simulator.kubeconfig, { mode: 0o600 });
const cell = connectKubeconfig(join(folder, 'direct'));
afterAll(async () => {
  await cell.close();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Always the fault of this place in the list (refused, late, not answered); a late call comes after half of the longest delay. */
const always = (fault: number): Random => ({ next: () => 0.5, below: () => fault, chance: () => true, fork: () => always(fault) });

it('carries out a late write whose caller has given up', async () => {
  const proxy = await startCellProxy(simulator, always(1));
  try {
    proxy.faults = 1;
    const caller = new AbortController();
    const late = fetch(`${proxy.url}/api/v1/namespaces`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'late' } }),
      signal: caller.signal,
    });
    late.catch(() => undefined);
    await expect.poll(() => proxy.counts.delayed, { timeout: 10_000 }).toBe(1);
    caller.abort();
    await expect(late).rejects.toThrow(/aborted/);
    await expect
      .poll(() => cell.get({ apiVersion: 'v1', kind: 'Namespace', name: 'late' }), { timeout: 5_000 })
      .toMatchObject({
        metadata: { name: 'late' },
      });
  } finally {
    await proxy.close();
  }
});
