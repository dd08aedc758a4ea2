/**
 * Folders for what a child needs in files: kubeconfigs, passwords, values with secrets. They lie in the data directory, are
 * their owner's alone, go after each use, and what a killed server left goes at the next start of any server on that directory.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { onSuddenEnd } from '../process/last-resort.js';
import { readMemo } from './memo-file.js';
import { FolderError, privateFolder } from './private-folder.js';
import { asProcessGroup, groupState, isSameProcess, killGroup, pidNamespace, type ProcessGroup, processGroup } from './process-group.js';

/** A folder for one piece of work. */
export interface WorkFolder {
  path: string;
  /** Notes a child that works in the folder, so that it is ended before what a killed server left is removed. */
  record(group: ProcessGroup): Promise<void>;
}

export interface WorkFolders {
  /** A folder of its own (0700) for one piece of work, removed afterwards whatever happens. */
  within<T>(work: (folder: WorkFolder) => Promise<T>): Promise<T>;
  /** Says that this server lives, and removes what servers left that do not. Called now and then. */
  sweep(): Promise<void>;
  /** Removes everything of this server. */
  close(): Promise<void>;
}

/** The server that a folder belongs to. */
interface Owner extends ProcessGroup {
  namespace: string;
}

const thisServer = (): Owner => ({ ...processGroup(process.pid), namespace: pidNamespace() });

/** The work folders cannot be used. The message names the folder and the cure. */
export class WorkFolderError extends Error {
  override readonly name = 'WorkFolderError';
}

const OWNER = 'owner.json';
const GROUP = 'group.json';
/** A server of another machine or container says this often that it lives; after that long without a word it does not. Milliseconds. */
export const SWEEP_MS = 20_000;
const SILENT_MS = 180_000;

/** Work folders below a data directory. Nothing is made before it is needed, so that a server that never runs Helm needs no such directory. */
export function openWorkFolders(dataDir: string): WorkFolders {
  const home = join(dataDir, 'work');
  let making: Promise<string> | undefined;
  let forget: (() => void) | undefined;
  const make = async (): Promise<string> => {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await privateFolder(home, undefined);
    const own = await mkdtemp(join(home, 'server-'));
    await writeFile(join(own, OWNER), JSON.stringify(thisServer()), { mode: 0o600 });
    forget = onSuddenEnd(() => rmSync(own, { recursive: true, force: true }));
    return own;
  };
  const ready = (): Promise<string> =>
    (making ??= make().catch((error: unknown) => {
      making = undefined;
      throw error instanceof FolderError
        ? new WorkFolderError(error.message, { cause: error })
        : new WorkFolderError(`${home} cannot be used: ${messageOf(error)}. Helm needs it; choose another place with CELLPLANE_DATA_DIR.`, {
            cause: error,
          });
    }));
  return {
    within: async (work) => {
      const path = await mkdtemp(join(await ready(), 'run-'));
      try {
        const record = (group: ProcessGroup) => writeFile(join(path, GROUP), JSON.stringify(group), { mode: 0o600 });
        return await work({ path, record });
      } finally {
        await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
      }
    },
    sweep: async () => {
      const own = await making?.catch(() => undefined);
      if (own !== undefined) await touch(join(own, OWNER));
      const found = await lstat(home).catch(() => undefined);
      if (found === undefined) return;
      const now = await timeThere(home);
      for (const name of await readdir(home)) {
        const folder = join(home, name);
        if (folder !== own && (await isLeft(folder, now))) await remove(folder);
      }
    },
    close: async () => {
      const own = await making?.catch(() => undefined);
      making = undefined;
      forget?.();
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    },
  };
}

/** The time by the clock that the folder's files have theirs from: it may be that of another machine. */
async function timeThere(home: string): Promise<number> {
  const probe = join(home, `.now-${randomBytes(6).toString('hex')}`);
  await writeFile(probe, '', { mode: 0o600 });
  const { mtimeMs } = await lstat(probe);
  await rm(probe, { force: true });
  return mtimeMs;
}

async function touch(file: string): Promise<void> {
  // A write, so that the time is the file system's own.
  await writeFile(file, JSON.stringify(thisServer()), { mode: 0o600 });
}

/** Whether the server that made a folder is gone. One beside us is asked for by its process; another's silence tells. */
async function isLeft(folder: string, now: number): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined || found.uid !== process.getuid?.()) return false;
  const owner = await readMemo(join(folder, OWNER), (value) => value as unknown as Owner);
  const said = await lstat(join(folder, OWNER)).catch(() => found);
  const isBesideUs = owner !== undefined && owner.namespace === pidNamespace() && groupState(owner) !== 'elsewhere';
  if (isBesideUs) return !isSameProcess(owner);
  return now - said.mtimeMs > SILENT_MS;
}

/** Ends what still works in a folder that a killed server left, then removes it: nobody waits for its outcome. */
async function remove(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const group = await readMemo(join(folder, name, GROUP), asProcessGroup);
    if (group !== undefined && groupState(group) === 'alive') killGroup(group.pgid);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}
