-- What was seen of a task's object each time that this changed what its gate comes to: so that each moment of a run can be shown later.
-- Everything in it is masked; of the object only its status is kept, and not where it is large.
create table run_observations (
  id bigint generated always as identity primary key,
  run_id text not null references runs on delete cascade,
  node_id text not null,
  at timestamptz not null,
  -- {state, reason, success, failure}: the gates with the values that they had then.
  verdict jsonb not null,
  -- {resourceVersion, generation, gone, status}
  object jsonb not null
);
create index run_observations_by_run on run_observations (run_id, node_id, id);
