-- Guesses at passwords and keys are counted here, for all copies of the program together.

-- One row for each thing that is counted: a name, an address, a name at an address. A guess is counted before it is tried, and taken back if
-- it was right. Expired rows are removed; none is ever removed to make room.
create table sign_in_attempts (
  -- SHA-256 of what is counted: whatever a stranger sends takes the same room.
  key bytea primary key,
  tries integer not null,
  -- How many are allowed until then.
  allowed integer not null,
  until timestamptz not null
);

create index sign_in_attempts_by_end on sign_in_attempts (until);

-- Where users have signed in from: they are let in there while strangers guess at their name, and before names that nobody knows.
create table sign_in_addresses (
  user_id text not null references users on delete cascade,
  address text not null,
  last_at timestamptz not null default now(),
  primary key (user_id, address)
);

create index sign_in_addresses_by_time on sign_in_addresses (last_at);

-- Old sessions are removed a part at a time.
create index sessions_by_end on sessions (ended_at) where ended_at is not null;
