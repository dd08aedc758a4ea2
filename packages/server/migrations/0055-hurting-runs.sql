-- A run that hurts whoever works on it (its step does not come back, or takes the process with it) is not taken up for ever.

alter table runs
  -- Ownerships in a row that ended without letting go.
  add column taken_over integer not null default 0,
  -- What its owner is at just now, written before it begins where there is a reason for doubt; left behind by one that did not come back.
  add column at_step text,
  -- So many owners in a row were at this step when they ended.
  add column strikes integer not null default 0,
  add column struck_at text;
