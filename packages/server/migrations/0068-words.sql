-- Every status, kind and type has one of the words that the program knows. The words are those of the constant arrays in the sources;
-- database/words.test.ts compares them. A later migration that adds a word replaces the constraint.

alter table instances
  add constraint instances_status_check check (status in ('DEPLOYING', 'RUNNING', 'FAILED', 'STOPPING', 'STOPPED', 'STARTING', 'RESTARTING',
    'SCALING_UP', 'SCALING_DOWN', 'DELETING', 'DELETED')),
  add constraint instances_environment_type_check check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL')),
  add constraint instances_network_type_check check (network_type in ('PUBLIC', 'INTERNAL'));

alter table operations
  add constraint operations_kind_check check (kind in ('create', 'modify', 'delete', 'start', 'stop', 'restart', 'addCapacity',
    'removeCapacity', 'backup', 'restore', 'deleteBackup', 'failover', 'upgrade', 'custom')),
  add constraint operations_requested_network_type_check check (requested_network_type in ('PUBLIC', 'INTERNAL'));

alter table instance_events
  add constraint instance_events_type_check check (type in ('NoGoodBackup', 'GoodBackup', 'MadeAnew', 'CellDiffers', 'CellAgrees'));

alter table snapshots
  add constraint snapshots_network_type_check check (network_type in ('PUBLIC', 'INTERNAL'));

alter table environments
  add constraint environments_type_check check (type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL'));

alter table secret
  add constraint secret_environment_type_check check (environment_type in ('DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL'));

alter table users
  add constraint users_role_type_check check (role_type in ('root'));

alter table run_events
  add constraint run_events_type_check check (type in ('WorkflowStepStarted', 'WorkflowStepCompleted', 'WorkflowStepFailed', 'WorkflowStepDebug'));
