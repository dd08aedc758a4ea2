-- When an instance was restored into: the few operations among the many that say to which life a snapshot belongs.
create index operations_restores on operations (instance_id, created_at) where kind = 'restore';
