import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config.js';
import type { Database } from '../database/database.js';
import type { Sealer } from './envelope.js';
import { claimFingerprint } from './store.js';

/** Bytes of a file with a key. */
const LONGEST = 64 * 1024;

export interface MasterKeySource {
  masterKeyFile?: string;
  masterKey?: string;
  dataDir: string;
}

/**
 * The master key: from CELLPLANE_MASTER_KEY_FILE, from CELLPLANE_MASTER_KEY (base64 of 32 bytes each), else made once in the
 * data directory with mode 0600. Throws `ConfigError` if what is given is no key.
 */
export async function loadMasterKey(source: MasterKeySource, warn: (message: string) => void = () => {}): Promise<Buffer> {
  if (source.masterKeyFile !== undefined) {
    const where = `CELLPLANE_MASTER_KEY_FILE: ${source.masterKeyFile}`;
    const found = await readKeyFile(source.masterKeyFile, where);
    if (found === undefined) throw new ConfigError(`${where} does not exist.`);
    // A Secret that Kubernetes mounts is so by default, and nobody else is in its container. Its group reads it where `fsGroup` is set, at 0400, too.
    if (found.isOpenToAll)
      warn(`${where} can be read by other accounts of this machine; give it the mode 0600, or 0400 where it is mounted`);
    return parseKey(found.text, `CELLPLANE_MASTER_KEY_FILE (${source.masterKeyFile})`);
  }
  if (source.masterKey !== undefined) return parseKey(source.masterKey, 'CELLPLANE_MASTER_KEY');
  const path = join(source.dataDir, 'master.key');
  if ((await readKeyFile(path, path)) === undefined) {
    await mkdir(source.dataDir, { recursive: true, mode: 0o711 });
    // Written whole beside and linked into place: of two starts at once one wins, and nobody reads half a key.
    const fresh = `${path}.${randomBytes(4).toString('hex')}`;
    await writeFile(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(fresh);
  }
  const found = await readKeyFile(path, path);
  if (found === undefined) throw new ConfigError(`${path} is gone.`);
  // A group may come with the volume that the directory lies on (fsGroup); everybody does not.
  if (found.isOpen && !found.isOpenToAll) warn(`${path} can be read by a group; give it the mode 0600 where nothing else needs that`);
  if (found.isOpenToAll)
    throw new ConfigError(
      `${path} can be read by other accounts of this machine, so the key in it may be known. Close it with: chmod 600 ${path}`,
    );
  const key = keyOf(found.text);
  // Written whole by us, so it was damaged since.
  if (key === undefined)
    throw new ConfigError(
      `${path} is damaged: it must hold 32 bytes as base64. Put the original back: no other key opens the secrets in the database. Where there is no database yet, remove the file: a new one is made.`,
    );
  return key;
}

/** Undefined: there is no such file. What is there and cannot be read is never taken for that: a new key would lose every secret. */
async function readKeyFile(path: string, where: string): Promise<{ text: string; isOpen: boolean; isOpenToAll: boolean } | undefined> {
  try {
    const { mode, size } = await stat(path);
    if (size > LONGEST) throw new ConfigError(`${where} is longer than a key. Put the original back.`);
    return { text: await readFile(path, 'utf8'), isOpen: (mode & 0o077) !== 0, isOpenToAll: (mode & 0o007) !== 0 };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // A link that leads nowhere is no absence either.
    if (code === 'ENOENT' && (await lstat(path).catch(() => undefined)) === undefined) return undefined;
    throw new ConfigError(
      `${where} cannot be read (${code === 'EISDIR' ? 'it is a directory' : message}). Put the original key back there.`,
    );
  }
}

function parseKey(text: string, where: string): Buffer {
  const key = keyOf(text);
  if (key === undefined)
    throw new ConfigError(
      `${where} must hold 32 random bytes as base64. Put the original back if this database was used before; for a new one: openssl rand -base64 32`,
    );
  return key;
}

function keyOf(text: string): Buffer | undefined {
  const key = Buffer.from(text.trim(), 'base64');
  return key.length === 32 ? key : undefined;
}

/**
 * Binds the database to its master key by fingerprint: copies of the program that would seal with another key refuse to
 * start instead of writing what nobody else can read.
 */
export async function claimMasterKey(db: Database, sealer: Sealer): Promise<void> {
  const known = await claimFingerprint(db, sealer.fingerprint);
  if (known === sealer.fingerprint) return;
  throw new ConfigError(
    `The secrets in this database are sealed with the master key ${known}, and this server has the key ${sealer.fingerprint}. Give it the original with CELLPLANE_MASTER_KEY_FILE.`,
  );
}
