import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError } from '../config.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { findCell } from './cell.js';
import { useClusterCell } from './default-cell.js';
import { canFill, factsShown, readFactsFile, replaceFacts, useFacts } from './facts.js';

const { db } = await testDatabase();
const deps = { db, sealer: createSealer(randomBytes(32)), log: silentLogger };
const key = (name: string) => ({ key: name });

it('a file names its problems by path, and what cannot be read', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'cellplane-facts-')), 'facts.yaml');
  await expect(readFactsFile(file)).rejects.toThrow(/CELLPLANE_CELL_FACTS names .* cannot be read/);
  await writeFile(file, 'deploymentCell: {region: x}\n');
  const error = await readFactsFile(file).catch((one: Error) => one);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message).toContain('deploymentCell.region is given by the platform itself');
});

it('a file gives the default cell all its facts; without it they stay, and may be set', async () => {
  const { id } = await useClusterCell(deps, { server: 'https://c.example', certificateAuthority: { data: 'PEM' } });
  await useFacts(db, id, { deploymentCell: { accountId: 'a' } });
  const fromFile = await findCell(db, id);
  expect(fromFile).toMatchObject({ facts: { deploymentCell: { accountId: 'a' } }, factsFromFile: true });
  await expect(replaceFacts(db, fromFile, {})).rejects.toMatchObject({ code: 'facts-from-file' });
  await useFacts(db, id, undefined);
  const after = await findCell(db, id);
  expect(after).toMatchObject({ facts: { deploymentCell: { accountId: 'a' } }, factsFromFile: false });
  await replaceFacts(db, after, { deploymentCell: { accountId: 'b' } });
  expect((await findCell(db, id)).facts).toEqual({ deploymentCell: { accountId: 'b' } });
});

it('a real cell shows what its kubeconfig and nodes tell, and makes nothing up', async () => {
  const { id } = await useClusterCell(deps, { server: 'https://d.example', certificateAuthority: { data: 'PEM' } });
  const cell = await findCell(db, id);
  expect(factsShown(cell, { zones: ['z1'] })).toEqual({
    deploymentCell: { availabilityZones: [{ id: 'z1' }] },
    deployment: { kubernetesClusterCACertificate: Buffer.from('PEM').toString('base64') },
  });
  expect(canFill(cell, [key('deployment'), key('kubernetesClusterCACertificate')])).toBe(true);
  expect(canFill(cell, [key('deploymentCell'), key('cidrRange')])).toBe(false);
  expect(canFill({ ...cell, kind: 'simulated' }, [key('deploymentCell'), key('cidrRange')])).toBe(true);
});
