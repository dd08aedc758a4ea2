-- Signing in with an identity provider (docs/sso.md).

create table identity_providers (
  id text primary key,
  org_id text not null references organizations,
  provider_type text not null check (provider_type in ('Google', 'GitHub', 'Microsoft Entra', 'Amazon Cognito', 'Okta', 'Auth0', 'Keycloak', 'OIDC')),
  name text not null,
  -- Whom it lets in: the organization's customers, or its own people.
  audience text not null default 'customers' check (audience in ('customers', 'people')),
  -- Of OpenID Connect: the address that its tokens name, and where the rest is found by discovery. Empty: OAuth without it.
  issuer text not null default '',
  authorization_endpoint text not null default '',
  token_endpoint text not null default '',
  user_info_endpoint text not null default '',
  client_id text not null,
  -- Sealed with the master key.
  client_secret bytea not null,
  scopes text not null,
  -- In lower case. None: addresses of whatever domain.
  email_domains text[] not null default '{}',
  -- Null: portals of every type.
  environment_type text check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL')),
  button_text text not null default '',
  button_icon_url text not null default '',
  -- Where it may send people back to, beside the portal and programs on the person's own machine.
  redirect_urls text[] not null default '{}',
  -- People who have no account get one.
  creates_users boolean not null default true,
  -- Its word for an address of these domains counts where it does not say whether the address is verified.
  trusts_email boolean not null default false,
  groups_claim text not null default 'groups',
  -- Of people: group → role, and the role of whoever is in none of these groups; null: they are not let in.
  group_roles jsonb not null default '{}',
  default_role_type text check (default_role_type in ('admin', 'editor', 'reader')),
  is_disabled boolean not null default false,
  -- As it was last verified.
  status text not null default 'PENDING' check (status in ('PENDING', 'READY', 'FAILED')),
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  modified_by text references users on delete set null,
  -- Addresses that are believed without proof are those of domains that somebody has named.
  constraint identity_providers_trust check (not trusts_email or email_domains <> '{}'),
  constraint identity_providers_people check (audience = 'customers' or email_domains <> '{}')
);

create unique index identity_providers_by_name on identity_providers (org_id, lower(name));

-- Who somebody is for an identity provider. An address may be given to another person there; the subject is not.
create table user_identities (
  identity_provider_id text not null references identity_providers on delete cascade,
  subject text not null,
  user_id text not null references users on delete cascade,
  created_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  primary key (identity_provider_id, subject)
);

create unique index user_identities_by_user on user_identities (user_id, identity_provider_id);

-- A sign-in that was begun is a signed text in its client's hands. It counts once: its hash is kept until it would be over anyway.
create table used_sign_in_states (
  hash bytea primary key,
  expires_at timestamptz not null
);

create index used_sign_in_states_by_end on used_sign_in_states (expires_at);

alter table sessions add column identity_provider_id text references identity_providers on delete cascade;
create index sessions_by_identity_provider on sessions (identity_provider_id) where identity_provider_id is not null;

alter table users
  -- Made by a sign-in with it: as long as it is there, the account has no password that would open it without it.
  add column identity_provider_id text references identity_providers on delete set null,
  add constraint users_without_password check (identity_provider_id is null or password_hash = '');
create index users_by_identity_provider on users (identity_provider_id) where identity_provider_id is not null;

create function end_sessions_of_identity_provider() returns trigger language plpgsql as $$
begin
  update sessions set ended_at = now() where identity_provider_id = new.id and ended_at is null;
  return null;
end
$$;

create trigger sessions_end_with_identity_provider after update of is_disabled on identity_providers
  for each row when (new.is_disabled and not old.is_disabled)
  execute function end_sessions_of_identity_provider();
