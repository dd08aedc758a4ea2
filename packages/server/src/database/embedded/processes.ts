/** The processes of a PostgreSQL: those that have its data folder, whatever has become of its files. */
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess, type ProcessGroup, processGroup } from '../../exec/process-group.js';
import type { Layout } from './layout.js';
import type { PostmasterStatus } from './next-step.js';
import { runProgram } from './program.js';

/** A postmaster that runs. */
export interface Postmaster {
  process: ProcessGroup;
  status: PostmasterStatus;
  /** Its file names it; without that PostgreSQL ends itself within a minute. */
  isWritten: boolean;
  /**
   * The folder that it works in is not the one that lies there now: that was removed or moved, and may have been made again or put
   * back from a copy. It must not end in order: it would write the state of its own data over that of the others.
   */
  isAstray: boolean;
}

interface Found {
  pid: number;
  parent: number;
  isPostmaster: boolean;
}

/** The postmaster that runs on this layout, found by its file, else among all processes; undefined if none does. */
export async function findPostmaster(layout: Layout): Promise<Postmaster | undefined> {
  const { pid, status } = await readPidFile(layout);
  if (pid !== undefined && (await worksOn(pid, layout)))
    return { process: processGroup(pid), status, isWritten: true, isAstray: await isAstray(pid, layout) };
  const found = (await postgresProcesses(layout)).find((one) => one.isPostmaster);
  if (found === undefined) return undefined;
  return { process: processGroup(found.pid), status: 'unwritten', isWritten: false, isAstray: await isAstray(found.pid, layout) };
}

/** One that was just started, which may not have written its file yet. */
export async function postmasterStarted(layout: Layout, started: ProcessGroup): Promise<Postmaster> {
  return (await findPostmaster(layout)) ?? { process: started, status: 'early', isWritten: false, isAstray: false };
}

async function isAstray(pid: number, layout: Layout): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const [there, own] = await Promise.all([layout.data, `/proc/${pid}/cwd/.`].map((path) => stat(path).catch(() => undefined)));
  return there === undefined || own === undefined ? there === undefined : there.ino !== own.ino || there.dev !== own.dev;
}

/** All processes that work on the data folder. */
export async function processesOf(layout: Layout): Promise<ProcessGroup[]> {
  return (await postgresProcesses(layout)).map(({ pid }) => processGroup(pid));
}

/** What a postmaster that was killed has left; nothing where one runs. */
export async function orphansOf(layout: Layout): Promise<ProcessGroup[]> {
  const found = await postgresProcesses(layout);
  return found.some((one) => one.isPostmaster) ? [] : found.map(({ pid }) => processGroup(pid));
}

/** Sends a signal, if it is still the same process. Answers false if it is gone. */
export function signalTo(target: ProcessGroup, signal: NodeJS.Signals): boolean {
  if (!isSameProcess(target)) return false;
  try {
    process.kill(target.pgid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** True as long as the process runs; one that has ended and is only not yet fetched by its parent does not. */
export async function runs(target: ProcessGroup): Promise<boolean> {
  return isSameProcess(target) && (await isPostgres(target.pgid));
}

/** True if the process of this number is a PostgreSQL on this data folder: after a reboot the number may be anybody's, another PostgreSQL's too. */
export async function worksOn(pid: number, layout: Layout): Promise<boolean> {
  if (process.platform !== 'linux') return (await byArguments(layout)).some((one) => one.pid === pid);
  return (await isPostgres(pid)) && ((await isPlaceOf(layout, pid)) || calledFor(layout, await commandOf(pid)));
}

async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'linux') return /\(postgres\) [^Z]/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
  return (await runProgram('ps', ['-o', 'comm=', '-p', String(pid)])).output.includes('postgres');
}

/** Lines of `postmaster.pid`: 1 its number, 8 how it is. */
async function readPidFile(layout: Layout): Promise<{ pid: number | undefined; status: PostmasterStatus }> {
  const lines = (await readFile(join(layout.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return { pid: undefined, status: 'unwritten' };
  const word = lines[7]?.trim();
  const known = (['starting', 'ready', 'stopping', 'standby'] as const).find((status) => status === word);
  return { pid, status: known ?? 'early' };
}

async function postgresProcesses(layout: Layout): Promise<Found[]> {
  return process.platform === 'linux' ? byFolder(layout) : byArguments(layout);
}

/** PostgreSQL works in its data folder; the system tells where a process is, and adds a word where that folder is gone. */
async function byFolder(layout: Layout): Promise<Found[]> {
  const found: { pid: number; parent: number; title: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const parent = /\(postgres\) [^Z] (\d+)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))?.[1];
    if (parent === undefined) continue;
    const command = await commandOf(pid);
    if (calledFor(layout, command) || (await isPlaceOf(layout, pid))) found.push({ pid, parent: Number(parent), title: command });
  }
  const all = new Set(found.map(({ pid }) => pid));
  // A child whose postmaster was killed has another parent now, and says by its title what it is.
  return found.map(({ pid, parent, title }) => ({ pid, parent, isPostmaster: !all.has(parent) && !title.startsWith('postgres: ') }));
}

async function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

/** A postmaster whose folder was moved is known by its arguments. */
function calledFor(layout: Layout, command: string): boolean {
  return command.includes(`\0-D\0${layout.data}\0`);
}

async function isPlaceOf(layout: Layout, pid: number): Promise<boolean> {
  const folder = (await readlink(`/proc/${pid}/cwd`).catch(() => '')).replace(/ \(deleted\)$/, '');
  return folder === layout.data || folder === (await realpath(layout.data).catch(() => layout.data));
}

/** Where the system does not tell: the postmaster was called with the folder, and the others are its children. */
async function byArguments(layout: Layout): Promise<Found[]> {
  const numbers = (await runProgram('pgrep', ['-x', 'postgres'])).output.split('\n').filter((line) => /^\d+$/.test(line));
  if (numbers.length === 0) return [];
  const { output } = await runProgram('ps', ['-o', 'pid=,ppid=,args=', '-p', numbers.join(',')]);
  const all = output.split('\n').flatMap((line) => {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), isPostmaster: args.includes(` -D ${layout.data} `) }];
  });
  const masters = new Set(all.filter((one) => one.isPostmaster).map(({ pid }) => pid));
  return all.filter((one) => one.isPostmaster || masters.has(one.parent));
}
