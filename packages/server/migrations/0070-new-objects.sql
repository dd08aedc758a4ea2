-- Whether a run expects that none of the objects which it makes is there before. Runs of earlier versions read each object first.
alter table runs add column objects_are_new boolean not null default false;
