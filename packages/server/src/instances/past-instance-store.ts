/** What retention knows and removes of instances. */
import { type Database, sql, type Transaction } from '../database/database.js';

/** An instance as retention sees it. */
export interface AgingInstance {
  id: string;
  environmentType: string;
  deletedAt: Date | null;
  /** Reconciliation reads what its runs leave. */
  isCompared: boolean;
  objectsUntil: Date | null;
}

/** The next instances after this one, deleted or not, in the order of their ids. */
export async function selectAging(db: Database, { after, limit }: { after: string; limit: number }): Promise<AgingInstance[]> {
  const { rows } = await sql<AgingInstance>`
    select id, environment_type as "environmentType", deleted_at as "deletedAt", deleted_at is null and placed and ever_ran and not taking_down as "isCompared",
      objects_until as "objectsUntil"
    from instances where id > ${after} order by id limit ${limit}`.execute(db);
  return rows;
}

/** Of these ids those of instances that there are, deleted or not. */
export async function selectKnownIds(db: Database, ids: string[]): Promise<Set<string>> {
  return new Set((await sql<{ id: string }>`select id from instances where id = any(${ids})`.execute(db)).rows.map((row) => row.id));
}

/** What ended before this moment may be removed from now on; the moment only moves on. The instance is locked. */
export async function setHistorySince(tx: Transaction, id: string, since: Date): Promise<void> {
  await sql`update instances set history_since = greatest(history_since, ${since}) where id = ${id}`.execute(tx);
}

/** From when on the history of an instance is whole; null: all of it. */
export async function selectHistorySince(db: Database, id: string): Promise<Date | null> {
  const { rows } = await sql<{ since: Date | null }>`select history_since as since from instances where id = ${id}`.execute(db);
  return rows[0]?.since ?? null;
}

/** Removes what was noted of an instance before this moment, at most `limit`, but for the newest note of each type. Answers how many. */
export async function deletePastInstanceEvents(
  tx: Transaction,
  { instanceId, before, limit }: { instanceId: string; before: Date; limit: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from instance_events where id in (
      select e.id from instance_events e where e.instance_id = ${instanceId} and e.at < ${before} and exists (
        select 1 from instance_events newer where newer.instance_id = ${instanceId} and newer.type = e.type and newer.id > e.id)
      order by e.id limit ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Removes the row of an instance that was deleted before this moment, and what was noted of it. Answers whether it did. */
export async function deleteInstanceRow(tx: Transaction, id: string, before: Date): Promise<boolean> {
  await sql`delete from instance_events where instance_id = ${id}`.execute(tx);
  const { numAffectedRows } = await sql`delete from instances where id = ${id} and deleted_at < ${before}`.execute(tx);
  return numAffectedRows === 1n;
}

/** Of these plans those of which there is an instance, deleted or not. */
export async function selectPlansInUse(db: Database, planIds: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select p.id from unnest(${planIds}::text[]) as p (id) where exists (select 1 from instances i where i.plan_id = p.id)`.execute(db);
  return new Set(rows.map((row) => row.id));
}
