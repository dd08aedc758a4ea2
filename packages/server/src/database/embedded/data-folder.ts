import { chmod, chown, lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseError } from '../database.js';
import type { Account } from './account.js';
import type { Layout } from './layout.js';
import { type Binaries, isAlive } from './binaries.js';
import { EMBEDDED_USER } from './connection.js';
import { runProgram } from './program.js';

export interface DataOptions {
  layout: Layout;
  binaries: Binaries;
  account: Account | undefined;
  /** The folder was there before. */
  expectData?: boolean;
  signal?: AbortSignal;
}

/** Whether there are data of a PostgreSQL. */
export async function hasData(layout: Layout): Promise<boolean> {
  return (await versionOf(layout)) !== '';
}

async function versionOf(layout: Layout): Promise<string> {
  return (await readFile(join(layout.data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
}

/**
 * Makes the data folder if there is none. Where data are expected, because they were there before, their absence is an error:
 * an empty database in their place would look like a loss of everything.
 */
export async function ensureData({ layout, binaries, account, signal, expectData }: DataOptions): Promise<void> {
  const found = await versionOf(layout);
  if (found === binaries.major) return keepPrivate(layout, account);
  if (found !== '') {
    throw new DatabaseError(
      `The data in ${layout.data} was written by PostgreSQL ${found}; this version of Cellplane brings PostgreSQL ${binaries.major}, which cannot read it. Move the data with pg_dump of version ${found}, run the version of Cellplane that made it, or choose another CELLPLANE_DATA_DIR.`,
    );
  }
  if (expectData === true)
    throw new DatabaseError(
      `The data of the embedded PostgreSQL in ${layout.data} are gone (there is no PG_VERSION). Stop the server and put a copy of them back; without them a start makes an empty database.`,
    );
  // Made beside and renamed when whole: a killed initdb leaves nothing that looks like data, and of two only one wins.
  const fresh = join(layout.home, `data-new-${process.pid}`);
  for (const name of await readdir(layout.home)) {
    const maker = /^data-new-(\d+)$/.exec(name)?.[1];
    // Ours, or of one that was killed.
    if (maker !== undefined && (Number(maker) === process.pid || !isAlive(Number(maker))))
      await rm(join(layout.home, name), { recursive: true, force: true });
  }
  await mkdir(fresh, { mode: 0o700 });
  if (account !== undefined) await chown(fresh, account.uid, account.gid);
  const result = await runProgram(
    binaries.initdb,
    [
      '-D',
      fresh,
      '-U',
      EMBEDDED_USER,
      '-A',
      'trust',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    account,
    signal,
  );
  if (result.code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new DatabaseError(
      `The embedded PostgreSQL's data folder ${layout.data} could not be made: ${result.output.trim().split('\n').slice(-3).join(' ')}`,
    );
  }
  await rename(fresh, layout.data).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if ((await stat(join(layout.data, 'PG_VERSION')).catch(() => undefined)) === undefined) throw error;
  });
}

/** PostgreSQL refuses a data folder that others may read. */
async function keepPrivate(layout: Layout, account: Account | undefined): Promise<void> {
  const { mode, uid } = await lstat(layout.data);
  if ((mode & 0o777) !== 0o700 && (account === undefined || uid === account.uid)) await chmod(layout.data, 0o700);
}
