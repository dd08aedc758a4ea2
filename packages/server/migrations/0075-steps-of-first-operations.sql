-- The first versions of the program stored neither the steps of an operation nor, with a run, the operation that it is a step of.
-- Their plans' resources ran one after the other as the plan said at that moment; where a plan has one resource there is one step.

do $$
declare
  busy text;
begin
  select string_agg(o.instance_id, ', ') into busy
  from operations o
  join instances i on i.id = o.instance_id
  join plan_versions v on v.plan_id = i.plan_id and i.plan_version = v.number || '.0'
  where o.status = 'running' and o.step is null and json_array_length(v.compiled->'resources') > 1;
  if busy is not null then
    raise exception 'operations on % were begun by a version of the program that stored no steps, on a plan of several resources: let that version end them first', busy;
  end if;
end $$;

update operations o
set step = json_build_object(
  'verb', coalesce(r.kind, case o.kind when 'upgrade' then 'modify' else o.kind end),
  'resourceKey', coalesce(r.data->>'resourceKey', i.resource_key))
from operations mine
join instances i on i.id = mine.instance_id
left join runs r on r.id = mine.run_id
where mine.id = o.id and o.step is null and o.run_id is not null;

update operations set next_steps = '[]' where next_steps is null;

alter table operations
  alter column next_steps set default '[]',
  alter column next_steps set not null,
  -- What has a run says which step the run is.
  add constraint operations_step check (step is not null or run_id is null);

update runs r
set data = r.data || jsonb_build_object('operationId', o.id, 'step', o.step::jsonb)
from operations o
where o.run_id = r.id and not r.data ? 'operationId';

-- The delete of the first versions had a stage that said that no last backup was taken. A last backup is a step of its own since.
delete from run_stages s using runs r where r.id = s.run_id and s.name = 'final-snapshot' and r.finished_at is null;
update runs set before = array_remove(before, 'final-snapshot') where 'final-snapshot' = any(before) and finished_at is null;
