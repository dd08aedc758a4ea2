import { type Database, sql } from '../../database/database.js';

/** What is told of an instance: `trace` is another text whenever something has changed, `active` while a run or an operation goes on. */
export interface Seen {
  trace: string;
  active: boolean;
}

/**
 * By instance, a short text that is another one when what is shown of the instance (progress.ts), its operations, its newest run, or that run's events have changed. Of a run that
 * has ended nothing changes any more but its own row.
 */
export async function selectTraces(db: Database, ids: string[]): Promise<Map<string, Seen>> {
  const { rows } = await sql<Seen & { id: string }>`
    select i.id, o.open is not null or (r.id is not null and r.finished_at is null) as active,
      concat_ws(' ', md5(concat_ws(' ', i.status, i.status_message, i.deleted_at, i.warnings, i.findings, i.endpoints)), r.id, r.phase, r.finished_at, md5(r.message || r.code || r.paused || coalesce(r.breakpoints::text, '')), o.open,
        case when r.finished_at is null then concat_ws(' ',
          (select max(e.sequence) from run_events e where e.run_id = r.id),
          (select string_agg(s.xmin::text, ',' order by s.name) from run_stages s where s.run_id = r.id),
          (select count(*) || ',' || max(t.xmin::text::bigint) from run_tasks t where t.run_id = r.id and t.watch is not null)) end) as trace
    from instances i
    left join lateral (select * from runs where subject = i.id order by created_at desc, id desc limit 1) r on true
    left join lateral (select string_agg(xmin::text, ',' order by id) as open from operations
      where instance_id = i.id and status in ('running', 'waiting')) o on true
    where i.id = any(${ids})`.execute(db);
  return new Map(rows.map(({ id, trace, active }) => [id, { trace, active }]));
}
