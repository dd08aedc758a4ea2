-- Customers come by themselves: tokens that are mailed to them, what their organization says of itself, and accounts that go.

-- A token is random and kept as SHA-256 only. It works once, and for a short while.
create table user_tokens (
  hash bytea primary key,
  -- Null: made for an address that nobody has, so that the answer costs the same. It opens nothing.
  user_id text references users on delete cascade,
  purpose text not null check (purpose in ('verify', 'reset')),
  -- Of a sign-up: the password that counts once the address is confirmed by this very token.
  password_hash text not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index user_tokens_by_user on user_tokens (user_id, purpose, created_at);
create index user_tokens_by_end on user_tokens (expires_at);

alter table organizations
  -- What a portal shows of a provider: orgLogoURL, orgSupportEmail and the like.
  add column branding jsonb not null default '{}',
  add column address jsonb;

-- An account that was deleted keeps its id, for what it has done, and nothing else.
alter table users
  add column deleted_at timestamptz,
  add column modified_by text references users on delete set null;

create index users_of_provider on users (provider_org_id, created_at desc, id desc) where provider_org_id is not null and deleted_at is null;
