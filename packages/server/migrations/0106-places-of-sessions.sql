-- Where a session was begun, and when it was last used: shown to its user, who ends what they don't know.

alter table sessions
  add column address text not null default '',
  add column user_agent text not null default '',
  -- To some minutes.
  add column last_used_at timestamptz not null default now();

update sessions s set last_used_at = coalesce((select max(t.created_at) from refresh_tokens t where t.session_id = s.id), s.created_at);
