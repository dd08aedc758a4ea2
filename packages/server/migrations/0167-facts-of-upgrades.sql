-- That upgrade paths are halted and end is told as an event, too. Adds the words to those that there are, whatever migration came before.
do $$
declare words text;
begin
  select string_agg(quote_literal(word), ', ') into words from (
    select m[1] as word from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z-]+)''', 'g') m
    where c.conname = 'events_kind_check' and c.conrelid = 'events'::regclass
    union select unnest(array['upgrade-path-started', 'upgrade-path-halted', 'upgrade-path-ended'])) w;
  execute 'alter table events drop constraint events_kind_check, add constraint events_kind_check check (kind in (' || words || '))';
end
$$;
