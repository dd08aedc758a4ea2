-- Second factors of people: authenticator apps (TOTP), passkeys, recovery codes. And what a sign-in waits for between its two steps.

create table factors (
  id text primary key,
  user_id text not null references users on delete cascade,
  kind text not null check (kind in ('TOTP', 'PASSKEY')),
  name text not null,
  created_at timestamptz not null default now(),
  -- Null: it counts for nothing yet.
  confirmed_at timestamptz,
  last_used_at timestamptz,
  -- Of an app: its key, encrypted, and the half minute of the last code that was taken. No code of it or before it is taken again.
  sealed_secret bytea,
  last_step bigint,
  -- Of a passkey: what the authenticator calls it, its public key, how often it has signed, and the site that it is for.
  credential_id text unique,
  public_key bytea,
  sign_count bigint not null default 0,
  transports text[] not null default '{}',
  rp_id text not null default '',
  check ((kind = 'TOTP') = (sealed_secret is not null)),
  check (kind = 'PASSKEY' or credential_id is null),
  check (kind = 'TOTP' or (confirmed_at is null) = (credential_id is null)),
  check ((credential_id is null) = (public_key is null))
);

create index factors_by_user on factors (user_id);

-- As SHA-256 only: each is random and used once.
create table recovery_codes (
  user_id text not null references users on delete cascade,
  hash bytea not null,
  used_at timestamptz,
  primary key (user_id, hash)
);

-- What was asked of somebody, and is answered once. The key is the hash of the token that was given out, and what an authenticator signs.
create table factor_challenges (
  hash bytea primary key,
  -- Null: nobody in particular, who signs in with a passkey.
  user_id text references users on delete cascade,
  purpose text not null check (purpose in ('SECOND_STEP', 'PASSKEY', 'NEW_PASSKEY')),
  -- Of a new passkey: which one.
  factor_id text references factors on delete cascade,
  tries integer not null default 0,
  expires_at timestamptz not null,
  check ((user_id is null) = (purpose = 'PASSKEY')),
  check ((factor_id is null) = (purpose <> 'NEW_PASSKEY'))
);

create index factor_challenges_by_user on factor_challenges (user_id);
create index factor_challenges_by_expiry on factor_challenges (expires_at);

-- Of a provider: its own people need a second factor to do anything.
alter table organizations add column second_factor_required boolean not null default false;

-- As sessions do (migration 0051), what was half begun with a password ends with it, and with its user. Of who goes for good, the factors go.
create function end_factors_of_user() returns trigger language plpgsql as $$
begin
  delete from factor_challenges where user_id = new.id;
  if new.deleted_at is not null or new.removed_at is not null then
    delete from factors where user_id = new.id;
    delete from recovery_codes where user_id = new.id;
  end if;
  return null;
end
$$;

create trigger factors_end_with_user after update of password_hash, status, deleted_at, removed_at on users
  for each row when (old.password_hash is distinct from new.password_hash or (old.status = 'ACTIVE' and new.status <> 'ACTIVE')
    or (old.deleted_at is null and new.deleted_at is not null) or (old.removed_at is null and new.removed_at is not null))
  execute function end_factors_of_user();
