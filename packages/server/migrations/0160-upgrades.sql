-- An upgrade asks for another plan version, too, and keeps what counted before it, so that it can be taken back.
alter table operations
  -- Null with requested_parameters: rows of programs that knew no upgrades; the version of the instance is meant.
  add column requested_plan_version text,
  add column previous_plan_version text,
  add column previous_parameters json,
  add column sealed_previous bytea,
  add column previous_network_type text,
  add constraint operations_previous check (
    num_nulls(previous_plan_version, previous_parameters, sealed_previous, previous_network_type) in (0, 4));

update operations o set requested_plan_version = i.plan_version from instances i
where i.id = o.instance_id and o.requested_parameters is not null;
