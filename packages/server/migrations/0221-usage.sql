-- What instances use of their cells, by day, and what it costs (docs/usage.md).

-- Until when the use of each cell is counted, and who counts.
create table usage_passes (
  cell_id text primary key references deployment_cells on delete cascade,
  next_at timestamptz not null default now(),
  owner text,
  lease_until timestamptz,
  counted_until timestamptz not null default now(),
  -- Why the last pass did not come to its end, and when that was.
  failed_at timestamptz,
  message text not null default ''
);

-- One row for each instance and day (UTC). It stays when the instance goes: it is what was used.
create table usage_days (
  instance_id text not null,
  day date not null,
  provider_org_id text not null,
  org_id text not null,
  subscription_id text not null,
  service_id text not null,
  environment_id text not null,
  plan_id text not null,
  -- As they were at the last look of the day.
  tags jsonb not null default '[]',
  -- Hours of one core, of one GiB of memory, of one GiB of storage, of one replica.
  cpu double precision not null default 0 check (cpu >= 0),
  memory double precision not null default 0 check (memory >= 0),
  storage double precision not null default 0 check (storage >= 0),
  replica double precision not null default 0 check (replica >= 0),
  -- At the prices that held while it was used; null: the plan has no price for what is metered.
  cost numeric,
  primary key (instance_id, day)
);
create index usage_days_org_day on usage_days (org_id, day);
create index usage_days_provider_day on usage_days (provider_org_id, day);
create index usage_days_subscription_day on usage_days (subscription_id, day);
