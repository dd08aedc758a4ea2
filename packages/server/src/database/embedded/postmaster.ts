import type { ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from '../../exec/child-process.js';
import { type ProcessGroup, processGroup } from '../../exec/process-group.js';
import { type Logger, silentLogger } from '../../log.js';
import { DatabaseError } from '../database.js';
import type { Account } from './account.js';
import type { Layout } from './layout.js';
import { type Answer, askPostgres } from './answer.js';
import { type Binaries, isAlive } from './binaries.js';
import { accessFiles } from './access.js';
import { connectionOf, EMBEDDED_DATABASE } from './connection.js';
import { ensureData } from './data-folder.js';
import { endOrphans, endPostmaster, OF_ASTRAY, OF_TROUBLE, wakeAll } from './end-postmaster.js';
import { openLog } from './folders.js';
import { otherHolder } from './holder.js';
import { nextStep } from './next-step.js';
import { findPostmaster, type Postmaster, postmasterStarted, worksOn } from './processes.js';
import { POSTGRES_ENVIRONMENT } from './program.js';

export interface StartOptions {
  layout: Layout;
  binaries: Binaries;
  account: Account | undefined;
  log?: Logger;
  /** More `name=value` settings; the tests turn fsync off. */
  settings?: string[];
  /** Milliseconds until a PostgreSQL that says nothing of a recovery must answer. @default 60000 */
  deadlineMs?: number;
  /** Milliseconds for which another server that has the directory may take to bring its PostgreSQL back. @default 30000 */
  othersMs?: number;
  /** Data are there: it is an error if they are not. */
  expectData?: boolean;
  /** Nobody waits any more: what was started for this is ended. */
  signal?: AbortSignal;
  /** Told as soon as a PostgreSQL of ours runs, before it answers. */
  onLaunched?: (launched: ProcessGroup) => void;
}

/** Recovery after a crash takes as long as there is to recover. Milliseconds. */
const RECOVERY_MS = 600_000;

/**
 * Makes PostgreSQL take new connections on the socket of this layout, in whatever state it was left: makes the data folder if there
 * is none, uses a server that is alive (its starter was killed), ends one that will not answer any more (unless another server
 * looks after it), else starts one. Several processes may do this at once: PostgreSQL's own lock file lets one win, and the others
 * find it answering. Answers the postmaster; undefined where it answers from elsewhere, as from another container.
 */
export async function ensureRunning(options: StartOptions): Promise<ProcessGroup | undefined> {
  const { layout, log = silentLogger } = options;
  // Before data are made: one that works on a removed folder would write into the new one.
  if (options.expectData !== true) await endAstray(layout, log);
  await ensureData(options);
  options.signal?.throwIfAborted();
  let child: ChildProcess | undefined;
  let starts = 0;
  let seen: { kind: Answer['kind']; since: number } | undefined;
  let waitedSince = performance.now();
  for (;;) {
    const answer = await askPostgres(connectionOf(layout, 'postgres'), EMBEDDED_DATABASE);
    const now = performance.now();
    if (seen?.kind !== answer.kind) seen = { kind: answer.kind, since: now };
    if (answer.kind === 'answers') {
      const postmaster = await endAstray(layout, log);
      if (postmaster === 'ended') continue;
      child?.unref();
      return postmaster?.process;
    }
    if (options.signal?.aborted === true) {
      // A server that is still starting ends at once; there is nothing in it yet that a slower end would save.
      child?.kill('SIGQUIT');
      options.signal.throwIfAborted();
    }
    const isStarting = child !== undefined && child.exitCode === null && child.signalCode === null;
    const postmaster =
      isStarting && child?.pid !== undefined ? await postmasterStarted(layout, processGroup(child.pid)) : await findPostmaster(layout);
    const other = await otherHolder(layout);
    const step = nextStep({
      answer: answer.kind,
      lives: postmaster !== undefined,
      status: postmaster?.status ?? 'unwritten',
      othersHold: other !== undefined,
      forMs: now - seen.since,
    });
    if (step === 'launch') {
      if (starts >= 3)
        throw new DatabaseError(`The embedded PostgreSQL does not start: ${await lastWords(layout)}. Its log is ${layout.logFile}.`);
      await endOrphans(layout);
      if (starts > 0) await removeStaleLocks(layout);
      starts += 1;
      child = await launch(options);
      seen = undefined;
    } else if (step === 'end' && postmaster !== undefined) {
      log.warn(
        { pid: postmaster.process.pgid, answer: answer.words },
        'the embedded PostgreSQL takes no new connections; it is ended and started again',
      );
      const how = await endPostmaster(layout, postmaster.process, postmaster.isAstray ? OF_ASTRAY : OF_TROUBLE);
      log.warn({ pid: postmaster.process.pgid, how }, 'the embedded PostgreSQL was ended');
      seen = undefined;
      waitedSince = performance.now();
      continue;
    } else if (step === 'wake' && postmaster !== undefined) await wakeAll(layout, postmaster.process);
    const waitedMs = performance.now() - waitedSince;
    if (other !== undefined && waitedMs > (options.othersMs ?? 30_000))
      throw new DatabaseError(
        `Another Cellplane server (process ${other}) is running with this data directory, and its PostgreSQL does not answer: ${answer.words}. Stop that server, or choose another CELLPLANE_DATA_DIR.`,
      );
    if (waitedMs > (answer.kind === 'starting' ? RECOVERY_MS : (options.deadlineMs ?? 60_000)))
      throw new DatabaseError(`The embedded PostgreSQL in ${layout.home} does not answer: ${answer.words}. Its log is ${layout.logFile}.`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** Ends a postmaster that works on a folder which is no longer there; one that works on what is there is answered. */
async function endAstray(layout: Layout, log: Logger): Promise<Postmaster | 'ended' | undefined> {
  const found = await findPostmaster(layout);
  if (found?.isAstray !== true) return found;
  log.warn({ pid: found.process.pgid }, 'a PostgreSQL works on a data folder that was removed or moved; it is ended at once');
  await endPostmaster(layout, found.process, OF_ASTRAY);
  return 'ended';
}

async function launch({ layout, binaries, account, settings, onLaunched }: StartOptions): Promise<ChildProcess> {
  const access = await accessFiles(layout, account);
  const log = await openLog(layout.logFile, account);
  try {
    const set = [
      'listen_addresses=',
      'unix_socket_permissions=0700',
      'max_connections=200',
      'jit=off',
      'log_min_messages=warning',
      ...access,
      ...(settings ?? []),
    ];
    // A process group of its own: Ctrl-C on the terminal reaches Cellplane only, which stops PostgreSQL last.
    const child = startChild(
      binaries.postgres,
      ['-D', layout.data, '-k', layout.socketDir, '-p', '5432', ...set.flatMap((one) => ['-c', one])],
      {
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
        cwd: layout.data,
        env: POSTGRES_ENVIRONMENT,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new DatabaseError(`PostgreSQL's program ${binaries.postgres} could not be run: ${error.message}.`, { cause: error })),
      );
    });
    if (child.pid !== undefined) onLaunched?.(processGroup(child.pid));
    return child;
  } finally {
    await log.close();
  }
}

/**
 * PostgreSQL removes lock files of dead processes itself, but takes one for live if any process has its number, which is
 * usual after a container was started again. Only such files are removed, and only after a start has failed.
 */
async function removeStaleLocks(layout: Layout): Promise<void> {
  for (const file of [join(layout.data, 'postmaster.pid'), join(layout.socketDir, '.s.PGSQL.5432.lock')]) {
    const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
    if (Number.isInteger(pid) && pid > 1 && isAlive(pid) && !(await worksOn(pid, layout))) await rm(file, { force: true });
  }
}

async function lastWords(layout: Layout): Promise<string> {
  const lines = (await readFile(layout.logFile, 'utf8').catch(() => '')).trim().split('\n');
  return lines.filter((line) => /FATAL|PANIC|ERROR|error/.test(line)).at(-1) ?? lines.at(-1) ?? 'it said nothing';
}
