-- When the instances of a customer may be upgraded: of one subscription, or of all that an organization has from a provider.
create table maintenance_windows (
  provider_org_id text not null,
  -- The id of a subscription or of an organization.
  subject text not null,
  -- 1 Monday … 7 Sunday, the day on which a window begins.
  weekdays integer[] not null check (cardinality(weekdays) between 1 and 7 and weekdays <@ array[1, 2, 3, 4, 5, 6, 7]),
  start_minute integer not null check (start_minute between 0 and 1439),
  minutes integer not null check (minutes between 15 and 1440),
  time_zone text not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (provider_org_id, subject)
);
