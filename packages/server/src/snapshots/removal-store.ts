import { type Database, sql } from '../database/database.js';
import { isLastAutomated } from './store.js';

export interface DueRemoval {
  id: string;
  instanceId: string;
  cellId: string;
}

/** Expired automated snapshots and those that a person wants gone, of instances on which nothing runs, that nobody restores; the longest due first. */
export async function selectDueRemovals(db: Database, now: Date, perCell: number): Promise<DueRemoval[]> {
  const { rows } = await sql<DueRemoval>`
    with busy as (
      select i.cell_id, count(*) as count from operations o join instances i on i.id = o.instance_id
      where o.status = 'running' and o.kind = 'deleteBackup' group by i.cell_id
    ), restoring as (
      select coalesce(s.copied_from, s.id) as backup from operations o join instances i on i.id = o.instance_id
      join snapshots s on s.id = i.restored_from where o.status = 'running' and o.kind = 'restore'
    ), wanted as (
      select s.id, s.copied_from, s.source_instance_id, s.delete_wanted_at as due from snapshots s
      where s.deleted_at is null and s.delete_wanted_at is not null and s.delete_wanted_at <= ${now}
      union all
      select s.id, s.copied_from, s.source_instance_id, s.expires_at from snapshots s join instances i on i.id = s.source_instance_id
      where s.deleted_at is null and s.delete_wanted_at is null and s.expires_at is not null and s.expires_at <= ${now}
        and s.status in ('COMPLETE', 'FAILED') and not ${isLastAutomated}
    ), free as (
      -- A backup is removed in the cell of its instance, wherever a copy of it may be restored.
      select distinct on (w.source_instance_id) w.*, i.cell_id from wanted w join instances i on i.id = w.source_instance_id
      where not exists (select 1 from operations o where o.instance_id = w.source_instance_id and o.status = 'running')
        and not exists (select 1 from operations o where o.instance_id = w.source_instance_id and o.status = 'waiting')
        and coalesce(w.copied_from, w.id) not in (select backup from restoring)
      order by w.source_instance_id, w.due, w.id
    ), placed as (
      select f.*, row_number() over (partition by f.cell_id order by f.due, f.id) as place from free f
    )
    select p.id, p.source_instance_id as "instanceId", p.cell_id as "cellId" from placed p left join busy on busy.cell_id = p.cell_id
    where p.place <= ${perCell} - coalesce(busy.count, 0) order by p.due, p.id`.execute(db);
  return rows;
}
