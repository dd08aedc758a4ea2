/** SQL of events and their followers. */
import { type Database, sql, type Transaction, transaction } from '../database/database.js';
import { EVENT_VERSIONS, EVENTS_CHANNEL, type NewEvent, type StoredEvent } from './event.js';

/** Writes events in their order, and notifies of their subjects. */
export async function insertEvents(tx: Transaction, events: NewEvent[]): Promise<void> {
  const rows = events.map(({ subject, kind, payload }) => ({ subject, kind, payload, version: EVENT_VERSIONS[kind] }));
  await sql`/* prepared */
    with given as (
      select row->>'subject' as subject, row->>'kind' as kind, (row->>'version')::int as version, row->'payload' as payload, n
      from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as one (row, n)
    ), told as (
      insert into events (subject, kind, version, payload) select subject, kind, version, payload from given order by n returning subject
    )
    select pg_notify(${EVENTS_CHANNEL}, subject) from (select distinct subject from told) as subjects`.execute(tx);
}

/** So many events get their position in one transaction. */
const PLACED_AT_ONCE = 5_000;

/**
 * Gives positions to committed events that have none; answers how many.
 *
 * Ids become visible in the order of commits, not of ids, so a reader that remembers the highest id would miss the event of a
 * transaction that commits late. Positions are given after the commit, by one process at a time (it holds the head's row), to what is
 * visible then, and a higher one is given only after all lower ones were committed: who has read up to a position has read everything
 * below it. Two events of one subject, whose writers take turns, keep their order: who sees the second one sees the first one too, and
 * it has the lower id.
 */
export async function placeEvents(db: Database): Promise<number> {
  return transaction(db, async (tx) => {
    const { rows } = await sql<{ position: number }>`/* prepared */ select position from event_head for update`.execute(tx);
    const head = rows[0]?.position ?? 0;
    // A statement of its own: it sees what was committed before the row was ours.
    const placed = await sql`/* prepared */
      update events e set position = ${head} + fresh.n
      from (select id, row_number() over (order by id) as n
        from (select id from events where position is null order by id limit ${PLACED_AT_ONCE}) as oldest) as fresh
      where e.id = fresh.id`.execute(tx);
    const count = Number(placed.numAffectedRows ?? 0);
    if (count > 0) await sql`/* prepared */ update event_head set position = ${head + count}`.execute(tx);
    return count;
  });
}

/** The last position that was given, and whether there are events that have none yet. */
export async function selectHead(db: Database): Promise<{ position: number; isFresh: boolean }> {
  const { rows } = await sql<{ position: number; isFresh: boolean }>`/* prepared */
    select position, exists (select 1 from events where position is null) as "isFresh" from event_head`.execute(db);
  return rows[0] ?? { position: 0, isFresh: false };
}

/** Whether there are events without a position, and which of these followers have events to read and are not to wait. */
export async function selectBehind(db: Database, names: string[]): Promise<{ fresh: boolean; behind: string[] }> {
  const { rows } = await sql<{ fresh: boolean; behind: string[] }>`/* prepared */
    select exists (select 1 from events where position is null) as fresh,
      array(select f.name from event_followers f, event_head h
        where f.name = any(${names}) and f.position < h.position and (f.retry_at is null or f.retry_at <= now())) as behind`.execute(db);
  return rows[0] ?? { fresh: false, behind: [] };
}

/** Makes the rows of followers; a new one begins with the oldest event that is kept. Says of all that they are there. */
export async function seeFollowers(db: Database, names: string[]): Promise<void> {
  await sql`insert into event_followers (name) select unnest(${names}::text[]) on conflict do nothing`.execute(db);
  // Not waited for: who holds a row is another program that has the follower.
  await sql`
    update event_followers set seen_at = now()
    where name in (select name from event_followers where name = any(${names}) for update skip locked)`.execute(db);
}

export interface FollowerRow {
  position: number;
  failures: number;
}

/** The follower's row, held until the transaction ends; undefined if another process has it, or if it is not yet to be tried again. */
export async function holdFollower(tx: Transaction, name: string): Promise<FollowerRow | undefined> {
  const { rows } = await sql<FollowerRow>`/* prepared */
    select position, failures from event_followers
    where name = ${name} and (retry_at is null or retry_at <= now()) for update skip locked`.execute(tx);
  return rows[0];
}

/** The next events of these kinds, and up to which position they are all of them. */
export async function selectEvents(
  tx: Transaction,
  { after, kinds, limit }: { after: number; kinds: readonly string[]; limit: number },
): Promise<{ events: StoredEvent[]; upTo: number }> {
  const head = (await sql<{ position: number }>`/* prepared */ select position from event_head`.execute(tx)).rows[0]?.position ?? 0;
  const { rows: events } = await sql<StoredEvent>`/* prepared */
    select position, subject, kind, version, payload, at from events
    where position > ${after} and position <= ${head} and kind = any(${kinds}) order by position limit ${limit}`.execute(tx);
  return { events, upTo: events.length < limit ? head : (events.at(-1)?.position ?? head) };
}

/** The follower has handled everything up to this position. */
export async function moveFollower(tx: Transaction, name: string, position: number): Promise<void> {
  await sql`/* prepared */
    update event_followers set position = ${position}, failures = 0, message = '', retry_at = null where name = ${name}`.execute(tx);
}

/** The event after `position` could not be handled: it is tried again after a pause, in milliseconds, unless somebody has handled it. */
export async function failFollower(
  db: Database,
  name: string,
  failure: { position: number; message: string; pauseMs: number },
): Promise<void> {
  await sql`
    update event_followers set failures = failures + 1, message = ${failure.message},
      retry_at = now() + ${failure.pauseMs} * interval '1 millisecond'
    where name = ${name} and position = ${failure.position}`.execute(db);
}

export interface FollowerState {
  name: string;
  /** Events that it has not read. */
  behind: number;
  /** How old the oldest of them is. Seconds. */
  lagSeconds: number;
  failures: number;
}

/** How far followers are, for monitors. */
export async function selectFollowers(db: Database): Promise<FollowerState[]> {
  const { rows } = await sql<FollowerState>`
    select f.name, f.failures, h.position - f.position + (select count(*) from events where position is null) as behind,
      coalesce((select extract(epoch from now() - e.at) from events e where e.position > f.position order by e.position limit 1), 0)::float8
        as "lagSeconds"
    from event_followers f, event_head h order by f.name`.execute(db);
  return rows;
}

/** Followers that no program has had for so long hold back nothing any more. Days. */
const FORGOTTEN_AFTER_DAYS = 30;

/** Removes events that all followers have read and that are older than so many days; at most `limit`. Answers how many. */
export async function pruneEvents(db: Database, { days, limit }: { days: number; limit: number }): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from events where id in (
      select id from events
      where position <= coalesce(
          (select min(position) from event_followers where seen_at > now() - make_interval(days => ${FORGOTTEN_AFTER_DAYS})),
          (select position from event_head))
        and at < now() - make_interval(days => ${days})
      order by position limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0);
}
