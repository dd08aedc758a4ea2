-- The people of a provider are invited. What an invited person proves it with is computed from the row and the master key, and kept nowhere.

create table invitations (
  id text primary key,
  org_id text not null references organizations,
  -- The id that the user will have; of somebody who comes back, the one that they had.
  user_id text not null,
  email text not null,
  role_type text not null check (role_type in ('root', 'admin', 'editor', 'reader', 'service_editor', 'service_reader', 'service_operator')),
  -- Products that the role is for, if it is for single ones.
  service_ids text[] not null default '{}',
  invited_by text references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);

create unique index invitations_open on invitations (org_id, lower(email)) where accepted_at is null and revoked_at is null;

alter table users
  add column invited_at timestamptz,
  -- Of one of a provider's people: not any more. What they have done keeps their name.
  add column removed_at timestamptz;
