-- How a session was begun, with the second factor if one was asked for. And of failed tries that are counted, for how long.

alter table sessions
  add column method text not null default 'PASSWORD' check (method in ('PASSWORD', 'PASSWORD_TOTP', 'PASSWORD_RECOVERY_CODE',
    'PASSWORD_PASSKEY', 'PASSKEY', 'SSO', 'API_KEY'));

update sessions set method = 'API_KEY' where api_key_id is not null;

alter table audit_events
  drop constraint audit_events_auth_method_check,
  add constraint audit_events_auth_method_check check (auth_method in ('', 'PASSWORD', 'PASSWORD_TOTP', 'PASSWORD_RECOVERY_CODE',
    'PASSWORD_PASSKEY', 'PASSKEY', 'SSO', 'API_KEY'));

alter table sign_in_attempts
  -- From the first failed try to the end.
  add column seconds integer not null default 60;
