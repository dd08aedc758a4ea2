/** A cell whose access changes while runs wait on it. */
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { describeRun } from '../engine/describe-run.js';
import { Bench, fakeCell, newRun, SEALER, template, until, workflow } from '../engine/engine.testing.js';
import { silentLogger } from '../log.js';
import { checkCell, openCells } from './cell.js';
import { useSimulatedCell } from './default-cell.js';
import { followAccess } from './follow-access.js';
import { startGuardedApiServer } from './guarded-api-server.testing.js';

const database = await testDatabase();
const { db } = database;
const deps = { db, sealer: SEALER, log: silentLogger };
const server = await startGuardedApiServer('first', 'second', 'third');
const use = (token: string) => useSimulatedCell(deps, { access: server.access(token), folder: '/guarded' });
const cell = await use('first');
const cells = openCells(deps);
const unfollow = await followAccess(database, cells);
const bench = new Bench(database, fakeCell());
await bench.start({ cells, cellCheck: { everyMs: 60_000, check: async (id) => void (await checkCell(deps, cells, id)) } });
afterAll(async () => {
  await bench.stop();
  await unfollow();
  await cells.close();
  await server.stop();
});

const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  phase: begun
`;

/** A run that waits until somebody says in its object that it is ready. */
async function waitingRun() {
  const gated = workflow([template('settings', SETTINGS, { successCondition: 'data.phase == ready' })]);
  const run = newRun({ cellId: cell.id, workflow: gated });
  await server.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: run.namespace } });
  await bench.insert(run);
  await until(async () => (await described(run.id))?.gate, 'the run to wait');
  return {
    id: run.id,
    ready: () =>
      server.client.patch({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace: run.namespace }, 'merge', {
        data: { phase: 'ready' },
      }),
  };
}

async function described(id: string) {
  return (await describeRun({ db, sealer: SEALER }, id))?.waitingFor;
}

const status = async () => (await cells.find(cell.id)).status;

describe('a cell whose access changes', () => {
  it('goes on with the new one within seconds, by itself, when the old one is revoked', async () => {
    const run = await waitingRun();
    const next = await waitingRun();
    await use('second');
    server.tokens.delete('first');
    server.cut();
    const began = performance.now();
    await run.ready();
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded' });
    expect(performance.now() - began).toBeLessThan(20_000);
    // By its watch, not only by the read at the change.
    await next.ready();
    expect(await bench.end(next.id)).toMatchObject({ phase: 'Succeeded' });
    expect(await status()).toBe('RUNNING');
  }, 90_000);

  it('says that it is refused with a wrong one, and goes on as soon as that is cured', async () => {
    const run = await waitingRun();
    await use('wrong');
    await until(async () => (await status()) === 'DISCONNECTED' || undefined, 'the cell to say that its credentials are refused', 20_000);
    expect((await cells.find(cell.id)).statusMessage).toMatch(/refuses the credentials .*Unauthorized.* kubeconfig/);
    await until(async () => (await described(run.id))?.reason.includes('Unauthorized') || undefined, 'the wait to say so', 20_000);
    await run.ready();
    expect(await bench.row(run.id)).toMatchObject({ phase: 'Running' });
    await use('third');
    expect(await bench.end(run.id, 20_000)).toMatchObject({ phase: 'Succeeded' });
    await until(async () => (await status()) === 'RUNNING' || undefined, 'the cell to be well', 20_000);
  }, 90_000);

  it('is told to other copies of the program at once', async () => {
    const others = openCells(deps);
    const end = await followAccess(database, others);
    const before = await others.client(cell.id);
    await use('second');
    await until(async () => (await others.client(cell.id)) !== before || undefined, 'another client', 1_000);
    const now = await others.client(cell.id);
    await use('second');
    expect(await others.client(cell.id)).toBe(now);
    await end();
    await others.close();
  });
});
