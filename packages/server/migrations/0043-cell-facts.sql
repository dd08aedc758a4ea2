-- What only the owner of the installation knows of a cell: a tree in the shape of $sys (docs/system-parameters.md).
alter table deployment_cells add column facts jsonb not null default '{}';
-- The facts are those of CELLPLANE_CELL_FACTS, and are changed there.
alter table deployment_cells add column facts_from_file boolean not null default false;
-- As in a kubeconfig (base64); empty where it has none. It is public.
alter table deployment_cells add column ca_certificate text not null default '';
