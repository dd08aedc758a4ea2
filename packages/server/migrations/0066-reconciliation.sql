-- Whether cells still hold what the rows say (docs/reconciliation.md).

-- Objects that an instance's finished runs have written, as the last of them left each. Kept up by the looks at cells, from the rows of tasks.
create table instance_objects (
  instance_id text not null references instances on delete cascade,
  -- '' for Kubernetes' own first group.
  api_group text not null,
  api_version text not null,
  kind text not null,
  name text not null,
  -- Null: not known (a task of an older version of the program).
  uid text,
  run_id text not null,
  -- The last task that touched it wrote it; else it deleted it.
  present boolean not null,
  -- A create, modify or restore makes it: it is part of the product, and not a request of some other workflow.
  product boolean not null,
  -- It comes and goes by itself: by its author's word, a time to live, or because it belongs to another object.
  passing boolean not null,
  primary key (instance_id, api_group, kind, name)
);

alter table instances
  -- Up to the end of which run instance_objects is.
  add column objects_until timestamptz,
  -- What was found to be otherwise in the cell: a list of {code, message, since, objects, count, commands}.
  add column findings jsonb not null default '[]';

create index instances_with_findings on instances (cell_id) where findings <> '[]'::jsonb and deleted_at is null;

-- When each cell is looked at, by whom, and what came of it.
create table cell_looks (
  cell_id text primary key references deployment_cells on delete cascade,
  next_at timestamptz not null default now(),
  -- Somebody wants a look that begins after this.
  asked_at timestamptz,
  owner text,
  lease_until timestamptz,
  begun_at timestamptz,
  -- When the last look that came to its end had begun and ended.
  looked_at timestamptz,
  ended_at timestamptz,
  -- Why the last one did not come to its end, and when that was.
  failed_at timestamptz,
  message text not null default '',
  -- Of the cell itself, like those of instances; and numbers for people and metrics.
  findings jsonb not null default '[]',
  counts jsonb not null default '{}'
);

alter table deployment_cells
  -- When it answered again after it had been away.
  add column back_at timestamptz;
