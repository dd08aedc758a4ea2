-- Customers beside providers, and who may do what. A customer is an organization with a provider; an e-mail address is one user of a
-- provider's own people, and one of each provider's customers.

alter table organizations
  -- Whose customer it is. Null: a provider.
  add column provider_org_id text references organizations,
  add column url text not null default '',
  add column description text not null default '',
  add constraint organizations_not_both check (service_provider_id is null or provider_org_id is null);

create index organizations_by_provider on organizations (provider_org_id, created_at desc, id) where provider_org_id is not null;

alter table users
  -- As its organization's. Null: a provider's own people.
  add column provider_org_id text references organizations,
  add column attributes jsonb not null default '{}',
  -- Null: whoever made the account has not shown that mail to the address reaches them.
  add column verified_at timestamptz,
  add column suspended_at timestamptz,
  drop constraint users_role_type_check,
  add constraint users_role_type_check check (role_type in ('root', 'admin', 'editor', 'reader', 'service_editor', 'service_reader',
    'service_operator'));

update users set verified_at = created_at;

drop index users_by_email;
create unique index users_by_email on users (lower(email), coalesce(provider_org_id, ''));

-- Roles of a provider's people that are given for single products.
create table user_product_roles (
  user_id text not null references users on delete cascade,
  service_id text not null references services on delete cascade,
  role_type text not null check (role_type in ('service_editor', 'service_reader', 'service_operator')),
  created_at timestamptz not null default now(),
  primary key (user_id, service_id)
);

create index user_product_roles_by_service on user_product_roles (service_id);

-- Which customers may use a subscription, with which role; the root is whoever has it. A provider's people reach those of their own
-- organization by their role in it.
create table subscription_members (
  subscription_id text not null references subscriptions on delete cascade,
  user_id text not null references users on delete cascade,
  role_type text not null check (role_type in ('root', 'admin', 'editor', 'reader')),
  invited_by text references users on delete set null,
  created_at timestamptz not null default now(),
  primary key (subscription_id, user_id)
);

create index subscription_members_by_user on subscription_members (user_id);

insert into subscription_members (subscription_id, user_id, role_type, created_at)
select id, root_user_id, 'root', created_at from subscriptions where org_id <> provider_org_id;
