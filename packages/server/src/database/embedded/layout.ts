import { createHash } from 'node:crypto';
import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseError } from '../database.js';
import { FolderError, privateFolder, setMode } from '../../exec/private-folder.js';
import { passableFolder } from './folders.js';
import type { Account } from './account.js';

/** Where root's PostgreSQL has its files if its account cannot reach the data directory. */
const SHARED = '/var/lib/cellplane';

/** Folders of one embedded server. */
export interface Layout {
  /** Owned by whoever runs Cellplane; the account can pass through. */
  home: string;
  binaries: string;
  data: string;
  /** 0700; its path is short enough for a socket's name (about 100 characters). */
  socketDir: string;
  logFile: string;
}

/**
 * Makes the folders. As root with a data directory that the account cannot reach (below a 0700 home), PostgreSQL's files
 * lie under `SHARED` in a folder named after that directory.
 */
export async function prepareLayout(dataDir: string, account: Account | undefined): Promise<Layout> {
  await passableFolder(dataDir, account).catch((error: unknown) => {
    if (error instanceof FolderError) throw error;
    const why = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'it is not a directory' : (error as Error).message;
    throw new DatabaseError(`The data directory ${dataDir} cannot be used: ${why}. Choose another with CELLPLANE_DATA_DIR.`, {
      cause: error,
    });
  });
  const reachable = account === undefined || (await canPass(dataDir, account));
  // An empty database elsewhere would look like a loss of everything.
  if (!reachable && (await lstat(join(dataDir, 'postgres', 'data', 'PG_VERSION')).catch(() => undefined)) !== undefined)
    throw new DatabaseError(
      `The data of PostgreSQL lie in ${join(dataDir, 'postgres')}, and its account "${account.name}" cannot get through the folders on the way. Let it pass: chmod a+x ${dataDir} (and the folders above it).`,
    );
  const home = reachable ? join(dataDir, 'postgres') : join(SHARED, `postgres-${shortHash(dataDir)}`);
  await passableFolder(home, account);
  if (account !== undefined) await setMode(home, 0o755);
  // Ours alone; an earlier start under a umask of 077 may have closed it.
  if (!reachable) await setMode(SHARED, 0o711);
  const inHome = join(home, 's');
  const socketDir = inHome.length <= 80 ? inHome : `/tmp/cellplane-${process.getuid?.() ?? 0}-${shortHash(dataDir)}`;
  await privateFolder(socketDir, account);
  const logs = join(home, 'log');
  await privateFolder(logs, account);
  return { home, binaries: join(home, 'binaries'), data: join(home, 'data'), socketDir, logFile: join(logs, 'postgres.log') };
}

/** True if every folder on the way lets the account through. */
async function canPass(path: string, account: Account): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
