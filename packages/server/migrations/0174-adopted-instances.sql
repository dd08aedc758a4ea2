-- Instances that were made of what ran already (docs/adopt.md): their namespace was somebody's before, and stays when they are deleted.
alter table instances add column adopted boolean not null default false;

-- A namespace of a cell is one instance's.
create unique index instances_namespace on instances (cell_id, namespace) where deleted_at is null;
