/** What processes cost, read from /proc (Linux): processor time and memory of a process with everything that it started. */
import { readdir, readFile } from 'node:fs/promises';

interface Stat {
  pid: number;
  parent: number;
  /** Its own, and that of its ended and awaited children. Hundredths of a second. */
  own: number;
  ended: number;
}

async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map((index) => fields[index] ?? 0);
  return { pid, parent, own: utime + stime, ended: cutime + cstime };
}

/** The process and all that descend from it and still run. */
async function family(root: number): Promise<Stat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(statOf))).filter((stat) => stat !== undefined);
  const members = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all) {
      if (members.has(parent) && !members.has(pid)) {
        members.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => members.has(pid));
}

/** Processor time so far, seconds: of the process itself, and of everything that it started, ended or not. */
export async function processorTime(root: number): Promise<{ own: number; started: number }> {
  const members = await family(root);
  const self = members.find(({ pid }) => pid === root);
  const others = members.filter(({ pid }) => pid !== root);
  const started = (self?.ended ?? 0) + others.reduce((sum, { own, ended }) => sum + own + ended, 0);
  return { own: (self?.own ?? 0) / 100, started: started / 100 };
}

/** Memory now, MiB: of the process, and of all its descendants. Proportional: what several share is divided among them. */
export async function memoryOf(root: number): Promise<{ own: number; started: number }> {
  const sizes = await Promise.all(
    (await family(root)).map(async ({ pid }) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      return { pid, mib: Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024 };
    }),
  );
  const sum = (some: typeof sizes) => some.reduce((total, { mib }) => total + mib, 0);
  return { own: sum(sizes.filter(({ pid }) => pid === root)), started: sum(sizes.filter(({ pid }) => pid !== root)) };
}

/** The process that started another; 0 if there is none. */
export async function parentOf(pid: number): Promise<number> {
  return (await statOf(pid))?.parent ?? 0;
}

/** Looks again and again, and keeps the largest of each. Call the answer to stop. */
export function watchMemory(roots: Record<string, number>, everyMs = 500): () => Promise<Record<string, { own: number; started: number }>> {
  const peaks: Record<string, { own: number; started: number }> = {};
  const state = { stopped: false };
  const loop = (async () => {
    while (!state.stopped) {
      for (const [name, pid] of Object.entries(roots)) {
        const now = await memoryOf(pid);
        const peak = (peaks[name] ??= { own: 0, started: 0 });
        peak.own = Math.max(peak.own, now.own);
        peak.started = Math.max(peak.started, now.started);
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return async () => {
    state.stopped = true;
    await loop;
    return peaks;
  };
}
