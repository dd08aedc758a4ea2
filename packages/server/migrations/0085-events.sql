-- Domain facts: written in the transaction that makes them true, read by followers (docs/events.md).
create table events (
  -- In the order of writing; becomes visible in the order of commits, so nobody reads by it.
  id bigint generated always as identity primary key,
  -- Whom it is about: the id of an instance, plan or subscription.
  subject text not null,
  kind text not null check (kind in (
    'instance-created', 'instance-status-changed', 'instance-deleted',
    'operation-started', 'operation-retried', 'operation-ended', 'step-started', 'step-ended',
    'snapshot-started', 'snapshot-taken', 'snapshot-failed', 'snapshot-removed',
    'plan-version-released', 'subscription-made')),
  -- Of the payload's form.
  version int not null check (version > 0),
  payload jsonb not null,
  at timestamptz not null default clock_timestamp(),
  -- The place in the one order in which followers read. Given after the commit, by one process at a time; null until then.
  position bigint unique
);

create index events_without_position on events (id) where position is null;

-- One row: the last position that was given. Whoever gives positions holds it.
create table event_head (
  only_row boolean primary key default true check (only_row),
  position bigint not null default 0
);

insert into event_head default values;

-- How far each follower has come. Who handles events for it holds the row.
create table event_followers (
  name text primary key,
  position bigint not null default 0,
  -- Failures in a row at the event after `position`, why, and when it is tried again.
  failures int not null default 0,
  message text not null default '',
  retry_at timestamptz,
  -- When a program that has this follower was last there. One that nobody has had for long keeps no events.
  seen_at timestamptz not null default now()
);
