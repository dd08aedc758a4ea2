/**
 * Slows guessing down, and the reading of secrets: of each thing that is counted (a name at an address, a name, an address) only so many tries a minute may fail.
 * A try is counted before it is made and taken back if it was right, so that however many arrive at once, no more than those are made.
 * Counted in PostgreSQL: all copies of the program see one count, and it survives a restart.
 */
import { createHash } from 'node:crypto';
import { type Database, sql, type Transaction, transaction } from '../database/database.js';

/** Failed tries that are allowed within the window of their kind, a minute where `WINDOWS` says no other. */
export const ALLOWED = {
  /** Of one name at one address. */
  nameAtAddress: 10,
  /** Of one name, from all addresses where its user has not signed in before. */
  name: 100,
  /** At one address, of all names whose users have not signed in there before. */
  address: 200,
  /** API keys at one address. */
  keys: 100,
  /** Six-digit codes of one user at one address. */
  codesAtAddress: 10,
  /** The same within a day: a code is one of a million, and three of them are right at a time. */
  codesOfDayAtAddress: 50,
  /** Within a day, codes of one user from all addresses where they have not signed in before. */
  codesOfDay: 50,
  /** Passkey sign-ins that are begun at one address. */
  passkeySignIns: 60,
  /** Sign-ins with identity providers at one address. */
  identityProvider: 100,
  /** Secrets of instances that one person reads in clear, and that all of an organization do: nobody reads more by hand. */
  reveals: 20,
  revealsOfOrganization: 100,
} as const;

/** From the first failed try. Seconds. */
export const WINDOW_SECONDS = 60;
const DAY_SECONDS = 86_400;
const WINDOWS: Partial<Record<keyof typeof ALLOWED, number>> = { codesOfDayAtAddress: DAY_SECONDS, codesOfDay: DAY_SECONDS };

/** One thing that is counted. */
export interface Counter {
  key: Buffer;
  allowed: number;
  /** From the first failed try to the end. */
  seconds: number;
}

/** Tries that were counted, to be taken back. */
export type Reservation = { key: Buffer; until: number }[];

/** What is counted: of which kind, and its parts. */
export function counter(kind: keyof typeof ALLOWED, ...parts: string[]): Counter {
  return {
    key: createHash('sha256')
      .update(JSON.stringify([kind, ...parts]))
      .digest(),
    allowed: ALLOWED[kind],
    seconds: WINDOWS[kind] ?? WINDOW_SECONDS,
  };
}

// A row that is to end much later than a whole window from now is of a clock that was put back since.
const isOver = sql`(a.until <= now() or a.until > now() + 2 * a.seconds * interval '1 second')`;

/** Seconds until all of them allow a try again; 0 if they do now. */
export async function blockedFor(db: Database, counters: readonly Counter[]): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select ceil(extract(epoch from max(a.until) - now()))::int as seconds from sign_in_attempts a
    where a.key = any(${counters.map(({ key }) => key)}) and a.tries >= a.allowed and not ${isOver} having count(*) > 0`.execute(db);
  return Math.max(0, rows[0]?.seconds ?? 0);
}

/** Counts a try in all of them, or in none if one of them has no try left. */
export async function reserve(db: Database, counters: readonly Counter[]): Promise<Reservation | undefined> {
  try {
    return await transaction(db, async (tx) => {
      const reservation = await reserveIn(tx, counters);
      if (reservation.length < counters.length) throw new NoTryLeft();
      return reservation;
    });
  } catch (error) {
    if (error instanceof NoTryLeft) return undefined;
    throw error;
  }
}

/** The same within a transaction, which has to be rolled back where fewer than all of them come back. */
export async function reserveIn(tx: Transaction, counters: readonly Counter[]): Promise<Reservation> {
  const [keys, allowed, seconds] = [counters.map((one) => one.key), counters.map((one) => one.allowed), counters.map((one) => one.seconds)];
  const { rows } = await sql<{ key: Buffer; until: number }>`
    insert into sign_in_attempts as a (key, tries, allowed, seconds, until)
    select key, 1, allowed, seconds, now() + seconds * interval '1 second'
    from unnest(${keys}::bytea[], ${allowed}::int[], ${seconds}::int[]) as wanted (key, allowed, seconds)
    order by key
    on conflict (key) do update set
      tries = case when ${isOver} then 1 else a.tries + 1 end,
      allowed = excluded.allowed,
      seconds = excluded.seconds,
      until = case when ${isOver} then excluded.until else a.until end
    where ${isOver} or a.tries < excluded.allowed
    returning key, (extract(epoch from until) * 1000000)::bigint as until`.execute(tx);
  return rows;
}

/** Takes counted tries back, where their minute still lasts. */
export async function giveBack(tx: Transaction, reservation: Reservation): Promise<void> {
  await sql`
    update sign_in_attempts a set tries = a.tries - 1
    from (
      select held.key from sign_in_attempts held
      join unnest(${reservation.map(({ key }) => key)}::bytea[], ${reservation.map(({ until }) => until)}::bigint[]) as counted (key, until)
        on held.key = counted.key and (extract(epoch from held.until) * 1000000)::bigint = counted.until
      order by held.key for update of held
    ) mine
    where a.key = mine.key and a.tries > 0`.execute(tx);
}

/** Removes what is over, at most so many rows. Answers how many. */
export async function sweepAttempts(db: Database, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sign_in_attempts where key in (select a.key from sign_in_attempts a where ${isOver} limit ${most} for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Rolls the transaction back. */
class NoTryLeft extends Error {}
