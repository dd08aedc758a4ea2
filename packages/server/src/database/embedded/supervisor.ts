/** Supervises the embedded PostgreSQL of a running server: checks it, and starts it again. */
import type { Client } from 'pg';
import { messageOf } from '../../errors.js';
import type { ProcessGroup } from '../../exec/process-group.js';
import type { Logger } from '../../log.js';
import { pause } from '../../process/timer.js';
import { askPostgres } from './answer.js';
import type { Layout } from './layout.js';
import { connectionOf } from './connection.js';
import { DirectoryTaken } from './directory.js';
import { hasData } from './data-folder.js';
import { endPostmaster, OF_ASTRAY, OF_TROUBLE } from './end-postmaster.js';
import { findPostmaster } from './processes.js';

export interface Supervision {
  layout: Layout;
  log: Logger;
  /** Brings PostgreSQL to answer, whatever has become of it and its folders. */
  ensure: (signal: AbortSignal) => Promise<ProcessGroup | undefined>;
  /** Takes the directory; its session shows by its end that PostgreSQL went. */
  take: (signal: AbortSignal) => Promise<Client>;
  /** Called once: another server took the directory. */
  onLost: (error: Error) => void;
}

export interface Supervisor {
  /** Why PostgreSQL does not answer at the moment; undefined while it does. */
  trouble(): string | undefined;
  /** The postmaster, as it was found last; undefined if another server has it now. */
  postmaster(): ProcessGroup | undefined;
  /** Ends the checks, and gives the directory back. */
  stop(): Promise<void>;
}

/** How often a new connection is tried. Milliseconds. */
const CHECK_MS = 2_000;
/** Waits between tries to bring it back. Milliseconds. */
const RETRY_MS = { first: 500, most: 5_000 };
/** What does not end with us in this time is not waited for. Milliseconds. */
const GOOD_BYE_MS = 400;
/** The same trouble is said so often. Milliseconds. */
const SAY_MS = 60_000;

/**
 * Tries a new connection every few seconds, and at once when the session that holds the directory ends. PostgreSQL that does not
 * answer is brought back for as long as it takes; only a directory that another server took ends the trying.
 */
export function superviseEmbedded(first: { postmaster: ProcessGroup | undefined; lock: Client }, deps: Supervision): Supervisor {
  const { layout, log } = deps;
  const stopping = new AbortController();
  let { postmaster, lock } = first;
  let trouble: string | undefined;
  let lockEnded = false;
  let hurry = () => {};
  const watchLock = () => {
    lockEnded = false;
    lock.once('end', () => {
      lockEnded = true;
      hurry();
    });
  };
  watchLock();

  /** Undefined: all is well. */
  const check = async (): Promise<string | undefined> => {
    if (lockEnded) return 'its session ended';
    const answer = await askPostgres(connectionOf(layout));
    // Full: it lives, and whoever has the connections gives them back.
    if (answer.kind !== 'answers' && answer.kind !== 'full') return answer.words;
    return lockEnded ? 'its session ended' : undefined;
  };

  /**
   * One that works, but not for long: without its file PostgreSQL ends itself within a minute, without an order; and one whose data
   * folder was exchanged works on what is gone. It is ended now; what is there is started.
   */
  const replaceDoomed = async () => {
    const found = await findPostmaster(layout);
    if (found === undefined || postmaster?.pgid !== found.process.pgid || (found.isWritten && !found.isAstray)) return;
    // Moved away and nothing in its place: it may work on as long as it can.
    if (found.isAstray && !(await hasData(layout))) return;
    trouble = `its ${found.isAstray ? 'data folder was exchanged' : 'file postmaster.pid is gone'}`;
    await endPostmaster(layout, found.process, found.isAstray ? OF_ASTRAY : OF_TROUBLE);
  };

  const bringBack = async () => {
    let wait = RETRY_MS.first;
    let said = { words: '', at: 0 };
    while (!stopping.signal.aborted) {
      try {
        postmaster = await deps.ensure(stopping.signal);
        if (lockEnded) {
          lock = await deps.take(stopping.signal);
          watchLock();
        }
        log.warn({ pid: postmaster?.pgid }, 'the embedded PostgreSQL answers again');
        trouble = undefined;
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof DirectoryTaken) throw error;
        trouble = messageOf(error);
        if (trouble !== said.words || performance.now() - said.at > SAY_MS) {
          said = { words: trouble, at: performance.now() };
          log.error({ error: trouble }, 'the embedded PostgreSQL could not be started again; it is tried on');
        }
        await pause(wait, stopping.signal);
        wait = Math.min(wait * 2, RETRY_MS.most);
      }
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const found = await check();
      if (stopping.signal.aborted) return;
      if (found === undefined) await replaceDoomed();
      if (found !== undefined || trouble !== undefined) {
        trouble ??= found;
        log.warn({ reason: trouble }, 'the embedded PostgreSQL does not work; it is brought back');
        await bringBack();
      } else
        await Promise.race([
          pause(CHECK_MS, stopping.signal),
          new Promise<void>((resolve) => {
            hurry = resolve;
            if (lockEnded) resolve();
          }),
        ]);
    }
  })().catch((error: unknown) => {
    if (error instanceof DirectoryTaken) postmaster = undefined;
    if (!stopping.signal.aborted) deps.onLost(error instanceof Error ? error : new Error(messageOf(error)));
  });

  return {
    trouble: () => trouble,
    postmaster: () => postmaster,
    stop: async () => {
      stopping.abort(new Error('the server stops'));
      // What hangs is ended next.
      await Promise.race([running, pause(GOOD_BYE_MS)]);
      await Promise.race([lock.end().catch(() => undefined), pause(GOOD_BYE_MS)]);
    },
  };
}
