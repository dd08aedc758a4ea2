-- Organizations, their users, sessions and API keys. Passwords are scrypt PHC strings; refresh tokens and API keys are kept as SHA-256 only.

create table organizations (
  id text primary key,
  -- Present if the organization offers services.
  service_provider_id text unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table users (
  id text primary key,
  org_id text not null references organizations,
  email text not null,
  name text not null,
  -- Empty: this user cannot sign in with a password.
  password_hash text not null default '',
  role_type text not null,
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'NOT_ENABLED')),
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now()
);

create unique index users_by_email on users (lower(email));
create index users_by_org on users (org_id);

-- A session is a chain of refresh tokens, each used once. Using one a second time ends the session.
create table sessions (
  id text primary key,
  user_id text not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);

create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

create table refresh_tokens (
  hash bytea primary key,
  session_id text not null references sessions on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz
);

create index refresh_tokens_by_session on refresh_tokens (session_id);

create table api_keys (
  id text primary key,
  user_id text not null references users on delete cascade,
  name text not null,
  -- First characters of the key, for people.
  prefix text not null,
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
