-- Domains of providers for their customers' portals, one for each type of environment, and what DNS said of them last.
create table portal_domains (
  org_id text not null references organizations on delete cascade,
  environment_type text not null check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL')),
  name text not null,
  description text not null default '',
  -- In small letters, without a dot at the end.
  domain text not null,
  -- Stands in a TXT record of whoever has the domain.
  challenge text not null,
  status text not null default 'PENDING',
  finding text not null default '',
  checked_at timestamptz,
  verified_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, environment_type),
  constraint portal_domains_status check (status in ('PENDING', 'READY', 'UNKNOWN'))
);

-- Of two that name the same domain one has it.
create unique index portal_domains_held on portal_domains (domain) where status = 'READY';
create index portal_domains_by_name on portal_domains (domain);
create index portal_domains_due on portal_domains (checked_at nulls first);
