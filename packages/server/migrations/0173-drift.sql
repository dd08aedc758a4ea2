-- Fields of instances' objects that others have changed since a workflow wrote them (docs/drift.md).

-- When each cell is looked at, by whom, and what came of it.
create table drift_passes (
  cell_id text primary key references deployment_cells on delete cascade,
  next_at timestamptz not null default now(),
  owner text,
  lease_until timestamptz,
  begun_at timestamptz,
  ended_at timestamptz,
  -- Why the last one did not come to its end, and when that was.
  failed_at timestamptz,
  message text not null default '',
  counts jsonb not null default '{}'
);

-- What an instance's workflows have left of an object, as it can be applied; made of the rows of their runs once, and kept because those
-- are pruned. Null where it cannot be told: `trouble` says why.
create table drift_objects (
  instance_id text not null references instances on delete cascade,
  api_group text not null,
  kind text not null,
  name text not null,
  api_version text not null,
  -- The last run that wrote the object, and up to the end of which run the manifest is.
  run_id text not null,
  composed_until timestamptz,
  sealed_manifest bytea,
  -- What the object's metadata came to at the last look (object-mark.ts), and when that was.
  seen_mark text,
  looked_at timestamptz,
  trouble text not null default '',
  primary key (instance_id, api_group, kind, name)
);

create table drift_findings (
  id text primary key,
  instance_id text not null references instances on delete cascade,
  api_group text not null,
  api_version text not null,
  kind text not null,
  name text not null,
  path text not null,
  state text not null check (state in ('open', 'accepted', 'reverted')),
  -- The object's managedFields of the one who changed the field last; '' where nobody has it now.
  manager text not null,
  operation text not null,
  subresource text not null,
  since timestamptz,
  first_seen timestamptz not null default now(),
  state_since timestamptz not null default now(),
  changes integer not null default 1,
  is_secret boolean not null,
  -- {ours, theirs}.
  sealed_values bytea not null,
  decided_by text,
  decided_at timestamptz,
  unique (instance_id, api_group, kind, name, path)
);

create index drift_findings_open on drift_findings (instance_id) where state = 'open';

alter table instances
  -- How many fields of its objects others have changed, with nobody having accepted it.
  add column drifted_fields integer not null default 0;

alter table instance_events drop constraint instance_events_type_check;
alter table instance_events
  add constraint instance_events_type_check check (type in ('NoGoodBackup', 'GoodBackup', 'MadeAnew', 'CellDiffers', 'CellAgrees', 'DriftFound'));
