-- Whoever holds a client of a cell compares this: it is raised whenever the cell's address or credentials change.
alter table deployment_cells add column access_version integer not null default 1;

-- Each cell is watched by some process, whether or not a run waits there: its watcher also checks its health.
insert into cell_watchers (cell_id, lease_until) select id, now() - interval '1 second' from deployment_cells on conflict (cell_id) do nothing;

-- When a process that does not work on runs last checked a cell that nobody watches.
alter table cell_watchers add column checked_at timestamptz;
