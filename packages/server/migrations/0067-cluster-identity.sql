-- Which cluster a cell is: the uid of its kube-system namespace, which a cluster keeps for life.
alter table deployment_cells
  -- '' until it was asked first.
  add column cluster_uid text not null default '',
  -- While its address leads to another cluster than that: which. Nothing is sent there then.
  add column other_cluster_uid text not null default '';
