import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config.js';
import { type Database, sql } from '../database/database.js';
import type { Sealer } from './envelope.js';

export interface MasterKeySource {
  masterKeyFile?: string;
  masterKey?: string;
  dataDir: string;
}

/**
 * The master key: from CELLPLANE_MASTER_KEY_FILE, from CELLPLANE_MASTER_KEY (base64 of 32 bytes each), else made once in the
 * data directory with mode 0600. Throws `ConfigError` if what is given is no key.
 */
export async function loadMasterKey(source: MasterKeySource): Promise<Buffer> {
  if (source.masterKeyFile !== undefined) {
    const text = await readFile(source.masterKeyFile, 'utf8').catch((error: Error) => {
      throw new ConfigError(`CELLPLANE_MASTER_KEY_FILE: ${source.masterKeyFile} cannot be read (${error.message}).`);
    });
    return parseKey(text, `CELLPLANE_MASTER_KEY_FILE (${source.masterKeyFile})`);
  }
  if (source.masterKey !== undefined) return parseKey(source.masterKey, 'CELLPLANE_MASTER_KEY');
  const path = join(source.dataDir, 'master.key');
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found !== undefined) return parseKey(found, path);
  await mkdir(source.dataDir, { recursive: true });
  // Written whole beside and linked into place: of two starts at once one wins, and nobody reads half a key.
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  return parseKey(await readFile(path, 'utf8'), path);
}

function parseKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) throw new ConfigError(`${where} must hold 32 random bytes as base64, for example from: openssl rand -base64 32`);
  return key;
}

/**
 * Binds the database to its master key by fingerprint: copies of the program that would seal with another key refuse to
 * start instead of writing what nobody else can read.
 */
export async function claimMasterKey(db: Database, sealer: Sealer): Promise<void> {
  await sql`insert into master_key (fingerprint) values (${sealer.fingerprint}) on conflict do nothing`.execute(db);
  const { rows } = await sql<{ fingerprint: string }>`select fingerprint from master_key`.execute(db);
  const known = rows[0]?.fingerprint;
  if (known === sealer.fingerprint) return;
  throw new ConfigError(
    `The secrets in this database are sealed with the master key ${known}, and this server has the key ${sealer.fingerprint}. Give it the original with CELLPLANE_MASTER_KEY_FILE.`,
  );
}
