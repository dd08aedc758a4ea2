-- An operation may take several runs, one after the other: a delete first takes a last snapshot, then removes the automated
-- ones, then takes the resources down. What is still to be done is stored when the operation begins; null (an operation of an
-- older version of the program) means: ask the plan.
alter table operations
  -- The step whose run is run_id, and those after it.
  add column step json,
  add column next_steps json,
  -- Values that the workflows see beside the instance's own ($sys.restore, $var of a call). Sealed: metadata and parameters may be secret.
  add column sealed_input bytea,
  -- Facts in clear for people and for the operation's end: verb and workflow of a custom operation, masked request, target of a scaling.
  add column data json not null default '{}',
  -- Automated snapshots that could not be deleted are left behind on purpose.
  add column skip_snapshot_cleanup boolean not null default false;

create index operations_by_instance on operations (instance_id, created_at desc);

-- What restore needs of an instance that is gone, and what scaling counts.
alter table instances
  add column ever_ran boolean not null default false,
  add column replicas integer,
  add column restored_from text;

update instances set ever_ran = true where status in ('RUNNING', 'STOPPED', 'STOPPING', 'STARTING', 'RESTARTING')
  or exists (select 1 from operations o where o.instance_id = instances.id and o.kind = 'create' and o.status = 'succeeded');

-- A snapshot: what a backup workflow made. It outlives its instance, and carries everything that a restore needs.
create table snapshots (
  id text primary key,
  provider_org_id text not null references organizations,
  org_id text not null references organizations,
  subscription_id text not null,
  service_id text not null,
  environment_id text not null,
  plan_id text not null,
  plan_version text not null,
  resource_id text not null,
  resource_key text not null,
  cell_id text not null,
  cloud_provider text not null,
  region text not null,
  network_type text not null,
  source_instance_id text not null references instances,
  -- manual: by a person, kept until a person deletes it. periodic, triggered and final expire.
  origin text not null check (origin in ('manual', 'triggered', 'periodic', 'final', 'copy')),
  status text not null check (status in ('PENDING', 'RUNNING', 'COMPLETE', 'FAILED', 'DELETING', 'DELETED')),
  message text not null default '',
  -- $sys.snapshot.time.
  taken_at timestamptz not null,
  completed_at timestamptz,
  -- Null: never by itself.
  expires_at timestamptz,
  -- Outputs of the backup workflow: in clear, or sealed if secret.
  metadata json not null default '{}',
  -- The source's parameters when it was taken.
  parameters json not null,
  sealed_parameters bytea not null,
  tags json not null default '[]',
  copied_from text,
  created_by text not null,
  created_at timestamptz not null default now(),
  -- Deleting: when it is tried (again), and how often it has failed.
  delete_wanted_at timestamptz,
  delete_attempts integer not null default 0,
  deleted_at timestamptz
);

create index snapshots_by_source on snapshots (source_instance_id, taken_at desc) where deleted_at is null;
create index snapshots_by_environment on snapshots (environment_id, taken_at desc) where deleted_at is null;
create index snapshots_expiring on snapshots (expires_at) where deleted_at is null and expires_at is not null;
create index snapshots_to_delete on snapshots (delete_wanted_at) where deleted_at is null and delete_wanted_at is not null;

-- When the next periodic backup of an instance is due. A row exists while its plan version has a period.
create table backup_schedules (
  instance_id text primary key references instances,
  cell_id text not null,
  period_hours integer not null check (period_hours > 0),
  retention_days integer not null,
  -- Slots are anchor + n periods.
  anchor timestamptz not null,
  next_at timestamptz not null,
  last_at timestamptz,
  -- Consecutive failures, for the alarm.
  failures integer not null default 0,
  message text not null default ''
);

create index backup_schedules_due on backup_schedules (next_at);
