-- A session ends with what it was begun by: the user's password, the user, or the API key. In the transaction that changes it, whoever
-- does: a statement of this program or one that somebody types.

alter table sessions add column api_key_id text references api_keys on delete cascade;

create index sessions_by_api_key on sessions (api_key_id) where api_key_id is not null;
create index sessions_open_by_user on sessions (user_id, created_at) where ended_at is null;

create function end_sessions_of_user() returns trigger language plpgsql as $$
begin
  update sessions set ended_at = now() where user_id = new.id and ended_at is null;
  return null;
end
$$;

create trigger sessions_end_with_user after update of password_hash, status on users
  for each row when (old.password_hash is distinct from new.password_hash or (old.status = 'ACTIVE' and new.status <> 'ACTIVE'))
  execute function end_sessions_of_user();

create function end_sessions_of_api_key() returns trigger language plpgsql as $$
begin
  update sessions set ended_at = now() where api_key_id = new.id and ended_at is null;
  return null;
end
$$;

create trigger sessions_end_with_api_key after update of revoked_at on api_keys
  for each row when (old.revoked_at is null and new.revoked_at is not null)
  execute function end_sessions_of_api_key();
