-- Durable runs. A run is rows: the run itself, its stages, its tasks (one row per node of the workflow's tree), and an
-- append-only list of events. Columns called sealed_* are encrypted by the server's master key.

create table runs (
  id text primary key,
  kind text not null,
  subject text not null,
  org_id text not null,
  cell_id text not null,
  namespace text not null,
  impersonate text,
  field_manager text not null,
  labels jsonb not null,
  workflow json,
  before text[] not null,
  after text[] not null,
  data jsonb not null,
  sealed_values bytea not null,
  sealed_outputs bytea,
  phase text not null default 'Pending' check (phase in ('Pending', 'Running', 'Succeeded', 'Failed', 'Terminated')),
  message text not null default '',
  code text not null default '',
  paused boolean not null default false,
  -- Why the run is to be terminated, once somebody asked.
  terminate text,
  deadline_at timestamptz not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  -- The doorbell: when somebody must look at the run, and how often it was rung. due_at stays set while an owner works,
  -- so that a dead owner's run is found; letting go sets it to the next timer, only where wake_seq did not move.
  due_at timestamptz default now(),
  wake_seq bigint not null default 0,
  -- The lease: who works on it, until when by this database's clock, and the fencing counter that every write checks.
  owner text,
  fence bigint not null default 0,
  lease_until timestamptz
) with (fillfactor = 70);

create index runs_due on runs (due_at) where due_at is not null;
create index runs_owner on runs (owner) where owner is not null;
create index runs_by_subject on runs (subject, created_at desc);
create index runs_by_creation on runs (created_at desc, id desc);

create table run_stages (
  run_id text not null references runs on delete cascade,
  name text not null,
  title text not null,
  state text not null check (state in ('Running', 'Waiting', 'Succeeded', 'Failed')),
  attempts integer not null default 0,
  message text not null default '',
  -- {for, details, since}, while it waits.
  waiting jsonb,
  next_at timestamptz,
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (run_id, name)
);

create table run_tasks (
  run_id text not null references runs on delete cascade,
  node_id text not null,
  -- The node without inputs, loop item and observed object, which may hold secrets.
  node jsonb not null,
  sealed_inputs bytea,
  -- What is waited for: by our label or by name; null while nothing is.
  watch text check (watch in ('label', 'name')),
  cell_id text,
  api_version text,
  kind text,
  namespace text,
  name text,
  uid text,
  -- {successCondition, failureCondition, …} with values filled in.
  sealed_gate bytea,
  -- The last observation that changed a clause or the verdict; written by the watcher or by the run's owner.
  sealed_object bytea,
  observation jsonb,
  primary key (run_id, node_id)
) with (fillfactor = 70);

create index run_tasks_watched on run_tasks (cell_id, api_version, kind) where watch is not null;

create table run_events (
  sequence bigint generated always as identity primary key,
  run_id text not null references runs on delete cascade,
  at timestamptz not null,
  type text not null,
  step text not null,
  node_id text,
  message text not null,
  details jsonb
);

create index run_events_by_run on run_events (run_id, sequence);

-- Which process watches a cell.
create table cell_watchers (
  cell_id text primary key,
  owner text,
  lease_until timestamptz not null,
  -- What is wrong with the connection to the cell, while something is.
  trouble text,
  trouble_since timestamptz
);
