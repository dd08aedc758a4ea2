-- What members of subscriptions are mailed about their instances (docs/notifications.md#customers), and what they want to be mailed.

create table news_preferences (
  user_id text not null references users on delete cascade,
  -- Null: of all subscriptions that they are a member of. A row for one subscription goes before that.
  subscription_id text references subscriptions on delete cascade,
  category text not null,
  mailed boolean not null,
  modified_at timestamptz not null default now(),
  constraint news_preferences_category check (category in ('failures', 'completed', 'maintenance', 'backups', 'limits'))
);

create unique index news_preferences_once on news_preferences (user_id, category, (coalesce(subscription_id, '')));
create index news_preferences_by_subscription on news_preferences (subscription_id) where subscription_id is not null;

-- A fact on its way to the members of a subscription, who are written to some at a time. The row goes when all have been.
create table member_news (
  id bigint generated always as identity primary key,
  -- Of the event that it was made of; null: of none.
  position bigint unique,
  subscription_id text not null references subscriptions on delete cascade,
  category text not null,
  -- What the mails say: type and payload of a letter. No secrets.
  letter text not null,
  payload jsonb not null,
  environment_type text not null check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL')),
  -- Everybody up to this user id has been written to.
  after_user text not null default '',
  failures int not null default 0,
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint member_news_category check (category in ('failures', 'completed', 'maintenance', 'backups', 'limits'))
);

create index member_news_due on member_news (due_at, id);
create index member_news_by_subscription on member_news (subscription_id);
