-- Copies of an instance ($1), so many ($2), each with so many runs ($3) of the last 100 days that are copies of its own, one after the
-- other, with their tasks, stages, events and operations. What they stand on was compared with their cell.
with places as (
  select n, 'instance-past' || lpad(n::text, 6, '0') as id from generate_series(1, $2::int) n
), made as (
  insert into instances select (jsonb_populate_record(i, jsonb_build_object('id', p.id, 'namespace', p.id, 'objects_until', now(),
    'created_at', now() - interval '100 days'))).* from instances i, places p where i.id = $1
), sources as (
  select r.*, row_number() over (order by created_at) - 1 as place, count(*) over () as count from runs r where subject = $1
), copies as materialized (
  select p.id as instance_id, s.id as source, s.data->>'operationId' as operation, 'submit-past-' || p.id || '-' || lpad(k::text, 6, '0') as id,
    'op-past-' || p.id || '-' || k as operation_id, now() - interval '100 days' + (k::float8 / $3::int) * interval '99 days' as at
  from places p, generate_series(0, $3::int - 1) k join sources s on s.place = case when k < s.count then k else 1 + (k - 1) % (s.count - 1) end
), ran as (
  insert into runs select (jsonb_populate_record(r, jsonb_build_object('id', c.id, 'subject', c.instance_id, 'created_at', c.at, 'started_at', c.at,
    'finished_at', c.at + interval '10 seconds', 'data', r.data || jsonb_build_object('operationId', c.operation_id)))).*
  from copies c join runs r on r.id = c.source
), tasks as (
  insert into run_tasks select (jsonb_populate_record(t, jsonb_build_object('run_id', c.id))).* from copies c join run_tasks t on t.run_id = c.source
), stages as (
  insert into run_stages select (jsonb_populate_record(s, jsonb_build_object('run_id', c.id))).* from copies c join run_stages s on s.run_id = c.source
), told as (
  insert into run_events (run_id, at, type, step, node_id, message, details)
  select c.id, c.at, e.type, e.step, e.node_id, e.message, e.details from copies c join run_events e on e.run_id = c.source
)
insert into operations select (jsonb_populate_record(o, jsonb_build_object('id', c.operation_id, 'instance_id', c.instance_id, 'run_id', c.id,
  'created_at', c.at, 'finished_at', c.at + interval '10 seconds'))).*
from copies c join operations o on o.id = c.operation
