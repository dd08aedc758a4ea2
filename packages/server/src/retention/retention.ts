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

/** Tasks and events that it removes with its runs; one run that has more goes alone. */
const ROWS_AT_ONCE = 20_000;

/** Cuts a page of runs into parts that one transaction each removes. `sizes`: tasks and events of each run. */
export function inParts<T extends { id: string }>(runs: readonly T[], sizes: ReadonlyMap<string, number>, most = ROWS_AT_ONCE): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const run of runs) {
    const size = sizes.get(run.id) ?? 0;
    const last = parts.at(-1);
    if (last === undefined || size > room) parts.push([run]);
    else last.push(run);
    room = (last === undefined || size > room ? most : room) - size;
  }
  return parts;
}

/** This moment less so many days. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}
