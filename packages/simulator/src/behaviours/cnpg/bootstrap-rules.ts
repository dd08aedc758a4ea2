import { type FieldProblem, invalidValue, requiredValue } from '../../api/status.js';
import { arrayAt, at, isObject, objectAt, stringAt } from '../../json.js';

type Spec = Record<string, unknown>;

const BOOTSTRAP = 'spec.bootstrap';
const METHODS = ['initdb', 'recovery', 'pg_basebackup'] as const;

/** What the operator fills in itself is no fault: a database without an owner, an owner without a database. */
export function initdbRules(spec: Spec): FieldProblem[] {
  const size = at(spec, 'bootstrap', 'initdb', 'walSegmentSize');
  if (typeof size !== 'number' || size === 0 || (size & (size - 1)) === 0) return [];
  return [invalidValue(`${BOOTSTRAP}.initdb.walSegmentSize`, size, 'WAL segment size must be a power of 2')];
}

/** One method alone. */
export function methodRules(spec: Spec): FieldProblem[] {
  if (METHODS.filter((method) => at(spec, 'bootstrap', method) !== undefined).length < 2) return [];
  return [{ reason: 'FieldValueForbidden', message: 'Forbidden: Only one bootstrap method can be specified at a time', field: BOOTSTRAP }];
}

const TARGET_FIELDS = ['backupID', 'targetTLI', 'targetXID', 'targetName', 'targetLSN', 'targetTime', 'targetImmediate', 'exclusive'];

/** Up to where a recovery goes. */
export function targetRules(spec: Spec): FieldProblem[] {
  const asked = at(spec, 'bootstrap', 'recovery', 'recoveryTarget');
  if (!isObject(asked)) return [];
  // In the order in which the operator prints it.
  const target = Object.fromEntries(TARGET_FIELDS.filter((name) => asked[name] !== undefined).map((name) => [name, asked[name]]));
  const field = `${BOOTSTRAP}.recovery.recoveryTarget`;
  const text = (name: string) => stringAt(target, name);
  const problems: FieldProblem[] = [];
  const given = ['targetLSN', 'targetName', 'targetXID', 'targetTime'].filter((name) => text(name) !== '').length;
  if (given + (target.targetImmediate === undefined ? 0 : 1) > 1)
    problems.push(invalidValue(field, target, 'Recovery target options are mutually exclusive'));
  if (text('targetTime') !== '' && !isTime(text('targetTime')))
    problems.push(invalidValue(field, text('targetTime'), 'The format of TargetTime is invalid'));
  if (text('targetLSN') !== '' && !/^[0-9a-f]{1,8}\/[0-9a-f]{1,8}$/i.test(text('targetLSN')))
    problems.push(invalidValue(field, text('targetLSN'), 'Invalid TargetLSN'));
  if (text('targetXID') !== '' && !(/^\d+$/.test(text('targetXID')) && Number(text('targetXID')) < 2 ** 32))
    problems.push(invalidValue(`${field}.targetXID`, text('targetXID'), 'recovery target xid must be a non-negative 32-bit integer'));
  if (Buffer.byteLength(text('targetName')) >= 64)
    problems.push(invalidValue(`${field}.targetName`, text('targetName'), 'recovery target name must be shorter than 64 bytes'));
  if (/\p{Cc}/u.test(text('targetName').replaceAll(/[\u0080-\u009F]/g, '')))
    problems.push(
      invalidValue(`${field}.targetName`, text('targetName'), 'recovery target name must not contain ASCII control characters'),
    );
  const byLabel = text('targetName') !== '' || text('targetXID') !== '' || target.targetImmediate !== undefined;
  if (byLabel && at(spec, 'bootstrap', 'recovery', 'volumeSnapshots') === undefined && text('backupID') === '')
    problems.push(requiredValue(field, 'BackupID is missing'));
  if (!['', 'latest'].includes(text('targetTLI')) && !/^\+?0*[1-9]\d*$/.test(text('targetTLI')))
    problems.push(invalidValue(`${field}.targetTLI`, target, "recovery target timeline can be set to 'latest' or a positive integer"));
  return problems;
}

/** A time as PostgreSQL or RFC 3339 writes it. */
function isTime(text: string): boolean {
  const match = /^(\d{4,})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?)?$/.exec(text);
  if (!match) return false;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const daysOfMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
  return (
    (month ?? 0) >= 1 &&
    (month ?? 0) <= 12 &&
    (day ?? 0) >= 1 &&
    (day ?? 0) <= daysOfMonth &&
    (hour ?? 0) < 24 &&
    (minute ?? 0) < 60 &&
    (second ?? 0) < 60
  );
}

