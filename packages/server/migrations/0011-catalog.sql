-- The catalogue: services, environments, plans, plan versions. url_key is what the create path of an instance is made of:
-- url-safe, unique among its siblings, and never changed once given.

create table services (
  id text primary key,
  org_id text not null references organizations,
  name text not null,
  url_key text not null,
  description text not null default '',
  logo_url text not null default '',
  created_at timestamptz not null default now(),
  unique (org_id, url_key)
);

create unique index services_by_name on services (org_id, lower(name));

create table environments (
  id text primary key,
  service_id text not null references services on delete cascade,
  name text not null,
  url_key text not null,
  description text not null default '',
  type text not null,
  visibility text not null,
  source_environment_id text references environments on delete set null,
  auto_approve_subscription boolean not null default true,
  service_auth_public_key text not null default '',
  created_at timestamptz not null default now(),
  unique (service_id, url_key)
);

create unique index environments_by_name on environments (service_id, lower(name));

-- A plan has one hosting model and one service API; both are ids of their own on the wire.
create table plans (
  id text primary key,
  environment_id text not null references environments on delete cascade,
  model_id text not null unique,
  service_api_id text not null unique,
  name text not null,
  url_key text not null,
  -- What was built last, released or not. Null until the first build. json keeps the order of keys.
  built_spec text,
  built_digest text,
  built_plan json,
  built_at timestamptz,
  created_at timestamptz not null default now(),
  unique (environment_id, url_key)
);

create unique index plans_by_name on plans (environment_id, lower(name));

-- Immutable but for status and name.
create table plan_versions (
  plan_id text not null references plans on delete cascade,
  number integer not null,
  status text not null check (status in ('Preferred', 'Active', 'Deprecated')),
  name text not null default '',
  spec text not null,
  digest text not null,
  compiled json not null,
  released_by text not null references users,
  released_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  primary key (plan_id, number)
);

create unique index plan_versions_preferred on plan_versions (plan_id) where status = 'Preferred';

-- A resource keeps its id over all versions of its plan.
create table plan_resources (
  id text primary key,
  plan_id text not null references plans on delete cascade,
  key text not null,
  url_key text not null,
  unique (plan_id, key),
  unique (plan_id, url_key)
);
