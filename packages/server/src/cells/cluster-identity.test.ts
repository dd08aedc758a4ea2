import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { openCells } from './cell.js';
import { acceptCluster, noteCluster, otherClusterMessage } from './cluster-identity.js';
import { useSimulatedCell } from './default-cell.js';
import { selectNamedCell } from './store.js';

const { db } = await testDatabase();
const deps = { db, sealer: createSealer(randomBytes(32)), log: silentLogger };
const cell = await useSimulatedCell(deps, { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' });
const cells = openCells(deps);
afterAll(() => cells.close());

it('gives nobody a way to another cluster, and gives it at once when that is accepted or the address leads back', async () => {
  expect(await noteCluster(db, cell.id, 'first')).toBe(true);
  expect(await noteCluster(db, cell.id, undefined)).toBe(true);
  await cells.client(cell.id);
  expect(await noteCluster(db, cell.id, 'second')).toBe(false);
  const refused = { kind: 'unavailable', code: 'another-cluster', message: expect.stringContaining('--uid second') as string };
  await expect(cells.access(cell.id)).rejects.toMatchObject(refused);
  const others = openCells(deps);
  await expect(others.client(cell.id)).rejects.toMatchObject(refused);
  await expect(others.anyClient(cell.id)).resolves.toBeDefined();

  const found = await cells.find(cell.id);
  expect(otherClusterMessage(found)).toContain('uid second, and had first');
  await expect(acceptCluster(db, found, 'third')).rejects.toMatchObject({ code: 'not-another-cluster' });
  await acceptCluster(db, found, 'second');
  await expect(others.client(cell.id)).resolves.toBeDefined();
  await others.close();

  expect(await noteCluster(db, cell.id, 'first')).toBe(false);
  expect(await noteCluster(db, cell.id, 'second')).toBe(true);
  await expect(cells.access(cell.id)).resolves.toBeDefined();
  await expect(acceptCluster(db, await cells.find(cell.id), '')).rejects.toMatchObject({ code: 'not-another-cluster' });
});

it('names the default cell by its id, by its key, and as what it is', async () => {
  for (const name of [cell.id, 'simulated', 'default']) expect((await selectNamedCell(db, name))?.id).toBe(cell.id);
  expect(await selectNamedCell(db, 'defaul')).toBeUndefined();
});
