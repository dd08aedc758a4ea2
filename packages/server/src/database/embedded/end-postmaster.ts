/** How a PostgreSQL is ended: in order, then at once, then by force. */
import type { ProcessGroup } from '../../exec/process-group.js';
import type { Layout } from './layout.js';
import { orphansOf, processesOf, runs, signalTo } from './processes.js';

/** How long each way of ending may take. Milliseconds. */
export interface EndPatience {
  /** Sessions are ended, everything is written. */
  fastMs: number;
  /** Nothing is written; the next start recovers. */
  immediateMs: number;
}

/** For one that does not answer any more. */
export const OF_TROUBLE: EndPatience = { fastMs: 10_000, immediateMs: 3_000 };
/** For one that works on data which are no longer there: it may not write any more. */
export const OF_ASTRAY: EndPatience = { fastMs: 0, immediateMs: 3_000 };
/** For the stop of the server, which must end within a few seconds. */
export const OF_STOP: EndPatience = { fastMs: 2_500, immediateMs: 800 };

/**
 * Ends a postmaster and all that works on its data folder. Resolves when nothing of it runs any more; what was stopped like a job
 * of a shell is let go on, so that it hears of its end. Answers how it ended.
 */
export async function endPostmaster(
  layout: Layout,
  postmaster: ProcessGroup,
  patience: EndPatience,
): Promise<'gone' | 'fast' | 'immediate' | 'killed'> {
  if (!(await runs(postmaster))) {
    await endOrphans(layout);
    return 'gone';
  }
  await wakeAll(layout, postmaster);
  for (const [signal, how, ms] of [
    ['SIGINT', 'fast', patience.fastMs],
    ['SIGQUIT', 'immediate', patience.immediateMs],
  ] as const) {
    if (ms === 0) continue;
    signalTo(postmaster, signal);
    if (await ended([postmaster], ms)) {
      await endOrphans(layout);
      return how;
    }
  }
  const all = await processesOf(layout);
  for (const one of [postmaster, ...all]) signalTo(one, 'SIGKILL');
  // What the system holds in the middle of a read or write of a broken disk cannot be ended by anybody.
  await ended([postmaster, ...all], 1_000);
  return 'killed';
}

/** Lets go on whatever was stopped. */
export async function wakeAll(layout: Layout, postmaster: ProcessGroup): Promise<void> {
  for (const one of [postmaster, ...(await processesOf(layout))]) signalTo(one, 'SIGCONT');
}

/** Children that a killed postmaster left end by themselves, except those that are busy; a new postmaster would not start beside them. */
export async function endOrphans(layout: Layout): Promise<void> {
  const orphans = await orphansOf(layout);
  if (orphans.length === 0 || (await ended(orphans, 1_000))) return;
  for (const signal of ['SIGCONT', 'SIGQUIT'] as const) for (const one of orphans) signalTo(one, signal);
  if (await ended(orphans, 500)) return;
  for (const one of orphans) signalTo(one, 'SIGKILL');
  await ended(orphans, 1_000);
}

async function ended(processes: ProcessGroup[], ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  for (;;) {
    const alive = await Promise.all(processes.map((one) => runs(one)));
    if (!alive.includes(true)) return true;
    if (performance.now() > deadline) return false;
    await new Promise((done) => setTimeout(done, 20));
  }
}
