/** Who checks the health of cells: for each the one process that watches it. */
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { Bench, fakeCell, SEALER, until } from '../engine/engine.testing.js';
import { claimUnwatchedCells } from '../engine/watched-cells.js';
import { silentLogger } from '../log.js';
import { checkCell, openCells } from './cell.js';
import { useSimulatedCell } from './default-cell.js';
import { startGuardedApiServer } from './guarded-api-server.testing.js';

const database = await testDatabase();
const { db } = database;
const deps = { db, sealer: SEALER, log: silentLogger };
const [one, other] = [await startGuardedApiServer('token'), await startGuardedApiServer('token')];
const sick = await useSimulatedCell(deps, { access: one.access('token'), folder: '/one' });
const well = await useSimulatedCell(deps, { access: other.access('token'), folder: '/other' });
const cells = openCells(deps);
const benches: Bench[] = [];
afterAll(async () => {
  await Promise.all(benches.map((bench) => bench.stop()));
  await cells.close();
  await Promise.all([one.stop(), other.stop()]);
});

it('nobody watches a cell yet: copies that do not work on runs take turns, each cell once', async () => {
  // A cell counts as unwatched after the time of a lease.
  const taken: string[] = [];
  await until(async () => {
    for (const some of await Promise.all(Array.from({ length: 5 }, () => claimUnwatchedCells(db, 60_000)))) taken.push(...some);
    return taken.length >= 2 || undefined;
  }, 'the cells to be unwatched');
  expect(taken.toSorted()).toEqual([sick.id, well.id].toSorted());
  expect(await claimUnwatchedCells(db, 60_000)).toEqual([]);
});

it('of two copies one checks a cell, one cell that hangs holds up no other, and the next copy takes over', async () => {
  const checks: { copy: string; cell: string }[] = [];
  const start = async (copy: string) => {
    const bench = new Bench(database, fakeCell());
    benches.push(bench);
    const check = async (id: string) => {
      checks.push({ copy, cell: id });
      await checkCell(deps, cells, id);
    };
    await bench.start({ cells, cellCheck: { everyMs: 200, check } });
    return bench;
  };
  const [first] = [await start('first'), await start('second')];
  const of = (id: string) => checks.filter((check) => check.cell === id);
  const status = async (id: string) => (await cells.find(id)).status;
  await until(() => (of(sick.id).length > 2 && of(well.id).length > 2) || undefined, 'both cells to be checked');
  for (const { id } of [sick, well]) {
    expect(new Set(of(id).map((check) => check.copy)).size).toBe(1);
    expect(await status(id)).toBe('RUNNING');
  }
  expect(one.versionsAsked).toBeLessThanOrEqual(of(sick.id).length);
  expect(await claimUnwatchedCells(db, 0)).toEqual([]);

  one.hangs = true;
  const before = { sick: of(sick.id).length, well: of(well.id).length };
  await until(async () => (await status(sick.id)) === 'DISCONNECTED' || undefined, 'the cell that hangs to be named');
  expect((await cells.find(sick.id)).statusMessage).toMatch(/no answer in time/);
  // Its check takes its whole time-out; the other cell is checked every second meanwhile.
  expect(of(sick.id).length - before.sick).toBeLessThanOrEqual(2);
  expect(of(well.id).length - before.well).toBeGreaterThanOrEqual(3);
  expect(await status(well.id)).toBe('RUNNING');
  one.hangs = false;
  one.cut();
  await until(async () => (await status(sick.id)) === 'RUNNING' || undefined, 'the cell to be back');

  const watching = of(well.id)[0]?.copy;
  const [killed, left] = watching === 'first' ? [first, 'second'] : [benches[1], 'first'];
  await killed?.engines[0]?.kill();
  const until0 = checks.length;
  await until(
    () => checks.slice(until0).some(({ copy, cell }) => copy === left && cell === well.id) || undefined,
    'the other copy to check',
  );
}, 60_000);
