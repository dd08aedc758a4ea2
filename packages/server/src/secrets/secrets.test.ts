import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { createSealer } from './envelope.js';
import { claimMasterKey } from './master-key.js';
import { deleteSecret, getSecret, listSecrets, openSecret, setSecret } from './secrets.js';

const { db } = await testDatabase();
const deps = { db, sealer: createSealer(randomBytes(32)) };
const key = { orgId: 'org-1', environmentType: 'dev', name: 'AWS_KEY' };

describe('secrets', () => {
  it('keeps, masks, replaces and deletes, per organization and environment type whatever its case', async () => {
    await setSecret(deps, { ...key, value: 'one', by: 'user-1' });
    expect(await setSecret(deps, { ...key, environmentType: 'Dev', value: 'two', by: 'user-1' })).toEqual({
      environmentType: 'DEV',
      name: 'AWS_KEY',
      value: '***',
    });
    expect(await listSecrets(deps, { orgId: 'org-1', environmentType: 'DEV' })).toEqual([
      { environmentType: 'DEV', name: 'AWS_KEY', value: '***' },
    ]);
    expect((await getSecret(deps, key)).value).toBe('***');
    expect(await openSecret(deps, key)).toBe('two');
    expect(await openSecret(deps, { ...key, environmentType: 'PROD' })).toBeUndefined();
    await expect(getSecret(deps, { ...key, orgId: 'org-2' })).rejects.toMatchObject({ kind: 'not_found' });
    await deleteSecret(deps, key);
    await expect(deleteSecret(deps, key)).rejects.toMatchObject({ kind: 'not_found', code: 'secret-not-found' });
  });

  it('refuses bad names and types, naming the field', async () => {
    await expect(setSecret(deps, { ...key, name: 'a b', value: '', by: 'u' })).rejects.toMatchObject({ details: [{ field: 'name' }] });
    await expect(listSecrets(deps, { orgId: 'org-1', environmentType: 'live' })).rejects.toMatchObject({
      code: 'unknown-environment-type',
    });
  });

  it('stores nothing in clear, and refuses another master key', async () => {
    await setSecret(deps, { ...key, value: 'clear-text', by: 'user-1' });
    const { rows } = await sql<{ sealed: Buffer }>`select sealed from secret`.execute(db);
    expect(rows.some((row) => row.sealed.includes('clear-text'))).toBe(false);
    await Promise.all([claimMasterKey(db, deps.sealer), claimMasterKey(db, deps.sealer)]);
    await expect(claimMasterKey(db, createSealer(randomBytes(32)))).rejects.toThrow('CELLPLANE_MASTER_KEY_FILE');
  });
});
