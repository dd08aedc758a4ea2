/** On which of its resources a workflow of an instance has begun. */
import { type Database, sql } from '../database/database.js';
import type { InstanceRow } from '../instances/store.js';
import type { StageSets } from './stage-set.js';

/**
 * Keys of the resources on which a workflow that makes something (create, modify, restore) has begun since the instance was made,
 * or made again: its values were known, so its tasks may have acted. Others come after one of these.
 */
export async function selectStartedResources(
  { db, stageSets }: { db: Database; stageSets: StageSets },
  { id }: Pick<InstanceRow, 'id'>,
): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select distinct r.data->>'resourceKey' as key
    from runs r join run_stages s on s.run_id = r.id and s.name = any(${stageSets.all.map((set) => set.actsAfter)}) and s.state = 'Succeeded'
    where r.subject = ${id} and r.kind in ('create', 'modify', 'restore')
      and r.created_at > coalesce((select max(o.finished_at) from operations o
        where o.instance_id = ${id} and o.kind = 'delete' and o.status = 'succeeded'), '-infinity')`.execute(db);
  return new Set(rows.map((row) => row.key));
}
