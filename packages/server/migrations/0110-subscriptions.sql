-- What a customer and a provider agree on: a subscription of a plan, asked for where the provider wants to approve it first.

alter table subscriptions
  -- What it began with: the version that was preferred, its price and its limit. Later versions of the plan don't change it.
  add column terms jsonb not null default '{}',
  add column external_payer_id text not null default '',
  add column allow_creates_without_payment boolean not null default true,
  -- Who changed it last; null: nobody but the platform.
  add column updated_by text references users on delete set null;

-- A customer has a plan once at a time.
create unique index subscriptions_live on subscriptions (org_id, plan_id) where not is_default and status in ('ACTIVE', 'SUSPENDED');
create index subscriptions_by_plan on subscriptions (plan_id, created_at desc, id);

create table subscription_requests (
  id text primary key,
  org_id text not null references organizations on delete cascade,
  provider_org_id text not null references organizations,
  plan_id text not null references plans on delete cascade,
  user_id text not null references users on delete cascade,
  status text not null default 'PENDING' check (status in ('PENDING', 'APPROVED', 'DENIED', 'CANCELLED')),
  -- What came of it.
  subscription_id text references subscriptions on delete set null,
  updated_by text references users on delete set null,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);

create unique index subscription_requests_pending on subscription_requests (org_id, plan_id) where status = 'PENDING';
create index subscription_requests_by_user on subscription_requests (user_id, created_at desc, id);
create index subscription_requests_by_plan on subscription_requests (plan_id, created_at desc, id);

-- Adds the words to those that there are, whatever migration came before.
do $$
declare words text;
begin
  select string_agg(quote_literal(word), ', ') into words from (
    select m[1] as word from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z-]+)''', 'g') m
    where c.conname = 'events_kind_check' and c.conrelid = 'events'::regclass
    union select unnest(array['subscription-requested', 'subscription-request-approved', 'subscription-request-denied',
      'subscription-request-cancelled', 'subscription-suspended', 'subscription-resumed', 'subscription-terminated'])) w;
  execute 'alter table events drop constraint events_kind_check, add constraint events_kind_check check (kind in (' || words || '))';
end
$$;
