/** Folders and files of PostgreSQL: a link or folder that somebody else put at the name is refused, never followed, and given to nobody. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CURE, FolderError, setMode } from '../../exec/private-folder.js';
import type { Account } from './account.js';

/**
 * A folder; the ones on the way that this makes let the account pass and nobody write, whatever the umask says; without an account they
 * are ours alone. Others stay as they are. A link is
 * followed only if root or we made it, and leads to a folder of ours or root's.
 */
export async function passableFolder(path: string, account: Account | undefined): Promise<void> {
  const us = process.getuid?.() ?? 0;
  const ours = (uid: number) => uid === us || uid === 0;
  const before = await lstat(path).catch(() => undefined);
  if (before?.isSymbolicLink() === true && !ours(before.uid))
    throw new FolderError(`${path} is a link that another account made (uid ${before.uid}). ${CURE}`);
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await stat(path);
  if (!ours(found.uid)) throw new FolderError(`${path} belongs to another account (uid ${found.uid}). ${CURE}`);
  if (account === undefined || first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await setMode(folder, 0o711);
}

/**
 * Opens a log in a folder of the account, empty: a link or another name of some file that the account may have put there is refused,
 * since we may have more rights than it.
 */
export async function openLog(path: string, account: Account | undefined): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags, 0o600).catch((error: unknown) => {
    throw new FolderError(`${path} cannot be written: ${(error as Error).message}. ${CURE}`, { cause: error });
  });
  try {
    const found = await file.stat();
    if (!found.isFile() || found.nlink > 1) throw new FolderError(`${path} is no file of its own. ${CURE}`);
    await file.truncate(0);
    if (account !== undefined) await file.chown(account.uid, account.gid);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
