-- What the use of a subscription may cost in a month, and whom that was told (docs/budgets.md).

create table budgets (
  id text primary key,
  subscription_id text not null references subscriptions on delete cascade,
  name text not null,
  -- In the currency of the plan's prices, a month.
  amount numeric not null check (amount > 0),
  -- Only instances with this tag; null: all of the subscription.
  tag_key text,
  tag_value text,
  -- At these parts of the amount, in per cent, its members are told.
  alert_percents int[] not null,
  -- They are told, too, when the month is expected to cost more than the amount.
  alert_expected boolean not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  -- When what was spent is looked at next.
  look_at timestamptz not null default now(),
  check ((tag_key is null) = (tag_value is null)),
  unique (subscription_id, name)
);
create index budgets_look_at on budgets (look_at);

-- What was told: once a month for each part of the amount.
create table budget_alerts (
  budget_id text not null references budgets on delete cascade,
  -- Its first day, UTC.
  month date not null,
  -- The part of the amount that was reached, in per cent; 0: more than the amount is expected.
  percent int not null,
  at timestamptz not null default now(),
  primary key (budget_id, month, percent)
);

do $$
declare words text;
begin
  select string_agg(quote_literal(word), ', ') into words from (
    select m[1] as word from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z-]+)''', 'g') m
    where c.conname = 'events_kind_check' and c.conrelid = 'events'::regclass
    union select unnest(array['budget-changed', 'budget-reached', 'budget-expected'])) w;
  execute 'alter table events drop constraint events_kind_check, add constraint events_kind_check check (kind in (' || words || '))';
end
$$;
