-- What is deleted of the catalogue stays as a row: instances, snapshots, audit and history go on pointing to it (docs/retention.md).

-- How each delete of a service, environment or plan went. One that removes snapshots first goes on for a while.
create table catalog_deletions (
  id text primary key,
  org_id text not null references organizations,
  kind text not null check (kind in ('service', 'environment', 'plan')),
  target_id text not null,
  -- As it was called then.
  name text not null,
  service_id text not null,
  status text not null check (status in ('IN_PROGRESS', 'SUCCEEDED', 'FAILED')),
  message text not null default '',
  -- Snapshots that were there at the begin, and that are left.
  snapshots integer not null default 0,
  snapshots_left integer not null default 0,
  requested_by text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((status = 'IN_PROGRESS') = (ended_at is null))
);

create unique index catalog_deletions_open on catalog_deletions (target_id) where status = 'IN_PROGRESS';
create index catalog_deletions_by_org on catalog_deletions (org_id, created_at desc, id desc);

alter table services add column deleted_at timestamptz;
alter table environments add column deleted_at timestamptz;
alter table plans
  add column deleted_at timestamptz,
  -- It is being deleted: nothing begins on it any more.
  add column deletion_id text references catalog_deletions on delete set null;

-- A name can be used again.
alter table services drop constraint services_org_id_url_key_key;
alter table environments drop constraint environments_service_id_url_key_key;
alter table plans drop constraint plans_environment_id_url_key_key;
drop index services_by_name, environments_by_name, plans_by_name;
create unique index services_by_url_key on services (org_id, url_key) where deleted_at is null;
create unique index environments_by_url_key on environments (service_id, url_key) where deleted_at is null;
create unique index plans_by_url_key on plans (environment_id, url_key) where deleted_at is null;
create unique index services_by_name on services (org_id, lower(name)) where deleted_at is null;
create unique index environments_by_name on environments (service_id, lower(name)) where deleted_at is null;
create unique index plans_by_name on plans (environment_id, lower(name)) where deleted_at is null;
create index environments_of_service on environments (service_id);
create index plans_of_environment on plans (environment_id);
create index plans_deleted on plans (deleted_at) where deleted_at is not null;
create index plans_being_deleted on plans (deletion_id) where deletion_id is not null;
