-- Who is invited into a subscription: by address, whether or not somebody has it. It becomes a membership when that person signs in, so that
-- nothing tells before whether the address is known.
create table subscription_invitations (
  id text primary key,
  subscription_id text not null references subscriptions on delete cascade,
  -- Of this provider's customers.
  provider_org_id text not null references organizations,
  -- In lower case.
  email text not null,
  role_type text not null check (role_type in ('root', 'admin', 'editor', 'reader')),
  invited_by text references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  unique (subscription_id, email)
);

create index subscription_invitations_by_email on subscription_invitations (email, provider_org_id);

-- Adds the words to those that there are, whatever migration came before.
do $$
declare words text;
begin
  select string_agg(quote_literal(word), ', ') into words from (
    select m[1] as word from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z-]+)''', 'g') m
    where c.conname = 'events_kind_check' and c.conrelid = 'events'::regclass
    union select unnest(array['subscription-changed', 'member-invited', 'member-joined', 'member-changed', 'member-removed'])) w;
  execute 'alter table events drop constraint events_kind_check, add constraint events_kind_check check (kind in (' || words || '))';
end
$$;
