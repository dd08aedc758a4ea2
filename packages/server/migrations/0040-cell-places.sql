-- Where instances can be in a cell: [{"cloudProvider", "region", "zones"}]. The first is cloud_provider and region.

alter table deployment_cells add column places jsonb not null default '[]';

-- Until now the names of places and networks were stored as they came, and changed nothing: every instance is in its cell's place, and public.
update instances i set cloud_provider = c.cloud_provider, region = c.region from deployment_cells c
  where c.id = i.cell_id and c.region <> '' and (lower(i.cloud_provider), lower(i.region)) is distinct from (lower(c.cloud_provider), lower(c.region));
update snapshots s set cloud_provider = c.cloud_provider, region = c.region from deployment_cells c
  where c.id = s.cell_id and c.region <> '' and (lower(s.cloud_provider), lower(s.region)) is distinct from (lower(c.cloud_provider), lower(c.region));
update instances set network_type = 'PUBLIC' where network_type <> 'PUBLIC';
update snapshots set network_type = 'PUBLIC' where network_type <> 'PUBLIC';
