-- The one master key that seals values in this database, by fingerprint (never the key).
create table master_key (
  only_row boolean primary key default true check (only_row),
  fingerprint text not null
);

create table secret (
  org_id text not null,
  environment_type text not null,
  name text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by text not null,
  primary key (org_id, environment_type, name)
);
