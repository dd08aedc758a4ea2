import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A process group that outlives a crash of ours: which host, which group, and when its leader was born, so that a reused
 * number is never mistaken for it. Plain JSON, made to be stored in a row.
 */
export interface ProcessGroup {
  host: string;
  pgid: number;
  /** Opaque; compared for equality only. Empty where the system doesn't tell. */
  born: string;
}

/** The group whose leader has this process id on this host. */
export function processGroup(pgid: number): ProcessGroup {
  return { host: hostIdentity(), pgid, born: birthOf(pgid) };
}

/** A group as it was stored; undefined where that is none. */
export function asProcessGroup(stored: unknown): ProcessGroup | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { host, pgid, born } = stored as Partial<Record<keyof ProcessGroup, unknown>>;
  if (typeof host !== 'string' || typeof born !== 'string' || typeof pgid !== 'number') return undefined;
  // 0 and 1 would be ourselves and everybody.
  return Number.isSafeInteger(pgid) && pgid > 1 ? { host, pgid, born } : undefined;
}

/**
 * Whether a recorded process group still runs: `alive`, `gone`, or `elsewhere` for a group of another host: only its lease says whether that one runs.
 */
export function groupState(group: ProcessGroup): 'alive' | 'gone' | 'elsewhere' {
  if (group.host !== hostIdentity()) return 'elsewhere';
  const born = birthOf(group.pgid);
  if (born !== '' && group.born !== '' && born !== group.born) return 'gone';
  try {
    process.kill(-group.pgid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : 'gone';
  }
}

/** Whether the leader itself still runs, also one that leads no group of its own. */
export function isSameProcess(leader: ProcessGroup): boolean {
  if (leader.host !== hostIdentity()) return false;
  const born = birthOf(leader.pgid);
  if (born !== '' && leader.born !== '' && born !== leader.born) return false;
  try {
    process.kill(leader.pgid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Kills a whole group at once. A group that is gone already is fine. */
export function killGroup(pgid: number): void {
  try {
    process.kill(-pgid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Containers of one host count their processes apart: numbers mean something in one of these only. Empty where the system doesn't tell. */
export function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

let host: string | undefined;

/** Host name plus boot id: after a restart of the machine every recorded group of it is another host's, hence not alive here. */
function hostIdentity(): string {
  host ??= `${hostname()}/${readOrEmpty('/proc/sys/kernel/random/boot_id').trim()}`;
  return host;
}

/** Field 22 of /proc/<pid>/stat: start time in clock ticks since boot. Empty on systems without /proc, or if the process is gone. */
function birthOf(pid: number): string {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
