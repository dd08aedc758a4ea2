-- An API key has a role of its own: a session that is begun with it has the lower one of this and of what its maker's role is by then.

alter table api_keys
  add column org_id text references organizations,
  add column role_type text check (role_type in ('admin', 'editor', 'reader', 'service_editor', 'service_reader', 'service_operator')),
  add column description text not null default '',
  -- The last sign-in.
  add column last_used_at timestamptz,
  add column revoked_by text references users on delete set null;

update api_keys k set
  org_id = u.org_id,
  role_type = case when u.role_type = 'root' then 'admin' else u.role_type end,
  -- From now on a name is of one key of the organization.
  name = case when exists (
    select 1 from api_keys o join users ou on ou.id = o.user_id
    where ou.org_id = u.org_id and lower(o.name) = lower(k.name) and o.id < k.id) then k.name || ' (' || k.id || ')' else k.name end
from users u where u.id = k.user_id;

alter table api_keys alter column org_id set not null, alter column role_type set not null;

create unique index api_keys_by_name on api_keys (org_id, lower(name));
create index api_keys_by_org on api_keys (org_id, created_at desc, id);
create index api_keys_by_user on api_keys (user_id);
