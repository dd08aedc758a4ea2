-- How long history is kept (docs/retention.md).

-- What ended before this moment may have been removed by retention. Null: everything that ever happened to it is here.
alter table instances add column history_since timestamptz;

-- One row: the round that goes over all instances, who does it, and how far it is.
create table retention_rounds (
  only_row boolean primary key default true check (only_row),
  owner text,
  lease_until timestamptz,
  -- Instances up to this id are done.
  position text not null default '',
  begun_at timestamptz,
  -- The last round that came to its end.
  ended_at timestamptz,
  ended_begun_at timestamptz,
  -- Runs that this round, and the last one that ended, had to leave although their time was over.
  left_over bigint not null default 0,
  ended_left_over bigint not null default 0
);

insert into retention_rounds default values;

-- Rows that were removed since the installation was made.
create table retention_counts (
  kind text primary key check (kind in ('runs', 'operations', 'instance-events', 'snapshots', 'instances', 'plans')),
  removed bigint not null default 0,
  last_at timestamptz
);

-- Removed with their instance, which is a foreign key of these.
create index snapshots_of_source on snapshots (source_instance_id);
create index instances_by_plan on instances (plan_id);
-- Invitations that are over, and so is the time in which anybody asks for them.
create index invitations_by_expiry on invitations (expires_at);
