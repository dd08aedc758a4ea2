-- Runs, counts and requests of one product or environment, deleted instances included.
create index instances_ever_of_place on instances (service_id, environment_id);
create index subscription_requests_of_provider on subscription_requests (provider_org_id, created_at desc, id desc);
