-- A delete that failed before there was `taking_down` left everything possible: where something else has succeeded since, the instance is
-- in use, and neither its backups nor anything else may stop. The same where no task of the delete was ever begun: nothing is gone.
update instances i set taking_down = false where i.taking_down and i.deleted_at is null and (
  exists (
    select 1 from operations later where later.instance_id = i.id and later.kind not in ('delete', 'backup', 'deleteBackup', 'custom')
      and later.status in ('succeeded', 'running')
      and later.created_at > (select max(o.created_at) from operations o where o.instance_id = i.id and o.kind = 'delete'))
  or not exists (
    select 1 from runs r where r.subject = i.id and r.kind = 'delete' and (
      exists (select 1 from run_tasks t where t.run_id = r.id and (t.node->'leaf'->>'attempts')::int > 0)
      or exists (select 1 from run_stages s where s.run_id = r.id and s.name = any(r.after)))));

-- Before an object is written it is asked whether it was there before (instances/kept-objects.ts); a wide loop asks for thousands.
create index run_tasks_by_object on run_tasks (name, kind) where name is not null;
