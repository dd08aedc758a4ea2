-- The audit trail of one product, or of one of its environments.
create index audit_events_by_service on audit_events (service_id, at desc, id desc) where service_id <> '';
create index audit_events_by_environment on audit_events (environment_id, at desc, id desc) where environment_id <> '';
