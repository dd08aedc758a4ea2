-- A customer who was told of an upgrade is told that it does not happen.
alter table instance_upgrades drop constraint instance_upgrades_letter_kind_check;
alter table instance_upgrades
  add constraint instance_upgrades_letter_kind_check check (letter_kind in ('SCHEDULED', 'COMPLETED', 'CANCELLED'));
