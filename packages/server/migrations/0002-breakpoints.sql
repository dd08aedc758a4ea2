-- Where people want a run held, by place (`workflow`, `task:<name>`, `stage:<name>`): {id, event, status, hitAt}. Null: nowhere.
alter table runs add column breakpoints jsonb;
