-- Copies of an instance ($1), so many ($2), as the lists of the web application show them: half have a name, long ones and one that is
-- read from right to left among them; some are stopped, and each fiftieth has failed.
insert into instances select (jsonb_populate_record(i, jsonb_build_object('id', 'instance-many' || n, 'namespace', 'instance-many' || n,
  'objects_until', now(), 'created_at', now() - n * interval '37 minutes', 'deletion_protection', n % 10 = 0,
  'status', case when n % 50 = 0 then 'FAILED' when n % 7 = 0 then 'STOPPED' else 'RUNNING' end,
  'status_message', case when n % 50 = 0 then 'create failed: the image registry.example/postgres:17 cannot be pulled: 403 Forbidden' else '' end,
  'tags', case when n % 40 = 1 then '[{"key":"name","value":"قاعدة بيانات الطلبات"}]'::jsonb
    when n % 40 = 2 then '[{"key":"name","value":"orders-database-of-the-shop-in-the-north-of-the-country-replica"}]'::jsonb
    when n % 2 = 0 then jsonb_build_array(jsonb_build_object('key', 'name', 'value', 'orders-' || n), jsonb_build_object('key', 'team', 'value', 'shop'))
    else '[]'::jsonb end))).*
from instances i, generate_series(1, $2::int) n where i.id = $1
