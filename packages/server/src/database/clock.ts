/**
 * The time by which everything that is stored, shown or waited for is told: the database's, so that all copies of the program agree
 * whatever their own clocks say. How long something takes within this process is told by its monotonic clock, `performance.now()`.
 * The process's own wall clock is read by nothing but the log.
 */
import type { Logger } from '../log.js';
import { every } from '../process/timer.js';
import { type Database, sql } from './database.js';

/** Both ways to tell time, for code that must not wait for an answer. */
export interface Clock {
  /** The database's time; epoch milliseconds, for what is stored and shown. */
  now(): number;
  /** Milliseconds that never go back, for leases. */
  monotonic(): number;
}

/** A clock that goes on until it is stopped. */
export interface DatabaseClock extends Clock {
  stop(): Promise<void>;
}

/** The database's time now, to the millisecond; inside a transaction, too. */
export async function databaseTime(db: Database): Promise<Date> {
  return new Date(Math.floor(await askedTime(db)));
}

/** How often the database is asked for its time. Milliseconds. */
const ASK_MS = 5_000;
/** By how much the two clocks may drift apart, as a part of the time that has passed. */
const DRIFT = 1 / 1_000;

/**
 * Where the database's time lies from the monotonic one. It was told at some moment between question and answer, so one question gives
 * a span, and several give the part that their spans share.
 */
export class Offset {
  private constructor(
    private readonly least: number,
    private readonly most: number,
    private readonly at: number,
  ) {}

  static of(question: { sentAt: number; told: number; answeredAt: number }): Offset {
    return new Offset(question.told - question.answeredAt, question.told - question.sentAt, question.answeredAt);
  }

  /** What is known after one more question. Spans that share nothing: the database's clock was set, and the new one counts. */
  and(next: Offset): Offset {
    const drift = Math.max(0, next.at - this.at) * DRIFT;
    const least = Math.max(next.least, this.least - drift);
    const most = Math.min(next.most, this.most + drift);
    return least > most ? next : new Offset(least, most, next.at);
  }

  /** Never ahead of the database: what is due here is due there. */
  timeAt(monotonic: number): number {
    return Math.floor(monotonic + this.least);
  }
}

/**
 * The database's time without a question for each reading: its last answer, and what the monotonic clock has counted since. While
 * the database does not answer, the time goes on.
 */
export async function startDatabaseClock(db: Database, log: Logger): Promise<DatabaseClock> {
  let offset = await ask(db);
  const asking = every(ASK_MS, log, 'the database could not be asked for its time', async () => {
    offset = offset.and(await ask(db));
  });
  return { now: () => offset.timeAt(performance.now()), monotonic: () => performance.now(), stop: () => asking.stop() };
}

async function ask(db: Database): Promise<Offset> {
  const sentAt = performance.now();
  const told = await askedTime(db);
  return Offset.of({ sentAt, told, answeredAt: performance.now() });
}

async function askedTime(db: Database): Promise<number> {
  const { rows } = await sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('the database tells no time');
  return now;
}
