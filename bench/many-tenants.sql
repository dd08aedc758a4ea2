-- Many tenants, made beside what is there: read by bench/people.ts and by e2e/query-plans.test.ts.
-- The oldest instance is the pattern. Its provider gets 10,000 customers with a user, a session and a subscription of each of its two newest plans, and 10,000
-- instances with a snapshot, an operation with a run, and two events of the audit trail each. Another provider, with a copy of the plans, gets a fifth of
-- that: what its customers have is what nobody else may read.
create temp table pattern as
  select i.provider_org_id as provider, i as instance, u.password_hash as hash
  from instances i join users u on u.org_id = i.provider_org_id order by i.created_at, u.created_at limit 1;

insert into organizations (id, service_provider_id, name) values ('org-second', 'sp-second', 'Second provider');
insert into users (id, org_id, email, name, password_hash, role_type, verified_at) values ('user-second', 'org-second', 'ops@second.example', 'Second', '', 'root', now());
insert into services (id, org_id, name, url_key) values ('s-second', 'org-second', 'Second product', 'second');
insert into environments (id, service_id, name, url_key, type, visibility) values ('se-second', 's-second', 'Dev', 'dev', 'DEV', 'PUBLIC');

create temp table offered as
  select p.id, e.id as environment, e.service_id as service, row_number() over (order by p.created_at desc, p.id) as number, s.org_id as provider
  from plans p join environments e on e.id = p.environment_id join services s on s.id = e.service_id, pattern
  where s.org_id = pattern.provider order by p.created_at desc, p.id limit 2;
insert into plans (id, environment_id, model_id, service_api_id, name, url_key)
  select 'pt-second' || n, 'se-second', 'sm-second' || n, 'sa-second' || n, 'Plan ' || n, 'plan-' || n from generate_series(1, 2) n;
insert into plan_versions (plan_id, number, status, spec, digest, compiled, released_by)
  select 'pt-second' || o.number, v.number, v.status, v.spec, v.digest, v.compiled, 'user-second' from plan_versions v join offered o on o.id = v.plan_id;
insert into plan_resources (id, plan_id, key, url_key)
  select 'r-second' || o.number || r.key, 'pt-second' || o.number, r.key, r.url_key from plan_resources r join offered o on o.id = r.plan_id;
insert into offered select 'pt-second' || n, 'se-second', 's-second', n, 'org-second' from generate_series(1, 2) n;

create temp table tenant as
  select n, lpad(n::text, 5, '0') as name, pattern.provider, now() - n * interval '1 minute' as since from generate_series(1, 10000) n, pattern
  union all select n, 'x' || lpad(n::text, 5, '0'), 'org-second', now() - n * interval '1 minute' from generate_series(1, 2000) n;

insert into organizations (id, name, provider_org_id, created_at) select 'org-' || name, 'Company ' || name, provider, since from tenant;
insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id, verified_at, created_at)
  select 'user-' || name, 'org-' || name, 'user-' || name || '@many.example', 'User ' || name, pattern.hash, 'root', tenant.provider, since, since
  from tenant, pattern;
insert into sessions (id, user_id, expires_at) select 'session-' || name, 'user-' || name, now() + interval '1 day' from tenant;
insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, created_at)
  select 'sub-' || name || '-' || number, 'org-' || name, provider, offered.id, 'user-' || name, since
  from tenant join offered using (provider);
insert into subscription_members (subscription_id, user_id, role_type)
  select 'sub-' || name || '-' || number, 'user-' || name, 'root' from tenant join offered using (provider);

insert into instances
  select made.* from tenant join offered using (provider) cross join pattern
  cross join lateral jsonb_populate_record(pattern.instance, jsonb_build_object('id', 'instance-many' || name, 'namespace', 'instance-many' || name,
    'provider_org_id', tenant.provider, 'org_id', 'org-' || name, 'subscription_id', 'sub-' || name || '-1', 'plan_id', offered.id,
    'service_id', offered.service, 'environment_id', offered.environment, 'status', 'RUNNING', 'created_by', 'user-' || name,
    'created_at', since, 'modified_at', since, 'deleted_at', null)) as made
  where offered.number = 1;
insert into operations (id, instance_id, kind, status, requested_by, created_at, finished_at)
  select 'op-' || name, 'instance-many' || name, 'create', 'succeeded', 'user-' || name, since, since from tenant;
insert into runs
  select made.* from tenant
  cross join (select r from pattern join runs r on r.subject = (pattern.instance).id order by r.created_at limit 1) first
  cross join lateral jsonb_populate_record(first.r, jsonb_build_object('id', 'submit-create-instance-many' || name, 'subject', 'instance-many' || name,
    'namespace', 'instance-many' || name, 'org_id', 'org-' || name, 'phase', 'Succeeded', 'data', (first.r).data || jsonb_build_object('operationId', 'op-' || name),
    'created_at', since, 'started_at', since, 'finished_at', since, 'due_at', null, 'owner', null, 'lease_until', null)) as made;
insert into snapshots (id, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, plan_version, resource_id, resource_key,
    cell_id, cloud_provider, region, network_type, source_instance_id, origin, status, taken_at, completed_at, parameters, sealed_parameters, created_by)
  select 'snap-' || right(i.id, -13), i.provider_org_id, i.org_id, i.subscription_id, i.service_id, i.environment_id, i.plan_id, i.plan_version, i.resource_id,
    i.resource_key, i.cell_id, i.cloud_provider, i.region, i.network_type, i.id, 'manual', 'COMPLETE', i.created_at, i.created_at, '{}', '', i.created_by
  from instances i where i.id like 'instance-many%';
insert into audit_events (id, provider_org_id, at, operation, source, user_id, org_id, service_id, environment_id, plan_id, instance_id,
    subscription_id, tenant_org_id, outcome, http_status, ended_at)
  select 'event-' || n || '-' || i.id, i.provider_org_id, i.created_at + n * interval '1 second', 'customerCreateInstance', 'Customer', i.created_by, i.org_id,
    i.service_id, i.environment_id, i.plan_id, i.id, i.subscription_id, i.org_id, 'succeeded', 200, i.created_at
  from instances i, generate_series(1, 2) n where i.id like 'instance-many%';

drop table tenant, offered, pattern;
analyze;
