-- Who has allowed which finding of the operator guard for one chart version in one cell: its upgrade goes on although the guard refuses it.
create table operator_allowances (
  cell_id text not null references deployment_cells on delete cascade,
  repository_url text not null,
  chart text not null,
  version text not null,
  -- What is allowed: the finding's key. A finding that was not there then refuses as before.
  finding text not null,
  allowed_by text not null,
  allowed_at timestamptz not null default now(),
  primary key (cell_id, repository_url, chart, version, finding)
);
