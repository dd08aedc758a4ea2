-- Texts of mails that a provider has in place of Cellplane's.
create table mail_texts (
  org_id text references organizations on delete cascade,
  -- A kind of letter, such as ResetPassword.
  letter text,
  subject text not null,
  body text not null,
  modified_at timestamptz not null default now(),
  modified_by text not null,
  primary key (org_id, letter)
);
