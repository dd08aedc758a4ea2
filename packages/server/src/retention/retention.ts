/** What the parts of retention share. */
import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { HistoryDays } from './history-days.js';

export interface RetentionDeps {
  /** With the connections of background work. */
  db: Database;
  log: Logger;
  /** Days of history. */
  history: HistoryDays;
  /** Days for which what was deleted can still be read by its id. */
  deletedDays: number;
  /** Names of the stages after which a run acts on its resource. */
  actsAfter: string[];
  /** Unique among all processes. */
  owner: string;
  /** Rest after each transaction that removes something. Milliseconds. */
  pauseMs: number;
}

/** Rows that one transaction removes of each table, tasks and events of runs beside. */
export const REMOVED_AT_ONCE = 200;

/** This moment less so many days. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}
