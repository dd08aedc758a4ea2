-- Mails that are to be sent. A row is written in the transaction of what it tells, and sent afterwards: by the server through SMTP, or by
-- a portal that takes it from the list of events.
create table mails (
  id text primary key,
  -- Whose people write.
  provider_org_id text not null references organizations,
  -- Whom it is for, if they have an account.
  user_id text references users on delete set null,
  recipient text not null,
  -- The provider's own people, or customers: only the latter's mails are a portal's to send.
  audience text not null check (audience in ('provider', 'customer')),
  -- Which text it is.
  letter text not null,
  environment_type text not null default 'PROD' check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL')),
  -- What the text says. Sealed: it may hold a token that sets a password.
  sealed_payload bytea not null,
  -- WITHHELD: nobody may get it (no such account, or too many of a kind within an hour); written so that the answer costs the same.
  -- TAKEN: a portal has sent it.
  status text not null default 'WAITING' check (status in ('WAITING', 'SENT', 'FAILED', 'TAKEN', 'WITHHELD')),
  failures integer not null default 0,
  -- Of the last failure, or why it is withheld.
  message text not null default '',
  -- When it is tried next; while somebody tries, when another may.
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);

create index mails_due on mails (due_at) where status = 'WAITING';
create index mails_by_provider on mails (provider_org_id, created_at desc, id desc);
create index mails_by_recipient on mails (recipient, letter, created_at);
create index mails_by_user on mails (user_id) where user_id is not null;
create index mails_by_age on mails (created_at);
