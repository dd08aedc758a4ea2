-- Invitations into subscriptions that are over are removed, a part at a time.
create index subscription_invitations_by_expiry on subscription_invitations (expires_at);
