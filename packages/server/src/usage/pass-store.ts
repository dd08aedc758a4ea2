/** When the use of each cell is counted, by whom, and until when it is: SQL of `usage_passes`. */
import { type Database, sql, type Transaction } from '../database/database.js';

/** How long a copy of the program holds a cell without renewing its lease. Milliseconds. */
export const USAGE_LEASE_MS = 30_000;

/** Each cell has its row. Its use is counted from the moment that the row is made, and an interval that was made shorter counts at once. */
export async function scheduleUsage(db: Database, withinMs: number): Promise<void> {
  await sql`
    insert into usage_passes (cell_id, next_at) select id, now() + ${withinMs} * interval '1 millisecond' from deployment_cells c
    where not exists (select 1 from usage_passes p where p.cell_id = c.id) on conflict (cell_id) do nothing`.execute(db);
  await sql`
    update usage_passes set next_at = now() + ${withinMs} * interval '1 millisecond'
    where next_at > now() + ${withinMs} * interval '1 millisecond'`.execute(db);
}

/** Takes the cells that are due and that nobody looks at; a cell that is away is left until it answers. */
export async function claimUsage(db: Database, owner: string, except: string[]): Promise<{ cellId: string; countedUntil: Date }[]> {
  const { rows } = await sql<{ cellId: string; countedUntil: Date }>`
    with due as (
      select p.cell_id from usage_passes p join deployment_cells c on c.id = p.cell_id
      where c.status <> 'DISCONNECTED' and (p.lease_until is null or p.lease_until < now()) and not (p.cell_id = any(${except}))
        and p.next_at <= now()
      order by p.next_at for update of p skip locked
    )
    update usage_passes p set owner = ${owner}, lease_until = now() + ${USAGE_LEASE_MS} * interval '1 millisecond'
    from due where p.cell_id = due.cell_id returning p.cell_id as "cellId", p.counted_until as "countedUntil"`.execute(db);
  return rows;
}

/** Answers false if the cell is not ours any more. */
export async function renewUsage(db: Database, owner: string, cellId: string): Promise<boolean> {
  const { rows } = await sql`
    update usage_passes set lease_until = now() + ${USAGE_LEASE_MS} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner} returning 1`.execute(db);
  return rows.length > 0;
}

/** Notes until when the use of the cell is counted, in the transaction that adds it. Answers false if the cell is not ours any more. */
export async function finishUsage(
  tx: Transaction,
  owner: string,
  cellId: string,
  to: { intervalMs: number; countedUntil: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update usage_passes set owner = null, lease_until = null, message = '', counted_until = ${to.countedUntil},
      next_at = now() + ${to.intervalMs} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner} returning 1`.execute(tx);
  return rows.length > 0;
}

/** It was not brought to its end: what was used meanwhile is counted by the next one. */
export async function failUsage(db: Database, owner: string, cellId: string, to: { intervalMs: number; message: string }): Promise<void> {
  await sql`
    update usage_passes set owner = null, lease_until = null, failed_at = now(), message = ${to.message},
      next_at = now() + ${to.intervalMs} * interval '1 millisecond'
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}

/** Seconds since the use of each cell was counted, by the cell's key. */
export async function selectUsageAges(db: Database): Promise<Record<string, number>> {
  const { rows } = await sql<{ key: string; age: number }>`
    select c.key, extract(epoch from now() - p.counted_until)::float8 as age from usage_passes p
    join deployment_cells c on c.id = p.cell_id`.execute(db);
  return Object.fromEntries(rows.map(({ key, age }) => [key, age]));
}
