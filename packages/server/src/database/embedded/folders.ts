/** Folders that are ours: a link or folder that somebody else put at the name is refused, never followed, and given to nobody. */
import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseError } from '../database.js';
import type { Account } from './account.js';

const CURE = 'Remove it, or choose another CELLPLANE_DATA_DIR.';

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
    throw new DatabaseError(`${path} is a link that another account made (uid ${before.uid}). ${CURE}`);
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await stat(path);
  if (!ours(found.uid)) throw new DatabaseError(`${path} belongs to another account (uid ${found.uid}). ${CURE}`);
  if (account === undefined || first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) await setMode(folder, 0o711);
}

/** Sets the mode of a folder of ours, not of what a link at its name leads to. */
export async function setMode(path: string, mode: number): Promise<void> {
  const folder = await openFolder(path);
  try {
    await folder.chmod(mode);
  } finally {
    await folder.close();
  }
}

/** A folder 0700 of the account. One that belongs to somebody else is refused: a stranger could listen in it. */
export async function privateFolder(path: string, account: Account | undefined): Promise<void> {
  const owner = account?.uid ?? process.getuid?.() ?? 0;
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // What is looked at is what is changed: by an open handle, since a name may lead elsewhere a moment later.
  const folder = await openFolder(path);
  try {
    const found = await folder.stat();
    if (account !== undefined && found.uid === 0) await folder.chown(account.uid, account.gid);
    else if (found.uid !== owner) throw new DatabaseError(`${path} belongs to another account (uid ${found.uid}). ${CURE}`);
    await folder.chmod(0o700);
  } finally {
    await folder.close();
  }
}

async function openFolder(path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  try {
    return await open(path, flags);
  } catch (error) {
    const found = await lstat(path);
    if (found.isSymbolicLink())
      throw new DatabaseError(`${path} is a link (of uid ${found.uid}) where a folder is expected. ${CURE}`, { cause: error });
    if (!found.isDirectory()) throw new DatabaseError(`${path} is not a directory. ${CURE}`, { cause: error });
    // Our own, closed even for us.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES' || found.uid !== process.getuid?.()) throw error;
    await chmod(path, 0o700);
    return open(path, flags);
  }
}

/**
 * Opens a log in a folder of the account, empty: a link or another name of some file that the account may have put there is refused,
 * since we may have more rights than it.
 */
export async function openLog(path: string, account: Account | undefined): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags, 0o600).catch((error: unknown) => {
    throw new DatabaseError(`${path} cannot be written: ${(error as Error).message}. ${CURE}`, { cause: error });
  });
  try {
    const found = await file.stat();
    if (!found.isFile() || found.nlink > 1) throw new DatabaseError(`${path} is no file of its own. ${CURE}`);
    await file.truncate(0);
    if (account !== undefined) await file.chown(account.uid, account.gid);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
