-- The tries that a sign-in had counted when its password was right: given back once its second step is right, too.
alter table factor_challenges
  add column try_keys bytea[] not null default '{}',
  add column try_ends bigint[] not null default '{}',
  add constraint factor_challenges_tries_check check (cardinality(try_keys) = cardinality(try_ends));
