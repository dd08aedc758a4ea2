-- The audit trail: who did what, from where, and what came of it. No foreign keys: an event outlives whatever it tells of.
create table audit_events (
  id text primary key,
  -- The provider whose trail it is in.
  provider_org_id text not null,
  at timestamptz not null default now(),
  -- A row of the operation table, or a domain event's kind.
  operation text not null,
  source text not null check (source in ('Customer', 'Infra', 'Maintenance')),
  -- Who. Without a method nobody has shown that it is them.
  user_id text not null default '',
  user_name text not null default '',
  org_id text not null default '',
  org_name text not null default '',
  role text not null default '',
  auth_method text not null default '' check (auth_method in ('', 'PASSWORD', 'API_KEY', 'SSO')),
  session_id text not null default '',
  api_key_id text not null default '',
  -- One of the provider's own people, whose requests customers do not see.
  by_provider boolean not null default false,
  address text not null default '',
  user_agent text not null default '',
  correlation_id text not null default '',
  -- On what.
  service_id text not null default '',
  environment_id text not null default '',
  plan_id text not null default '',
  instance_id text not null default '',
  subscription_id text not null default '',
  -- The organization that has the subscription. Empty where the actor does not reach what the request names.
  tenant_org_id text not null default '',
  -- Whatever else it names: "snapshotId=snap-…".
  targets text[] not null default '{}',
  -- Names of the fields that it gives. Never their values.
  fields text[] not null default '{}',
  -- Null: it has begun, and nothing is known of its end yet. Unknown: nothing ever will be.
  outcome text check (outcome in ('succeeded', 'refused', 'failed', 'unknown')),
  http_status integer,
  code text not null default '',
  ended_at timestamptz,
  -- The lifecycle operation that it tells the end of.
  operation_id text not null default '',
  -- Its place in the trail. Null: not yet in it.
  position bigint,
  previous_hash bytea,
  hash bytea,
  check ((position is null) = (hash is null) and (position is null) = (previous_hash is null))
);

create unique index audit_events_in_order on audit_events (provider_org_id, position) where position is not null;
create index audit_events_to_seal on audit_events (provider_org_id, at) where position is null;
create index audit_events_by_time on audit_events (provider_org_id, at desc, id desc);
create index audit_events_by_instance on audit_events (instance_id, at desc, id desc) where instance_id <> '';
create index audit_events_by_subscription on audit_events (subscription_id, at desc, id desc) where subscription_id <> '';
create index audit_events_by_tenant on audit_events (tenant_org_id, at desc, id desc) where tenant_org_id <> '';

-- The end of each provider's trail. The seal is made with a key that is not in the database.
create table audit_chains (
  provider_org_id text primary key,
  position bigint not null default 0,
  hash bytea not null,
  seal bytea not null
);

-- Up to where a trail was pruned, each time.
create table audit_checkpoints (
  provider_org_id text not null,
  position bigint not null,
  -- Of the last event that was removed.
  hash bytea not null,
  events bigint not null,
  pruned_at timestamptz not null default now(),
  seal bytea not null,
  primary key (provider_org_id, position)
);
