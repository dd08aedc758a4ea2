-- What customers list: their own instances and snapshots, of one subscription or of all.
create index instances_by_org on instances (org_id, created_at desc) where deleted_at is null;
create index snapshots_by_org on snapshots (org_id, taken_at desc) where deleted_at is null;
create index snapshots_by_subscription on snapshots (subscription_id, taken_at desc) where deleted_at is null;
