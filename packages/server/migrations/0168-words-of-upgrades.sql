-- The network that an instance had before an upgrade is called by the words of the program.
alter table operations add constraint operations_previous_network_type_check check (previous_network_type in ('PUBLIC', 'INTERNAL'));
