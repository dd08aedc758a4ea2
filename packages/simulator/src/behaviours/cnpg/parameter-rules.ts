import { type FieldProblem, invalidValue } from '../../api/status.js';
import { arrayAt, at, isObject, objectAt } from '../../json.js';
import { quantityInNano } from '../../schema/quantity.js';
import type { Stored } from '../../store/store.js';
import { majorOfCluster } from './image.js';

const FIELD = 'spec.postgresql.parameters';

/** Parameters that the operator sets itself (1.29): another value than its own is refused. */
const FIXED = new Set(
  `allow_system_table_mods bonjour bonjour_name cluster_name config_file data_directory data_sync_retry event_source external_pid_file
  hba_file hot_standby ident_file jit_provider listen_addresses logging_collector port primary_conninfo primary_slot_name recovery_target
  recovery_target_action recovery_target_inclusive recovery_target_lsn recovery_target_name recovery_target_time recovery_target_timeline
  recovery_target_xid restore_command shared_preload_libraries temp_tablespaces unix_socket_directories unix_socket_group
  unix_socket_permissions archive_cleanup_command archive_command log_destination log_directory log_file_mode log_filename
  log_rotation_age log_rotation_size log_truncate_on_rotation pg_failover_slots.primary_dsn pg_failover_slots.standby_slot_names
  promote_trigger_file recovery_end_command recovery_min_apply_delay restart_after_crash ssl ssl_ca_file ssl_cert_file ssl_crl_file
  ssl_dh_params_file ssl_ecdh_curve ssl_key_file ssl_passphrase_command ssl_passphrase_command_supports_reload ssl_prefer_server_ciphers
  stats_temp_directory synchronous_standby_names synchronized_standby_slots syslog_facility syslog_ident syslog_sequence_numbers
  syslog_split_messages`.split(/\s+/),
);

/** Its own values, those of them that a Cluster may repeat. */
const OWN: Record<string, string> = {
  logging_collector: 'on',
  log_destination: 'csvlog',
  log_directory: '/controller/log',
  log_filename: 'postgres',
  log_rotation_age: '0',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'false',
  shared_preload_libraries: '',
};

const BOOLEAN = /^(1|on|y|ye|yes|t|tr|tru|true|0|of|off|n|no|f|fa|fal|fals|false)$/i;
const TRUE = /^(1|on|y|ye|yes|t|tr|tru|true)$/i;

/** What the operator refuses in the PostgreSQL parameters of a Cluster and in what hangs together with them. */
export function parameterRules(cluster: Stored): FieldProblem[] {
  const spec = objectAt(cluster, 'spec');
  const parameters = objectAt(spec, 'postgresql', 'parameters') as Record<string, string>;
  const problems: FieldProblem[] = [];
  const synchronous = at(spec, 'postgresql', 'synchronous');
  if (isObject(synchronous) && (Number(spec.minSyncReplicas ?? 0) > 0 || Number(spec.maxSyncReplicas ?? 0) > 0))
    problems.push(
      invalidValue('spec.postgresql.synchronous', synchronous, "Can't have both legacy synchronous replica configuration and new one"),
    );
  const major = majorOfCluster(cluster);
  if (major === undefined) return problems;
  if (major < 13)
    problems.push(
      invalidValue('spec.imageName', spec.imageName ?? '', 'Unsupported PostgreSQL version. Versions 13 or newer are supported'),
    );
  for (const [key, value] of Object.entries(parameters))
    if (FIXED.has(key) && OWN[key] !== value)
      problems.push(invalidValue(`${FIELD}.${key}`, value, "Can't set fixed configuration parameter"));
  problems.push(...walLevelRules(cluster, parameters));
  const buffers = parameters.shared_buffers;
  if (buffers !== undefined && buffers !== '' && postgresSize(buffers) === undefined)
    problems.push(
      invalidValue(
        `${FIELD}.shared_buffers`,
        'shared_buffers',
        'Invalid value for configuration parameter shared_buffers. More info on accepted values format: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES',
      ),
    );
  for (const name of ['hot_standby_feedback', 'sync_replication_slots', 'wal_log_hints']) {
    const value = parameters[name];
    if (value !== undefined && !BOOLEAN.test(value))
      problems.push(invalidValue(`${FIELD}.${name}`, value, `invalid \`${name}\` value. Must be a postgres boolean`));
  }
  const hints = parameters.wal_log_hints;
  if (hints !== undefined && BOOLEAN.test(hints) && !TRUE.test(hints) && Number(spec.instances) > 1)
    problems.push(invalidValue(`${FIELD}.wal_log_hints`, hints, '`wal_log_hints` must be set to `on` when `instances` > 1'));
  return [...problems, ...walSizeRules(spec, parameters), ...synchronousRules(spec)];
}

