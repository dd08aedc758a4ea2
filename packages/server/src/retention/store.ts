/** The round over all instances, and what rounds have removed. */
import { type Database, sql, type Transaction } from '../database/database.js';

/** What retention removes (`retention_counts.kind`). */
export const HISTORY_KINDS = ['runs', 'operations', 'instance-events', 'snapshots', 'instances', 'plans'] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** A process that has died gives the round to another one after so long. Seconds. */
const LEASE_SECONDS = 60;

/**
 * Takes the round, or a new one where the last one ended more than `everySeconds` ago. Answers how far it is; undefined: another
 * process has it, or none is due.
 */
export async function claimRound(
  db: Database,
  { owner, everySeconds }: { owner: string; everySeconds: number },
): Promise<string | undefined> {
  const { rows } = await sql<{ position: string }>`
    update retention_rounds set owner = ${owner}, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
      position = case when begun_at is null then '' else position end,
      left_over = case when begun_at is null then 0 else left_over end,
      begun_at = coalesce(begun_at, now())
    where (owner is null or owner = ${owner} or lease_until < now())
      and (begun_at is not null or ended_at is null or ended_at < now() - make_interval(secs => ${everySeconds}))
    returning position`.execute(db);
  return rows[0]?.position;
}

/** The round has come so far. False: another process has taken it over. */
export async function moveRound(
  db: Database,
  { owner, position, leftOver }: { owner: string; position: string; leftOver: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update retention_rounds set position = ${position}, left_over = left_over + ${leftOver},
      lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where owner = ${owner}`.execute(db);
  return numAffectedRows === 1n;
}

/** Lets the round go, for whoever comes next. */
export async function leaveRound(db: Database, owner: string): Promise<void> {
  await sql`update retention_rounds set owner = null, lease_until = null where owner = ${owner}`.execute(db);
}

/** All instances were seen. */
export async function endRound(db: Database, owner: string): Promise<void> {
  await sql`
    update retention_rounds set owner = null, lease_until = null, position = '', ended_begun_at = begun_at, ended_at = now(),
      ended_left_over = left_over, begun_at = null, left_over = 0
    where owner = ${owner}`.execute(db);
}

/** So many more were removed. */
export async function addRemoved(tx: Transaction, removed: Partial<Record<HistoryKind, number>>): Promise<void> {
  const found = Object.entries(removed).filter(([, count]) => count > 0);
  if (found.length === 0) return;
  await sql`
    insert into retention_counts as c (kind, removed, last_at)
    select kind, count, now() from unnest(${found.map(([kind]) => kind)}::text[], ${found.map(([, count]) => count)}::bigint[]) as g (kind, count)
    on conflict (kind) do update set removed = c.removed + excluded.removed, last_at = excluded.last_at`.execute(tx);
}

export interface RoundState {
  /** Of the round that goes on. */
  begunAt: Date | null;
  /** Of the last one that came to its end: its begin and end, and runs that it had to leave although their time was over. */
  endedBegunAt: Date | null;
  endedAt: Date | null;
  leftOver: number;
  /** Seconds since the last one that came to its end had begun; null: none has. */
  lagSeconds: number | null;
}

export async function selectRound(db: Database): Promise<RoundState | undefined> {
  const { rows } = await sql<RoundState>`
    select begun_at as "begunAt", ended_begun_at as "endedBegunAt", ended_at as "endedAt", ended_left_over as "leftOver",
      extract(epoch from now() - ended_begun_at)::float8 as "lagSeconds"
    from retention_rounds`.execute(db);
  return rows[0];
}

/** How many rows of each kind were removed since the installation was made. */
export async function selectRemoved(db: Database): Promise<{ kind: HistoryKind; removed: number; lastAt: Date | null }[]> {
  const { rows } = await sql<{ kind: HistoryKind; removed: number; lastAt: Date | null }>`
    select kind, removed, last_at as "lastAt" from retention_counts order by kind`.execute(db);
  return rows;
}
