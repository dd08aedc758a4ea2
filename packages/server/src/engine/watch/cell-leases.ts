/** Which process watches a cell, and what it has to say of the cell's connection: SQL of `cell_watchers`. */
import { type Database, sql } from '../../database/database.js';
import { jsonb } from '../rows/jsonb.js';
import { LEASE_MS } from '../rows/lease.js';
import type { Complaint } from './cell-health.js';

/**
 * Takes or renews the watch of those cells that nobody else watches now. Answers which are ours. A cell whose row somebody holds
 * just now is passed over and is not in the answer: the others do not wait for it.
 */
export async function leaseCells(db: Database, owner: string, cells: string[]): Promise<Set<string>> {
  const until = sql`now() + ${LEASE_MS} * interval '1 millisecond'`;
  const answer = await sql<{ cell_id: string }>`
    with wanted as (
      select unnest(${cells}::text[]) as cell_id union select cell_id from cell_watchers where lease_until < now()
    ), made as (
      insert into cell_watchers (cell_id, owner, lease_until) select cell_id, ${owner}, ${until} from wanted order by cell_id
      on conflict (cell_id) do nothing returning cell_id
    ), free as (
      select cell_id from cell_watchers
      where cell_id in (select cell_id from wanted) and (owner = ${owner} or owner is null or lease_until < now())
      order by cell_id for no key update skip locked
    ), taken as (
      update cell_watchers w set owner = ${owner}, lease_until = ${until},
        trouble = case when w.owner = ${owner} then w.trouble end, trouble_since = case when w.owner = ${owner} then w.trouble_since end,
        refused = case when w.owner = ${owner} then w.refused else '{}' end
      from free where w.cell_id = free.cell_id returning w.cell_id
    )
    select cell_id from made union all select cell_id from taken`.execute(db);
  return new Set(answer.rows.map((row) => row.cell_id));
}

/** Lets all cells go at the end of the process. A row that somebody holds is left to its lease. */
export async function releaseCells(db: Database, owner: string): Promise<void> {
  await sql`
    update cell_watchers set lease_until = now() - interval '1 second', owner = null
    where cell_id in (select cell_id from cell_watchers where owner = ${owner} for no key update skip locked)`.execute(db);
}

/** Says what is wrong with a cell's connection, for everything that waits there. */
export async function noteComplaint(db: Database, owner: string, cellId: string, { trouble, refused }: Complaint): Promise<void> {
  const text = trouble ?? null;
  await sql`
    update cell_watchers set trouble = ${text}, refused = ${jsonb(refused)},
      trouble_since = case when ${text}::text is null then null else coalesce(trouble_since, now()) end
    where cell_id = ${cellId} and owner = ${owner}`.execute(db);
}
