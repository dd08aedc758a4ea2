create table subscriptions (
  id text primary key,
  -- The customer's organization; the provider's own for the default subscription of a plan.
  org_id text not null references organizations,
  provider_org_id text not null references organizations,
  plan_id text not null references plans on delete cascade,
  root_user_id text not null references users,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'SUSPENDED', 'TERMINATED', 'CANCELLED')),
  is_default boolean not null default false,
  -- Null: the plan's own limit.
  max_instances integer,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);

create unique index subscriptions_default on subscriptions (plan_id) where is_default;
create index subscriptions_by_org on subscriptions (org_id);

create table instances (
  id text primary key,
  -- The provider whose plan it is, and the customer it belongs to.
  provider_org_id text not null references organizations,
  org_id text not null references organizations,
  subscription_id text not null references subscriptions,
  service_id text not null,
  environment_id text not null,
  environment_type text not null,
  plan_id text not null references plans,
  plan_version text not null,
  resource_id text not null,
  resource_key text not null,
  cell_id text not null references deployment_cells,
  cloud_provider text not null,
  region text not null,
  network_type text not null,
  namespace text not null,
  -- Set by the first run that has made namespace and access: before, there is nothing of it in the cell.
  placed boolean not null default false,
  status text not null,
  -- Why it is as it is, for people: a failure's reason.
  status_message text not null default '',
  -- Values that the customer gave, or defaults; Password and Secret ones are only in the sealed part.
  parameters json not null,
  launch_parameters json not null,
  sealed_parameters bytea not null,
  -- Resource key -> name -> {value, secret?}; values marked secret are sealed texts.
  outputs json not null default '{}',
  -- Resource key -> list of endpoints.
  endpoints json not null default '{}',
  warnings json not null default '[]',
  tags json not null default '[]',
  -- Source of everything random but stable in its manifests. Secret: generated passwords come from it.
  sealed_seed bytea not null,
  deletion_protection boolean not null default false,
  created_by text not null,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  deleted_at timestamptz
);

create index instances_by_subscription on instances (subscription_id) where deleted_at is null;
create index instances_by_environment on instances (environment_id, created_at desc) where deleted_at is null;
create index instances_by_provider on instances (provider_org_id, created_at desc) where deleted_at is null;
create index instances_by_cell on instances (cell_id) where deleted_at is null;

-- A lifecycle action on an instance. `waiting` is a delete that has superseded a running operation and waits for its end.
create table operations (
  id text primary key,
  instance_id text not null references instances,
  kind text not null,
  status text not null check (status in ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
  run_id text,
  requested_by text not null,
  message text not null default '',
  code text not null default '',
  created_at timestamptz not null default now(),
  finished_at timestamptz
);

-- The arbiter, held by the database: one operation acts on an instance, and at most one delete waits behind it.
create unique index operations_running on operations (instance_id) where status = 'running';
create unique index operations_waiting on operations (instance_id) where status = 'waiting';
create index operations_by_run on operations (run_id);
