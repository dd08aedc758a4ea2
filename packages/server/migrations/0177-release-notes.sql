-- What a provider says of a plan version to those who may upgrade to it.
alter table plan_versions add column release_notes text not null default '';
