-- What outlives a stage of a run: one row for each thing that a program beside the server works on.
create table work (
  kind text not null,
  -- What it works on, unique within its kind: a release of a cell, a resource of an instance.
  key text not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- What is to be done, encrypted: it may hold credentials. Null: only whoever asks next knows.
  sealed_input bytea,
  -- Why the last try failed, and whether another one may help.
  message text not null default '',
  retriable boolean not null default true,
  -- Failed tries since it was asked for.
  failed_attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  deadline_at timestamptz,
  cancel_asked boolean not null default false,
  -- Who works on it; each ownership has a number of its own, which every write of the owner carries.
  owner text,
  fence bigint not null default 0,
  lease_until timestamptz,
  -- Of the child, so that whoever takes over can end it. Kept until the work has succeeded: what was left half done is known as ours.
  process_group jsonb,
  log text not null default '',
  created_at timestamptz not null default now(),
  -- When it was asked for, begun or ended.
  modified_at timestamptz not null default now(),
  primary key (kind, key)
);

create index work_waiting on work (next_attempt_at) where state = 'waiting';
create index work_running on work (lease_until) where state = 'running';

-- Releases that were under way, let go or had failed go on as work. Their input comes with the next run that asks for them.
insert into work (kind, key, state, message, retriable, failed_attempts, next_attempt_at, owner, fence, lease_until, process_group, created_at, modified_at)
select 'chart', cell_id || ' ' || repository_url || ' ' || chart,
  case when status = 'installing' then 'running' when status = 'failed' and not (retriable and attempts < 5) then 'failed' else 'waiting' end,
  message, retriable, case when status = 'failed' then attempts else 0 end, next_attempt_at,
  lease_holder, 1, lease_until, process_group, created_at, modified_at
from chart_releases where status <> 'deployed';

update chart_releases set status = 'pending' where status <> 'deployed';
alter table chart_releases drop constraint chart_releases_status_check;
alter table chart_releases add constraint chart_releases_status_check check (status in ('pending', 'deployed'));
alter table chart_releases drop column message, drop column retriable, drop column attempts, drop column next_attempt_at,
  drop column lease_holder, drop column lease_until, drop column process_group;
