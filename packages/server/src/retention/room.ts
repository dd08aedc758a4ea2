import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { Room } from '../room.js';
import { retentionHandlers } from './handlers.js';
import type { HistoryDays } from './history-days.js';
import { retentionGauges } from './metrics.js';
import { goRound } from './round.js';

export interface RetentionRoomDeps {
  db: Database;
  /** For the loop. */
  background: Database;
  log: Logger;
  history: HistoryDays;
  deletedDays: number;
  auditDays: number;
  providerOrgId: string;
  /** Names of the stages after which a run acts on its resource. */
  actsAfter: string[];
}

/** Between two looks whether there is something to do, and how long one of them works at most. Milliseconds. */
const TURN_MS = 3_000;
const AT_MOST_MS = 3_000;
/** Rest between two transactions. Milliseconds. */
const PAUSE_MS = 20;

/** Gives the loop that removes old history, its numbers, and the operation that tells how long things are kept. */
export function retentionRoom({ db, background, log, history, deletedDays, auditDays, providerOrgId, actsAfter }: RetentionRoomDeps): Room {
  const stopping = new AbortController();
  const owner = `${hostname()}-${randomBytes(6).toString('hex')}`;
  const deps = { db: background, log, history, deletedDays, actsAfter, owner, pauseMs: PAUSE_MS };
  return {
    name: 'retention',
    handlers: retentionHandlers({ db, history, deletedDays, auditDays, providerOrgId }),
    gauges: retentionGauges(db),
    loops: [
      {
        name: 'retention',
        everyMs: TURN_MS,
        complaint: 'old history could not be removed',
        work: async () => void (await goRound(deps, { signal: stopping.signal, atMostMs: AT_MOST_MS })),
        byWorkers: true,
      },
    ],
    stop: async () => stopping.abort(),
  };
}
