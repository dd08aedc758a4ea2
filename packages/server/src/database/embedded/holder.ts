/**
 * Which server has a data directory, for the moments in which its advisory lock cannot be asked for because PostgreSQL answers
 * nobody. A memo: whoever has the lock writes it, and one that is missing or damaged says nothing.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess, type ProcessGroup, processGroup } from '../../exec/process-group.js';
import type { Layout } from './account.js';

/** Writes down that this process has the directory. */
export async function writeHolder(layout: Layout): Promise<void> {
  const path = fileOf(layout);
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(fresh, JSON.stringify(processGroup(process.pid)), { mode: 0o600, flag: 'wx' });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes the memo, if it is of this process. */
export async function forgetHolder(layout: Layout): Promise<void> {
  if ((await readHolder(layout))?.pgid === process.pid) await rm(fileOf(layout), { force: true });
}

/** The process id of another server on this machine that has the directory and lives. */
export async function otherHolder(layout: Layout): Promise<number | undefined> {
  const holder = await readHolder(layout);
  return holder !== undefined && holder.pgid !== process.pid && isSameProcess(holder) ? holder.pgid : undefined;
}

async function readHolder(layout: Layout): Promise<ProcessGroup | undefined> {
  try {
    const found = JSON.parse(await readFile(fileOf(layout), 'utf8')) as Partial<ProcessGroup> | null;
    if (typeof found !== 'object' || found === null) return undefined;
    const { host, pgid, born } = found;
    if (typeof host !== 'string' || typeof born !== 'string' || !Number.isInteger(pgid) || (pgid ?? 0) <= 1) return undefined;
    return { host, pgid: pgid as number, born };
  } catch {
    return undefined;
  }
}

function fileOf(layout: Layout): string {
  return join(layout.home, 'server.json');
}
