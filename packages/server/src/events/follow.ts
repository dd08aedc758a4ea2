/**
 * Followers of events: each reads every event of its kinds, in order, at least once. The cursor is a row, so it survives restarts.
 *
 * Any number of copies of the program may run: who handles events for a follower holds its row, and the others pass it by. A copy that
 * is killed lets the row go with its connection, and the next copy goes on at the cursor. Cursor and effects in the database are one
 * transaction; an effect outside of the database may happen again.
 */
import { isAway } from '../database/away.js';
import { type Database, type OpenDatabase, type Transaction, transaction } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { doubledPause } from '../process/timer.js';
import { EVENTS_CHANNEL, type EventKind, type StoredEvent } from './event.js';
import { failFollower, holdFollower, moveFollower, placeEvents, seeFollowers, selectBehind, selectEvents } from './store.js';

export interface Follower {
  /** Unique and stable: its cursor is kept under it. */
  name: string;
  kinds: readonly EventKind[];
  /** Events in one transaction. One, where each takes locks that others wait for. @default 100 */
  atOnce?: number;
  /**
   * Handles one event in the transaction that moves the cursor. Quick (a few seconds): the row is held meanwhile. A rejection is tried
   * again after a pause, and no later event is handled before. The event may be older than the subject's rows: act on the rows.
   */
  handle(tx: Transaction, event: StoredEvent): Promise<void>;
}

export interface FollowDeps {
  database: Pick<OpenDatabase, 'db' | 'listen'>;
  log: Logger;
  followers: readonly Follower[];
  /** The pause between two polls for events, beside the NOTIFYs. Milliseconds. @default 5000 */
  pollMs?: number;
  /** The pause after the first failure; it doubles up to five minutes. Milliseconds. @default 1000 */
  retryMs?: number;
}

/** Events that are handled in one transaction. */
const BATCH = 100;
const LONGEST_PAUSE_MS = 300_000;

export interface Following {
  /** Resolves when what is being handled has been. */
  stop(): Promise<void>;
}

/** Begins to follow, by NOTIFY and by polls. Resolves when the followers have their rows. */
export async function follow({ database, log, followers, pollMs = 5_000, retryMs = 1_000 }: FollowDeps): Promise<Following> {
  const { db } = database;
  const names = followers.map(({ name }) => name);
  await seeFollowers(db, names);
  const stopping = new AbortController();
  const retries = new Set<NodeJS.Timeout>();
  const lanes = new Map(followers.map((one) => [one.name, lane(() => drain(one), one.name)]));
  const polls = lane(async () => {
    const { fresh, behind } = await selectBehind(db, names);
    let reading = behind;
    if (fresh) {
      while (!stopping.signal.aborted && (await placeEvents(db)) > 0) reading = names;
    }
    for (const name of reading) lanes.get(name)?.wake();
  }, 'events');

  /** Calls `work` once for any number of wakes that come while it runs, and again after it. */
  function lane(work: () => Promise<void>, name: string): { wake: () => void; idle: () => Promise<void> } {
    let running: Promise<void> | undefined;
    let again = false;
    const wake = (): void => {
      again = running !== undefined;
      if (again || stopping.signal.aborted) return;
      running = work()
        .catch((error: unknown) => log.warn({ follower: name, error: messageOf(error) }, 'events could not be read'))
        .then(() => {
          running = undefined;
          if (again) wake();
        });
    };
    return { wake, idle: async () => running };
  }

  /** Handles what there is, batch after batch. */
  async function drain(follower: Follower): Promise<void> {
    const most = follower.atOnce ?? BATCH;
    let limit = most;
    while (!stopping.signal.aborted) {
      const done = await handleBatch(db, follower, limit);
      if (done === 'idle') return;
      if (done === 'moved') {
        limit = most;
        continue;
      }
      // Those before the one that failed were rolled back with it: they are handled again, without it.
      if (done.before > 0) {
        limit = done.before;
        continue;
      }
      const { error, event, failures, position } = done;
      if (isAway(error)) throw error;
      const pauseMs = doubledPause({ failures: failures + 1, firstMs: retryMs, mostMs: LONGEST_PAUSE_MS });
      await failFollower(db, follower.name, { position, message: messageOf(error), pauseMs });
      log.warn(
        { follower: follower.name, position: event.position, kind: event.kind, failures: failures + 1, error: messageOf(error), pauseMs },
        'a follower could not handle an event; it is tried again, and later events wait',
      );
      const timer = setTimeout(() => {
        retries.delete(timer);
        lanes.get(follower.name)?.wake();
      }, pauseMs + 1);
      retries.add(timer);
      return;
    }
  }

  const unlisten = await database.listen(EVENTS_CHANNEL, polls.wake, { onGap: polls.wake });
  const timer = setInterval(polls.wake, pollMs);
  polls.wake();
  return {
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      for (const retry of retries) clearTimeout(retry);
      await unlisten();
      await polls.idle();
      await Promise.all([...lanes.values()].map(({ idle }) => idle()));
    },
  };
}

interface Failed {
  /** Events of the batch before the one that failed. */
  before: number;
  event: StoredEvent;
  error: unknown;
  /** Of the follower, before this one. */
  failures: number;
  /** Of the cursor. */
  position: number;
}

/** One transaction: hold the row, handle up to `limit` events, move the cursor. */
async function handleBatch(db: Database, follower: Follower, limit: number): Promise<'idle' | 'moved' | Failed> {
  let failed: Omit<Failed, 'error'> | undefined;
  try {
    return await transaction(db, async (tx) => {
      const row = await holdFollower(tx, follower.name);
      if (row === undefined) return 'idle';
      const { events, upTo } = await selectEvents(tx, { after: row.position, kinds: follower.kinds, limit });
      if (upTo === row.position) return 'idle';
      for (const [before, event] of events.entries()) {
        failed = { before, event, failures: row.failures, position: row.position };
        await follower.handle(tx, event);
      }
      failed = undefined;
      await moveFollower(tx, follower.name, upTo);
      return 'moved';
    });
  } catch (error) {
    if (failed === undefined) throw error;
    return { error, ...failed };
  }
}
