-- Where the session of a browser was refreshed beside where it was begun: a further address is news once (docs/audit.md).

alter table sessions add column other_addresses text[] not null default '{}';
