import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { silentLogger } from '../../log.js';
import { CellWatcher } from './cell-watcher.js';
import { CLUSTER, fakeCell, newRun, SEALER, until } from '../engine.testing.js';
import { insertRun } from '../insert-run.js';

const database = await testDatabase();
const { db } = database;

/** Rows of a run that waits on a cell for clusters of these names. */
async function waiting(cellId: string, names: string[]): Promise<string> {
  const run = newRun({ cellId });
  await insertRun({ tx: db, sealer: SEALER }, run);
  for (const name of names) {
    await sql`insert into run_tasks (run_id, node_id, node, watch, cell_id, api_version, kind, namespace, name, sealed_gate)
      values (${run.id}, ${name}, ${JSON.stringify({ leaf: { phase: 'AwaitingCondition', write: { uid: '', resourceVersion: '', at: 0 } } })}, 'label', ${cellId},
        ${CLUSTER.apiVersion}, ${CLUSTER.kind}, ${run.namespace}, ${name}, ${SEALER.seal(JSON.stringify({ action: 'delete' }), `${run.id}/${name}`)})`.execute(
      db,
    );
  }
  await sql`insert into cell_watchers (cell_id, lease_until) values (${cellId}, now() - interval '1 second')`.execute(db);
  return run.id;
}

let watcher: CellWatcher | undefined;
afterEach(() => watcher?.stop());

describe('the watcher of several cells', () => {
  it('is not held up by a cell that does not answer: it keeps its leases, and sees what happens on the others', async () => {
    const [silent, well] = [fakeCell(), fakeCell()];
    let release: () => void = () => {};
    const silence = new Promise<void>((resolve) => (release = resolve));
    silent.fault = (call) => (call === 'get' ? silence : undefined);
    await waiting('cell-1', ['a', 'b', 'c']);
    const run = await waiting('cell-2', ['d']);
    const woken: string[] = [];
    watcher = new CellWatcher({
      db,
      owner: 'watcher',
      sealer: SEALER,
      cells: { client: (id) => Promise.resolve((id === 'cell-1' ? silent : well).client()) },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      log: silentLogger,
      hand: () => false,
      wake: (id) => woken.push(id),
    });
    try {
      await watcher.tick();
      expect(watcher.isMine('cell-1')).toBe(true);
      await until(() => woken.includes(run) || undefined, 'the object of the other cell to be seen gone');
    } finally {
      release();
    }
  });
});
