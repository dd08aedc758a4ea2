-- Deployment cells: Kubernetes clusters that instances live in.

create table deployment_cells (
  id text primary key,
  -- Null: offered to every organization of this installation.
  org_id text,
  -- Name for people, and the label below the endpoint domain.
  key text not null unique,
  kind text not null check (kind in ('kubernetes', 'simulated')),
  -- What cluster it is: hash of its address and authority, or the simulator's folder. New credentials of a known cluster change its row.
  identity text not null unique,
  -- Address of the API server; for people.
  server text not null,
  -- Address and credentials (ClusterAccess), sealed.
  sealed_access bytea not null,
  cloud_provider text not null default '',
  region text not null default '',
  is_default boolean not null default false,
  status text not null check (status in ('RUNNING', 'DISCONNECTED', 'DEPLOYING', 'FAILED')),
  -- Why it is not RUNNING; its Kubernetes version.
  status_message text not null default '',
  kubernetes_version text not null default '',
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);

create unique index deployment_cells_default on deployment_cells (is_default) where is_default;

-- A release is one chart of one repository in a cell: plans share it.
create table chart_releases (
  cell_id text not null references deployment_cells,
  repository_url text not null,
  chart text not null,
  -- Installed (or to be installed, while status says so).
  version text not null,
  namespace text not null,
  release_name text not null,
  -- May hold credentials.
  sealed_values bytea not null,
  status text not null check (status in ('pending', 'installing', 'deployed', 'failed')),
  message text not null default '',
  -- A failure that another try can cure.
  retriable boolean not null default true,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  -- Whose wish the version and values are.
  owner_plan_id text not null,
  owner_plan_name text not null,
  owner_plan_version text not null,
  -- Who installs it now, and Helm's process group, so that whoever takes over can end what was left.
  lease_holder text,
  lease_until timestamptz,
  process_group jsonb,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  primary key (cell_id, repository_url, chart)
);

create unique index chart_releases_by_name on chart_releases (cell_id, namespace, release_name);
