-- Channels that carry events to a provider's people, and what they have carried (docs/notifications.md).

-- What an event means to a provider's people, as it was when the event was read: names may change later.
create table notices (
  id text primary key,
  provider_org_id text not null references organizations on delete cascade,
  -- Of the event that it was made of.
  position bigint not null unique,
  event_type text not null,
  category text not null,
  alert_type text not null,
  priority text not null,
  -- Null, like all that follows, where it is about something that has none.
  environment_type text check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL')),
  environment_id text,
  service_id text,
  service_name text,
  plan_id text,
  plan_name text,
  plan_version text,
  instance_id text,
  resource_name text,
  payload jsonb not null,
  at timestamptz not null,
  constraint notices_alert_type check (alert_type in ('Alarm', 'Notification')),
  constraint notices_priority check (priority in ('Critical', 'High', 'Medium', 'Low')),
  constraint notices_category check (category in ('InstanceEvent', 'ServiceEvent', 'UserEvent', 'IdentityProviderEvent'))
);

create index notices_by_time on notices (provider_org_id, at desc, id desc);
create index notices_by_instance on notices (instance_id, at desc, id desc) where instance_id is not null;
create index notices_by_age on notices (at);

create table notification_channels (
  id text primary key,
  provider_org_id text not null references organizations on delete cascade,
  name text not null,
  channel_type text not null check (channel_type in ('email', 'webhook', 'slack', 'pagerDuty')),
  -- Which notices it takes: lists of words; an empty list takes all.
  subscription jsonb not null,
  -- Where it sends to: addresses, headers, keys.
  sealed_target bytea not null,
  sealed_signing_secret bytea,
  -- Signs beside the present one until then.
  sealed_former_secret bytea,
  former_valid_until timestamptz,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);

create unique index notification_channels_by_name on notification_channels (provider_org_id, lower(name));

-- One notice on its way to one channel.
create table notification_deliveries (
  id text primary key,
  channel_id text not null references notification_channels on delete cascade,
  -- Null: a test.
  notice_id text,
  -- The delivery that it repeats, because somebody asked for it.
  replay_of text,
  body jsonb not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'FAILED')),
  -- Begun ones; counted before anything is sent.
  attempts int not null default 0,
  due_at timestamptz not null default now(),
  -- Who sends holds the lease; each claim has a number of its own, which what it writes carries.
  lease_until timestamptz,
  fence bigint not null default 0,
  -- What the last attempt came to.
  status_code int,
  answer text,
  error text,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);

create unique index notification_deliveries_once on notification_deliveries (channel_id, notice_id) where replay_of is null;
create index notification_deliveries_due on notification_deliveries (channel_id, due_at) where status = 'PENDING';
create index notification_deliveries_history on notification_deliveries (channel_id, created_at desc, id desc);
create index notification_deliveries_ended on notification_deliveries (ended_at) where ended_at is not null;
