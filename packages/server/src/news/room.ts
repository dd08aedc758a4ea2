import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Outbox } from '../mail/outbox.js';
import type { Room } from '../room.js';
import { distributeNews } from './distribute.js';
import { newsHandlers } from './handlers.js';
import { countNews, sweepNews } from './news-store.js';

export interface NewsRoomDeps {
  db: Database;
  /** For the loops. */
  background: Database;
  outbox: Outbox;
  log: Logger;
}

/** Milliseconds. */
const TURN_MS = 1_000;
const SWEEP_MS = 600_000;
/** What could not be written for so long is no news any more. */
const MOST_HOURS = 24;
const SWEPT_AT_ONCE = 1_000;

/** Mails members of subscriptions what happens to their instances, as far as they want to be mailed. */
export function newsRoom({ db, background, outbox, log }: NewsRoomDeps): Room {
  return {
    name: 'news',
    handlers: newsHandlers({ db }),
    gauges: [
      {
        name: 'cellplane_member_news',
        help: 'Facts that members of subscriptions are yet to be mailed of',
        read: () => countNews(background),
      },
    ],
    loops: [
      {
        name: 'member-news',
        everyMs: TURN_MS,
        complaint: 'news for members of subscriptions could not be written',
        work: () => distributeNews({ db: background, outbox, log }),
        byWorkers: true,
      },
      {
        name: 'old-member-news',
        everyMs: SWEEP_MS,
        complaint: 'old news for members of subscriptions could not be removed',
        work: async () => {
          while ((await sweepNews(background, { hours: MOST_HOURS, limit: SWEPT_AT_ONCE })) === SWEPT_AT_ONCE);
        },
        byWorkers: true,
      },
    ],
  };
}
