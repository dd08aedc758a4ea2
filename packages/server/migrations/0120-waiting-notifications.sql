-- Deliveries that have waited for too long are given up.
create index notification_deliveries_waiting on notification_deliveries (created_at) where status = 'PENDING';
