-- A delete may say that the plan's final snapshot is not wanted; one that waits must not forget it.
alter table operations add column skip_final_snapshot boolean not null default false;
