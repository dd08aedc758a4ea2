-- Requests with an Idempotency-Key: who asked for what with it, what it made (written with the effect), and how it was answered.

create table idempotency_keys (
  org_id text not null,
  user_id text not null,
  operation text not null,
  key text not null,
  -- SHA-256 of path, query and body: the same key with another request is refused.
  request_hash text not null,
  -- Whose claim it is: a claimant that was slow and lost it cannot commit.
  token text not null,
  effect jsonb,
  answer jsonb,
  claimed_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours',
  primary key (org_id, user_id, operation, key)
);

create index idempotency_keys_expiry on idempotency_keys (expires_at);
