/** How cells differ from the database, as it is told on instances. */
import { type Database, sql, type Transaction } from '../database/database.js';
import type { InstanceFinding } from './finding.js';

/** Sets all findings of an instance in place of those it has. */
export async function setFindings(tx: Transaction, id: string, findings: InstanceFinding[]): Promise<void> {
  await sql`update instances set findings = ${JSON.stringify(findings)}::jsonb where id = ${id}`.execute(tx);
}

/**
 * Sets one finding in place of all others on every live instance of a cell, and writes the event where it is news (its code with its
 * commands was not there). The instances are locked in the order of their ids, as everywhere. Answers how many there are.
 */
export async function setFindingOfCell(db: Database, cellId: string, finding: InstanceFinding): Promise<number> {
  const { code, commands } = finding;
  const { rows } = await sql<{ count: number }>`
    with there as (
      select id, findings from instances where cell_id = ${cellId} and deleted_at is null and placed order by id for no key update
    ), fresh as (
      update instances i set findings = ${JSON.stringify([finding])}::jsonb from there
      where i.id = there.id and not there.findings @> ${JSON.stringify([{ code, commands }])}::jsonb returning i.id
    ), events as (
      insert into instance_events (instance_id, type, message) select id, 'CellDiffers', ${finding.message} from fresh
    )
    select count(*)::int as count from there`.execute(db);
  return rows[0]?.count ?? 0;
}

/** What a delete has begun to take down in the cell is gone on purpose: nothing is told of it any more. */
export async function clearFindingsOfGoing(db: Database, cellId: string): Promise<void> {
  await sql`
    update instances set findings = '[]' where id in (
      select id from instances where cell_id = ${cellId} and taking_down and deleted_at is null and findings <> '[]'::jsonb
      order by id for no key update)`.execute(db);
}

/** Until when the ends of each instance's runs have been read into what its cell has to have. */
export async function setObjectsUntil(tx: Transaction, until: { id: string; end: Date }[]): Promise<void> {
  await sql`update instances i set objects_until = g."end"
    from jsonb_to_recordset(${JSON.stringify(until)}::jsonb) as g(id text, "end" timestamptz) where i.id = g.id`.execute(tx);
}

/** How many fields of its objects others have changed, as it is shown with the instance, which is locked (docs/drift.md). */
export async function setDriftedFields(tx: Transaction, id: string, count: number): Promise<void> {
  await sql`update instances set drifted_fields = ${count} where id = ${id} and drifted_fields <> ${count}`.execute(tx);
}
