/** Folders that nobody else can enter: a link or folder that somebody else put at the name is refused, never followed, and given to nobody. */
import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open } from 'node:fs/promises';

export const CURE = 'Remove it, or choose another CELLPLANE_DATA_DIR.';

/** A folder or file cannot be used as ours. The message names it, why, and the cure. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
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

/** A folder 0700 of the account, of ours without one; the folder above it must be there. One that belongs to somebody else is refused: a stranger could listen in it. */
export async function privateFolder(path: string, account: { uid: number; gid: number } | undefined): Promise<void> {
  const owner = account?.uid ?? process.getuid?.() ?? 0;
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // What is looked at is what is changed: by an open handle, since a name may lead elsewhere a moment later.
  const folder = await openFolder(path);
  try {
    const found = await folder.stat();
    if (account !== undefined && found.uid === 0) await folder.chown(account.uid, account.gid);
    else if (found.uid !== owner) throw new FolderError(`${path} belongs to another account (uid ${found.uid}). ${CURE}`);
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
      throw new FolderError(`${path} is a link (of uid ${found.uid}) where a folder is expected. ${CURE}`, { cause: error });
    if (!found.isDirectory()) throw new FolderError(`${path} is not a directory. ${CURE}`, { cause: error });
    // Our own, closed even for us.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES' || found.uid !== process.getuid?.()) throw error;
    await chmod(path, 0o700);
    return open(path, flags);
  }
}