function walLevelRules(cluster: Stored, parameters: Record<string, string>): FieldProblem[] {
  const level = parameters.wal_level ?? 'logical';
  const field = `${FIELD}.wal_level`;
  const archives = objectAt(cluster, 'metadata', 'annotations')['cnpg.io/skipWalArchiving'] !== 'enabled';
  const problems: FieldProblem[] = [];
  if (!['logical', 'replica', 'minimal'].includes(level))
    problems.push(invalidValue(field, level, 'unrecognized `wal_level` value - allowed values: `logical`, `replica`, `minimal`'));
  else if (level === 'minimal' && (Number(at(cluster, 'spec', 'instances')) > 1 || archives))
    problems.push(
      invalidValue(
        field,
        level,
        "`wal_level` should be set at `logical` or `replica` when `archive_mode` is `on`, '.instances' field is greater than 1, or this is a replica cluster",
      ),
    );
  if (level === 'minimal' && parameters.max_wal_senders !== '0')
    problems.push(invalidValue(`${FIELD}.max_wal_senders`, level, '`max_wal_senders` should be set at `0` when `wal_level` is `minimal`'));
  return problems;
}

const WAL_SIZES = { min_wal_size: '80MB', max_wal_size: '1GB' } as const;

function walSizeRules(spec: Record<string, unknown>, parameters: Record<string, string>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const sizes = Object.entries(WAL_SIZES).map(([key, standard]) => {
    const given = parameters[key] ?? '';
    const text = given === '' ? standard : given;
    const size = postgresSize(text);
    if (size === undefined) problems.push(invalidValue(`${FIELD}.${key}`, text, `Invalid value for configuration parameter ${key}`));
    return { key, standard, text, size: size ?? 0n, isGiven: given !== '' };
  });
  const [min, max] = sizes;
  if (min === undefined || max === undefined) return problems;
  if (min.size !== 0n && max.size !== 0n && min.size >= max.size)
    problems.push(
      invalidValue(
        `${FIELD}.min_wal_size`,
        min.text,
        'Invalid vale. Parameter min_wal_size (default 80MB) should be smaller than parameter max_wal_size (default 1GB)',
      ),
    );
  const volume = quantityInNano(at(spec, 'walStorage', 'size'));
  if (volume === undefined) return problems;
  for (const { key, text, size, isGiven } of sizes)
    if (isGiven && size !== 0n && size >= volume)
      problems.push(
        invalidValue(
          `${FIELD}.${key}`,
          text,
          `Invalid value. Parameter ${key} (default ${WAL_SIZES.min_wal_size}) should be smaller than WAL volume size`,
        ),
      );
  return problems;
}

function synchronousRules(spec: Record<string, unknown>): FieldProblem[] {
  const constraint = objectAt(spec, 'postgresql', 'syncReplicaElectionConstraint');
  const synchronous = at(spec, 'postgresql', 'synchronous');
  const count = (name: string) => arrayAt(synchronous, name).length;
  return [
    ...(constraint.enabled === true && arrayAt(constraint, 'nodeLabelsAntiAffinity').length === 0
      ? [
          invalidValue(
            'spec.postgresql.syncReplicaElectionConstraint.nodeLabelsAntiAffinity',
            null,
            "Can't enable syncReplicaConstraints without passing labels for comparison inside nodeLabelsAntiAffinity",
          ),
        ]
      : []),
    ...(isObject(synchronous) &&
    Number(synchronous.number ?? 0) >= Number(spec.instances) + count('standbyNamesPost') + count('standbyNamesPre')
      ? [
          invalidValue(
            'spec.postgresql.synchronous',
            {
              ...synchronous,
              dataDurability: synchronous.dataDurability ?? 'required',
              failoverQuorum: synchronous.failoverQuorum ?? false,
            },
            'Invalid synchronous configuration: the number of synchronous replicas must be less than the total number of instances and the provided standby names.',
          ),
        ]
      : []),
  ];
}

/** A size as PostgreSQL writes it (`256MB`, a bare number counts megabytes), in billionths of a byte; undefined for what is none. */
export function postgresSize(text: string): bigint | undefined {
  const value = /^[+-]?\d+$/.test(text) ? `${text}MB` : text;
  if (!value.endsWith('B')) return undefined;
  const bare = value.slice(0, -1).replaceAll(' ', '');
  return quantityInNano(/^[+-]?\d+$/.test(bare) ? bare : `${bare}i`.replaceAll('ki', 'Ki'));
}
