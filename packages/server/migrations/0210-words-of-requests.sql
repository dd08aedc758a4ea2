-- What the provider writes with the answer to a request for a subscription.
alter table subscription_requests add column answer text not null default '';
