import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import type { Sealer } from '../secrets/envelope.js';
import { COMPLAINT, createDeliverer, type PostMail } from './deliver.js';
import { countDeliveries, expireDeliveries, pruneDeliveries } from './delivery-store.js';
import { notificationFollower } from './follower.js';
import { notificationHandlers } from './handlers.js';
import { KEPT_DAYS } from './notice.js';
import { pruneNotices } from './notice-store.js';

export interface NotificationsRoomDeps {
  db: Database;
  /** For the loops. */
  background: Database;
  sealer: Sealer;
  log: Logger;
  /** Hands mails on. Absent: channels of mail are refused. */
  post?: PostMail;
  /** Webhooks may go to private addresses. */
  privateTargets: boolean;
}

/** What could not be delivered for so long is given up, however few of its attempts have had their turn. */
const MOST_HOURS = 24;
const TURN_MS = 1_000;
const PRUNE_MS = 600_000;
/** Removed in one statement, and so many statements one after the other. */
const PRUNED_AT_ONCE = 1_000;
const MOST_STATEMENTS = 100;

/** Gives the operations on channels and events, makes notices of events, and sends them. */
export function notificationsRoom({ db, background, sealer, log, privateTargets, post }: NotificationsRoomDeps): Room {
  const deliverer = createDeliverer({ db: background, sealer, log, privateTargets, post });
  return {
    name: 'notifications',
    handlers: notificationHandlers({ db, sealer, rules: { privateTargets, mail: post !== undefined } }),
    followers: [notificationFollower()],
    gauges: [
      {
        name: 'cellplane_notification_deliveries',
        help: 'Notifications that wait to be sent, or were given up in the last 30 days',
        label: 'status',
        read: () => countDeliveries(background),
      },
    ],
    loops: [
      { name: 'notifications', everyMs: TURN_MS, complaint: COMPLAINT, work: () => deliverer.turn(), byWorkers: true },
      {
        name: 'old-notifications',
        everyMs: PRUNE_MS,
        complaint: 'old notifications could not be removed',
        work: async () => {
          await expireDeliveries(background, { hours: MOST_HOURS, limit: PRUNED_AT_ONCE * MOST_STATEMENTS });
          const limits = { days: KEPT_DAYS, limit: PRUNED_AT_ONCE };
          for (const prune of [pruneDeliveries, pruneNotices])
            for (let turn = 0; turn < MOST_STATEMENTS; turn += 1) if ((await prune(background, limits)) < PRUNED_AT_ONCE) break;
        },
        byWorkers: true,
      },
    ],
    stop: () => deliverer.stop(),
  };
}
