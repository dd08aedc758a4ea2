import type { OpenDatabase } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import { type Following, follow } from './follow.js';
import { pruneEvents, seeFollowers, selectFollowers } from './store.js';

export interface EventsRoomDeps {
  /** With the connections of background work. */
  background: OpenDatabase;
  log: Logger;
  /** Whether this copy of the program works on runs: such a copy follows events, too. */
  works: boolean;
}

/** How often old events are removed. Milliseconds. */
const PRUNE_MS = 600_000;
/** Events that all followers have read are kept for so long. Days. */
const KEPT_DAYS = 30;
/** Removed in one statement, and so many statements one after the other. */
const PRUNED_AT_ONCE = 1_000;
const MOST_STATEMENTS = 100;

/** Follows events for all rooms, tells monitors how far the followers are, and removes old events. */
export function eventsRoom({ background, log, works }: EventsRoomDeps): Room {
  const { db } = background;
  let following: Following | undefined;
  let names: string[] = [];
  const byName = async (of: 'behind' | 'lagSeconds' | 'failures') =>
    Object.fromEntries((await selectFollowers(db)).map((row) => [row.name, row[of]]));
  return {
    name: 'events',
    gauges: [
      {
        name: 'cellplane_event_follower_behind',
        help: 'Events that the follower has not handled yet',
        label: 'follower',
        read: () => byName('behind'),
      },
      {
        name: 'cellplane_event_follower_lag_seconds',
        help: 'Age of the oldest event that the follower has not handled yet',
        label: 'follower',
        read: () => byName('lagSeconds'),
      },
      {
        name: 'cellplane_event_follower_failures',
        help: 'Failures in a row of the follower at its next event',
        label: 'follower',
        read: () => byName('failures'),
      },
    ],
    loops: [
      {
        name: 'old-events',
        everyMs: PRUNE_MS,
        complaint: 'old events could not be removed',
        work: async () => {
          await seeFollowers(db, names);
          for (let turn = 0; turn < MOST_STATEMENTS; turn += 1)
            if ((await pruneEvents(db, { days: KEPT_DAYS, limit: PRUNED_AT_ONCE })) < PRUNED_AT_ONCE) return;
        },
        byWorkers: true,
      },
    ],
    start: async ({ followers }) => {
      if (!works) return;
      names = followers.map(({ name }) => name);
      following = await follow({ database: background, log, followers });
    },
    stop: async () => following?.stop(),
  };
}
