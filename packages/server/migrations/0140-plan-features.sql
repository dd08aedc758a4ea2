-- Features that a provider has enabled for a plan, beside those that its spec names. Of the hosting model, or of the plan for an audience.
create table plan_features (
  plan_id text not null references plans on delete cascade,
  level text not null check (level in ('model', 'tier')),
  feature text not null,
  scope text not null default '' check (scope in ('', 'INTERNAL', 'CUSTOMER')),
  configuration json not null,
  primary key (plan_id, level, feature, scope)
);
