-- Kinds whose watch the cell's API server refuses, by `apiVersion|kind`: {"message": …, "since": ISO time}. The cell answers; only
-- these kinds are not seen by a watch.
alter table cell_watchers add column refused jsonb not null default '{}';
