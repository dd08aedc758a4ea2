-- What a customer says to the provider where they ask for a subscription.
alter table subscription_requests add column message text not null default '';
