-- Upgrades of many instances: a path brings instances of one plan version to another, in waves, so many at a time.
create table upgrade_paths (
  id text primary key,
  provider_org_id text not null,
  service_id text not null,
  environment_id text not null,
  plan_id text not null,
  source_version text not null,
  target_version text not null,
  type text not null constraint upgrade_paths_type_check check (type in ('Major', 'Incremental', 'UserDefined')),
  status text not null constraint upgrade_paths_status_check
    check (status in ('SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED', 'COMPLETE', 'FAILED', 'CANCELLED')),
  status_message text not null default '',
  -- As they were asked for.
  filters jsonb not null,
  strategy jsonb not null,
  -- Parameters that instances get with the new version; some may be secret.
  sealed_overrides bytea,
  max_concurrent integer not null check (max_concurrent between 1 and 25),
  notify_customer boolean not null,
  -- Another path, which must be complete before this one begins.
  after_path text,
  scheduled_at timestamptz,
  wave integer not null default 0,
  last_wave integer not null,
  soak_until timestamptz,
  -- Failures of the present wave that a person has gone on over.
  accepted_failures integer not null default 0,
  -- The wave whose gates a person has gone on over; -1: none.
  accepted_gates integer not null default -1,
  halted boolean not null default false,
  paused_at timestamptz,
  -- When there may be something to do about it.
  due_at timestamptz not null default now(),
  last_action_type text constraint upgrade_paths_last_action_type_check
    check (last_action_type in ('pause', 'resume', 'cancel', 'notify-customer', 'skip-instances')),
  created_by text not null,
  modified_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz
);
create index upgrade_paths_of_plan on upgrade_paths (plan_id, created_at desc, id desc);
create index upgrade_paths_due on upgrade_paths (due_at) where status in ('SCHEDULED', 'PENDING', 'IN_PROGRESS', 'PAUSED');
create index upgrade_paths_of_provider on upgrade_paths (provider_org_id, created_at desc);

create table instance_upgrades (
  path_id text not null references upgrade_paths (id) on delete cascade,
  instance_id text not null,
  wave integer not null,
  position integer not null,
  status text not null constraint instance_upgrades_status_check
    check (status in ('PENDING', 'IN_PROGRESS', 'COMPLETE', 'FAILED', 'SKIPPED', 'CANCELLED')),
  -- Why it failed, was left out, or waits.
  reason text not null default '',
  target_version text,
  operation_id text,
  run_id text,
  rollback_status text constraint instance_upgrades_rollback_status_check check (rollback_status in ('WANTED', 'IN_PROGRESS', 'COMPLETE', 'FAILED')),
  rollback_operation_id text,
  -- What its customer is yet to be mailed.
  letter_kind text constraint instance_upgrades_letter_kind_check check (letter_kind in ('SCHEDULED', 'COMPLETED')),
  next_try_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  primary key (path_id, instance_id)
);
-- An instance is in one path at a time.
create unique index instance_upgrades_open on instance_upgrades (instance_id) where status in ('PENDING', 'IN_PROGRESS');
create index instance_upgrades_in_wave on instance_upgrades (path_id, wave, position);
create index instance_upgrades_waiting on instance_upgrades (path_id, wave, position) where status = 'PENDING';
create index instance_upgrades_of_operation on instance_upgrades (operation_id) where operation_id is not null;
create index instance_upgrades_of_rollback on instance_upgrades (rollback_operation_id) where rollback_operation_id is not null;
create index instance_upgrades_to_roll_back on instance_upgrades (next_try_at) where rollback_status = 'WANTED';
create index instance_upgrades_to_mail on instance_upgrades (updated_at) where letter_kind is not null;
create index instance_upgrades_of_instance on instance_upgrades (instance_id, created_at desc);
