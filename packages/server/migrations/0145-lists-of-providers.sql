-- What a provider lists and searches: its own, newest first, whatever others have.
create index subscriptions_by_provider on subscriptions (provider_org_id, created_at desc, id desc);
create index users_by_provider on users (provider_org_id) where provider_org_id is not null;
create index snapshots_by_provider on snapshots (provider_org_id, taken_at desc) where deleted_at is null;
