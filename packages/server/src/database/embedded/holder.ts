/**
 * Which server has a data directory, for the moments in which its advisory lock cannot be asked for because PostgreSQL answers
 * nobody. A memo: whoever has the lock writes it, and one that is missing or damaged says nothing.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asProcessGroup, isSameProcess, type ProcessGroup, processGroup } from '../../exec/process-group.js';
import { readMemo, writeMemo } from '../../exec/memo-file.js';
import type { Layout } from './layout.js';

/** Writes down that this process has the directory. */
export async function writeHolder(layout: Layout): Promise<void> {
  await writeMemo(fileOf(layout), processGroup(process.pid));
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
  return readMemo(fileOf(layout), asProcessGroup);
}

function fileOf(layout: Layout): string {
  return join(layout.home, 'server.json');
}
