import type { ChildProcess } from 'node:child_process';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, DatabaseError as PostgresError, escapeIdentifier } from 'pg';
import { messageOf } from '../../errors.js';
import { CommandError, runCommand, startChild } from '../../exec/child-process.js';
import { clientSettings, DatabaseError } from '../database.js';
import type { Account, Layout } from './account.js';
import { type Binaries, isAlive } from './binaries.js';

/** The database user and database of an embedded server. */
export const EMBEDDED_USER = 'cellplane';
export const EMBEDDED_DATABASE = 'cellplane';

const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };
/** The first data folder on a slow disk takes a while. Milliseconds. */
const INITDB_MS = 300_000;

export interface StartOptions {
  layout: Layout;
  binaries: Binaries;
  account: Account | undefined;
  /** More `name=value` settings; the tests turn fsync off. */
  settings?: string[];
  /** Milliseconds from now until PostgreSQL must answer. @default 60000 (crash recovery may take a while) */
  deadlineMs?: number;
  /** Nobody waits any more: what was started for this is ended. */
  signal?: AbortSignal;
  /** Told as soon as a PostgreSQL of ours runs, before it answers. */
  onLaunched?: (pid: number) => void;
}

/**
 * Makes PostgreSQL answer on the socket of this layout, in whatever state it was left: makes the data folder if there is
 * none, adopts a server that is alive (its starter was killed), else starts one. Several processes may do this at once:
 * PostgreSQL's own lock file lets one win, and the others find it answering. Answers the postmaster's process id.
 */