const SOURCES = ['connectionParameters', 'barmanObjectStore', 'plugin'];
const hasSource = (cluster: unknown) => SOURCES.some((name) => at(cluster, name) !== undefined);

/** Where a Cluster is copied from is defined, and says enough. */
export function sourceRules(spec: Spec, method: 'recovery' | 'pg_basebackup'): FieldProblem[] {
  const options = at(spec, 'bootstrap', method);
  if (!isObject(options)) return [];
  const source = stringAt(options, 'source');
  if (method === 'recovery' && source === '') return [];
  const found = arrayAt(spec, 'externalClusters').find((one) => stringAt(one, 'name') === source);
  const field = `${BOOTSTRAP}.${method}.source`;
  return [
    ...(found === undefined ? [invalidValue(field, source, `External cluster ${source} not found`)] : []),
    ...(method === 'recovery' && !hasSource(found)
      ? [
          invalidValue(
            field,
            source,
            `External cluster ${source} cannot be used for recovery: missing connection parameters, Barman, or CNPG-i configuration`,
          ),
        ]
      : []),
  ];
}

/** External clusters have names of their own and say how they are reached. */
export function externalRules(spec: Spec): FieldProblem[] {
  const clusters = arrayAt(spec, 'externalClusters');
  const names = new Set(clusters.map((one) => stringAt(one, 'name')));
  return [
    ...clusters.flatMap((one, i) =>
      hasSource(one)
        ? []
        : [invalidValue(`spec.externalClusters[${i}]`, one, 'one of connectionParameters, plugin and barmanObjectStore is required')],
    ),
    ...(names.size === clusters.length
      ? []
      : [invalidValue('spec.externalClusters', clusters, 'the list of external clusters contains duplicate values')]),
  ];
}

/** A Cluster that follows another one. */
export function replicaRules(spec: Spec): FieldProblem[] {
  const replica = at(spec, 'replica');
  if (!isObject(replica)) return [];
  const known = (name: string) => arrayAt(spec, 'externalClusters').some((one) => stringAt(one, 'name') === name);
  const places = [
    ['primaryServerName', stringAt(replica, 'source')] as const,
    ...['self', 'primary'].map((name) => [name, stringAt(replica, name)] as const),
  ];
  return [
    ...(replica.enabled !== undefined && stringAt(replica, 'primary') !== ''
      ? [invalidValue('spec.replicaCluster.enabled', replica, 'replica mode enabled is not compatible with the primary field')]
      : []),
    ...places.flatMap(([name, wanted]) =>
      known(wanted) || (name !== 'primaryServerName' && wanted === '')
        ? []
        : [invalidValue(`spec.replicaCluster.${name}`, wanted, `External cluster ${wanted} not found`)],
    ),
  ];
}

/** What the operator asks of `bootstrap.initdb.import`. */
export function importRules(spec: Spec): FieldProblem[] {
  const wanted = at(spec, 'bootstrap', 'initdb', 'import');
  if (!isObject(wanted)) return [];
  const field = `${BOOTSTRAP}.initdb.import`;
  const [databases, roles] = [arrayAt(wanted, 'databases'), arrayAt(wanted, 'roles')];
  const after = arrayAt(wanted, 'postImportApplicationSQL');
  const rule = (holds: boolean, name: string, why: string, value: unknown = databases) =>
    holds ? [] : [invalidValue(`${field}.${name}`, value, why)];
  if (wanted.type === 'microservice')
    return [
      ...rule(databases.length === 1, 'databases', 'You need to specify a single database for the `microservice` import type'),
      ...rule(roles.length === 0, 'roles', 'You cannot specify roles to import for the `microservice` import type'),
      ...rule(
        databases.length !== 1 || !String(databases[0]).includes('*'),
        'databases.0',
        'You cannot specify any wildcard for the `microservice` import type',
      ),
    ];
  if (wanted.type === 'monolith')
    return [
      ...rule(databases.length > 0, 'databases', 'You need to specify at least a database for the `monolith` import type'),
      ...rule(databases.length < 2 || !databases.includes('*'), 'databases', 'Wildcard import cannot be used along other database names'),
      ...rule(roles.length < 2 || !roles.includes('*'), 'roles', 'Wildcard import cannot be used along other role names'),
      ...rule(
        after.length === 0,
        'postImportApplicationSQL',
        'postImportApplicationSQL is not allowed for the `monolith` import type',
        after,
      ),
    ];
  return [invalidValue(`${field}.type`, objectAt(spec, 'bootstrap', 'initdb', 'import').type ?? '', 'Unrecognized import type')];
}
