-- That something which pages show has changed is told as an event, where no other one says it. Adds the word to those that there are,
-- whatever migration came before.
do $$
declare words text;
begin
  select string_agg(quote_literal(word), ', ') into words from (
    select m[1] as word from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z-]+)''', 'g') m
    where c.conname = 'events_kind_check' and c.conrelid = 'events'::regclass
    union select 'thing-changed') w;
  execute 'alter table events drop constraint events_kind_check, add constraint events_kind_check check (kind in (' || words || '))';
end
$$;