export async function ensureRunning(options: StartOptions): Promise<number> {
  const { layout, binaries } = options;
  const deadline = performance.now() + (options.deadlineMs ?? 60_000);
  await ensureData(options);
  options.signal?.throwIfAborted();
  let child: ChildProcess | undefined;
  let starts = 0;
  for (;;) {
    const failure = await ask(layout);
    if (failure === undefined) break;
    if (options.signal?.aborted === true) {
      // A server that is still starting ends at once; there is nothing in it yet that a slower end would save.
      child?.kill('SIGQUIT');
      options.signal.throwIfAborted();
    }
    const running = child !== undefined && child.exitCode === null && child.signalCode === null;
    if (!running && !(await livePostmaster(layout))) {
      if (starts >= 3)
        throw new DatabaseError(`The embedded PostgreSQL does not start: ${await lastWords(layout)}. Its log is ${layout.logFile}.`);
      if (starts > 0) await removeStaleLocks(layout);
      starts += 1;
      child = await launch(options);
    }
    if (performance.now() > deadline) {
      throw new DatabaseError(`The embedded PostgreSQL in ${layout.home} does not answer: ${failure}. Its log is ${layout.logFile}.`);
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  child?.unref();
  const pid = await readPid(layout);
  if (pid === undefined)
    throw new DatabaseError(
      `The embedded PostgreSQL answers, but ${join(layout.data, 'postmaster.pid')} is missing; PostgreSQL ${binaries.major} was expected there.`,
    );
  return pid;
}

/** Fast shutdown, waiting at most `patienceMs`; answers false if it still runs then (it goes on shutting down by itself). */
export async function stopPostmaster(layout: Layout, pid: number, patienceMs: number): Promise<boolean> {
  if ((await readPid(layout)) !== pid || !(await livePostmaster(layout))) return true;
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + patienceMs;
  while (isAlive(pid) && (await isPostgres(pid))) {
    if (performance.now() > deadline) return false;
    await new Promise((done) => setTimeout(done, 20));
  }
  return true;
}

async function ensureData({ layout, binaries, account, signal }: StartOptions): Promise<void> {
  const found = (await readFile(join(layout.data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === binaries.major) return;
  if (found !== '') {
    throw new DatabaseError(
      `The data in ${layout.data} was written by PostgreSQL ${found}; this version of Cellplane brings PostgreSQL ${binaries.major}, which cannot read it. Move the data with pg_dump of version ${found}, run the version of Cellplane that made it, or choose another CELLPLANE_DATA_DIR.`,
    );
  }
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
  const result = await run(
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

async function launch({ layout, binaries, account, settings, onLaunched }: StartOptions): Promise<ChildProcess> {
  const log = await open(layout.logFile, 'w', 0o600);
  try {
    if (account !== undefined) await log.chown(account.uid, account.gid);
    const set = [
      'listen_addresses=',
      'unix_socket_permissions=0700',
      'max_connections=200',
      'jit=off',
      'log_min_messages=warning',
      ...(settings ?? []),
    ];
    // A process group of its own: Ctrl-C on the terminal reaches Cellplane only, which stops PostgreSQL last.
    const child = startChild(
      binaries.postgres,
      ['-D', layout.data, '-k', layout.socketDir, '-p', '5432', ...set.flatMap((one) => ['-c', one])],
      {
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
        cwd: layout.data,
        env: ENVIRONMENT,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new DatabaseError(`PostgreSQL's program ${binaries.postgres} could not be run: ${error.message}.`, { cause: error })),
      );
    });
    if (child.pid !== undefined) onLaunched?.(child.pid);
    return child;
  } finally {
    await log.close();
  }
}

/** Undefined if PostgreSQL answers, else why it does not. Creates the database on first contact. */
async function ask(layout: Layout): Promise<string | undefined> {
  const client = new Client(clientSettings({ socketDir: layout.socketDir, user: EMBEDDED_USER, database: 'postgres' }));
  client.on('error', () => {});
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [EMBEDDED_DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(EMBEDDED_DATABASE)}`);
    return undefined;
  } catch (error) {
    // 42P04, 23505: another process made it at the same moment.
    if (error instanceof PostgresError && (error.code === '42P04' || error.code === '23505')) return undefined;
    return messageOf(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Process id of the postmaster that runs on this layout; undefined if none does. */
export async function findPostmaster(layout: Layout): Promise<number | undefined> {
  return (await livePostmaster(layout)) ? readPid(layout) : undefined;
}

async function readPid(layout: Layout): Promise<number | undefined> {
  const pid = Number((await readFile(join(layout.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** True if the process in the pid file lives and is a postgres: after a reboot the number may be anybody's. */
async function livePostmaster(layout: Layout): Promise<boolean> {
  const pid = await readPid(layout);
  return pid !== undefined && isAlive(pid) && (await isPostgres(pid));
}

async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return /\(postgres\) [^Z]/.test(status);
  }
  const { output } = await run('ps', ['-o', 'comm=', '-p', String(pid)], undefined);
  return output.includes('postgres');
}

/**
 * PostgreSQL removes lock files of dead processes itself, but takes one for live if any process has its number, which is
 * usual after a container was started again. Only such files are removed, and only after a start has failed.
 */
async function removeStaleLocks(layout: Layout): Promise<void> {
  for (const file of [join(layout.data, 'postmaster.pid'), join(layout.socketDir, '.s.PGSQL.5432.lock')]) {
    const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
    if (Number.isInteger(pid) && pid > 1 && isAlive(pid) && !(await isPostgres(pid))) await rm(file, { force: true });
  }
}

async function lastWords(layout: Layout): Promise<string> {
  const lines = (await readFile(layout.logFile, 'utf8').catch(() => '')).trim().split('\n');
  return lines.filter((line) => /FATAL|PANIC|ERROR|error/.test(line)).at(-1) ?? lines.at(-1) ?? 'it said nothing';
}

/** Runs a program of PostgreSQL, or of the system, to its end. An abort rejects with the signal's reason. */
async function run(
  program: string,
  args: string[],
  account: Account | undefined,
  signal?: AbortSignal,
): Promise<{ code: number; output: string }> {
  try {
    const { exitCode, stdout, stderr } = await runCommand({
      program,
      args,
      env: ENVIRONMENT,
      cwd: '/',
      timeoutMs: INITDB_MS,
      ifMissing: 'Install the dependencies again (npm ci), or set DATABASE_URL.',
      ...(signal === undefined ? {} : { signal }),
      ...(account === undefined ? {} : { account: { uid: account.uid, gid: account.gid } }),
    });
    return { code: exitCode, output: `${stdout}${stderr}` };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CommandError) throw new DatabaseError(error.message, { cause: error });
    throw error;
  }
}
