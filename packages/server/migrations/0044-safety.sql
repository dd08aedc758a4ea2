-- Whether an instance has a good backup is a question of its snapshots, not of its status.
alter table backup_schedules
  -- When somebody has to look whether there is still a good backup; null: the next operation says (a stopped instance).
  add column review_at timestamptz,
  -- Since when there is none, while that is so: the last good one's time, or the schedule's begin. Set = the alarm is on.
  add column no_good_since timestamptz;

update backup_schedules b set review_at = now() from instances i where i.id = b.instance_id and i.status <> 'STOPPED';
create index backup_schedules_review on backup_schedules (review_at) where no_good_since is null and review_at is not null;

-- A delete has begun to take the instance down: from then on nothing makes anew what it has removed.
alter table instances add column taking_down boolean not null default false;

update instances i set taking_down = true where i.deleted_at is null and exists (
  select 1 from operations o where o.instance_id = i.id and o.kind = 'delete' and o.status in ('failed', 'cancelled') and o.step->>'verb' = 'delete'
    and not exists (select 1 from operations later where later.instance_id = i.id and later.kind = 'restore' and later.created_at > o.created_at));

-- What happened to an instance beside its operations.
create table instance_events (
  id bigint generated always as identity primary key,
  instance_id text not null references instances,
  at timestamptz not null default now(),
  type text not null,
  message text not null
);

create index instance_events_by_instance on instance_events (instance_id, id desc);

-- Values that a change asks for: they count for the instance once the operation has succeeded. Null: it changes none.
alter table operations
  add column requested_parameters json,
  add column sealed_requested bytea,
  add column requested_network_type text;
