import { type FieldProblem, invalidValue } from '../../api/status.js';
import { arrayAt, at, isObject, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';

/** What the operator refuses in a Backup. The cell has no VolumeSnapshot kind. */
export function backupRules(backup: Stored): FieldProblem[] {
  const spec = objectAt(backup, 'spec');
  const annotation = 'cnpg.io/volumeSnapshotDeadline';
  const value = objectAt(backup, 'metadata', 'annotations')[annotation];
  return [
    ...methodRules(spec, 'the backup method'),
    ...(spec.method === 'plugin' && stringAt(spec, 'pluginConfiguration', 'name') === ''
      ? [invalidValue('spec.pluginConfiguration', spec.onlineConfiguration ?? null, 'cannot be empty when the backup method is plugin')]
      : []),
    ...(typeof value === 'string' && value !== '' && !/^[+-]?\d+$/.test(value)
      ? [invalidValue(`metadata.annotations.${annotation}`, value, 'must be an integer')]
      : []),
  ];
}

/** What the operator refuses in a ScheduledBackup. */
export function scheduledBackupRules(backup: Stored): FieldProblem[] {
  const spec = objectAt(backup, 'spec');
  const schedule = stringAt(spec, 'schedule');
  const why = cronProblem(schedule);
  return [...(why === undefined ? [] : [invalidValue('spec.schedule', schedule, why)]), ...methodRules(spec, 'the method')];
}

/** What the operator warns of in a ScheduledBackup that it takes. */
export function scheduledBackupWarnings(backup: Stored): string[] {
  const schedule = stringAt(backup, 'spec', 'schedule');
  if (cronProblem(schedule) !== undefined || schedule.trim().split(/\s+/).length === 6) return [];
  return ['Schedule parameter may not have the right number of arguments (usually six arguments are needed)'];
}

function methodRules(spec: Record<string, unknown>, method: string): FieldProblem[] {
  const only = (name: string) => `${name} parameter can be specified only if ${method} is volumeSnapshot`;
  const problems: FieldProblem[] = [];
  if (spec.method === 'volumeSnapshot')
    problems.push(
      invalidValue(
        'spec.method',
        spec.method,
        'Cannot use volumeSnapshot backup method due to missing VolumeSnapshot CRD. If you installed the CRD after having started the operator, please restart it to enable VolumeSnapshot support',
      ),
    );
  if (spec.method === 'barmanObjectStore' && spec.online !== undefined)
    problems.push(invalidValue('spec.online', spec.online, only('Online')));
  if (spec.method === 'barmanObjectStore' && spec.onlineConfiguration !== undefined)
    problems.push(invalidValue('spec.onlineConfiguration', spec.onlineConfiguration, only('OnlineConfiguration')));
  return problems;
}

/** Why a schedule cannot be read: five fields or six (with seconds), or a descriptor such as @daily. */
function cronProblem(schedule: string): string | undefined {
  if (
    /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(schedule) ||
    /^@every (\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(schedule)
  )
    return undefined;
  if (schedule.trim() === '') return 'Empty spec string';
  if (schedule.startsWith('@')) return `Unrecognized descriptor: ${schedule}`;
  const fields = schedule.trim().split(/\s+/);
  if (fields.length < 5 || fields.length > 6) return `Expected 5 to 6 fields, found ${fields.length}: ${schedule}`;
  return undefined;
}

/** What the operator refuses in a Database. */
export function databaseRules(database: Stored): FieldProblem[] {
  const spec = objectAt(database, 'spec');
  const wrappers = arrayAt(spec, 'fdws').map((one) => stringAt(one, 'name'));
  return [
    ...twice(arrayAt(spec, 'extensions'), 'spec.extensions'),
    ...twice(arrayAt(spec, 'schemas'), 'spec.schemas'),
    ...twice(arrayAt(spec, 'fdws'), 'spec.fdws', true),
    ...arrayAt(spec, 'servers').flatMap((server, i) =>
      at(server, 'ensure') === 'absent' || wrappers.includes(stringAt(server, 'fdw'))
        ? []
        : [invalidValue(`spec.servers[${i}].fdw`, stringAt(server, 'fdw'), 'referenced fdw not defined in spec.fdws')],
    ),
    ...twice(arrayAt(spec, 'servers'), 'spec.servers', true),
  ];
}

/** Names that come again; in what has options and usages, those too. */
function twice(list: unknown[], field: string, deep = false): FieldProblem[] {
  const seen = new Set<string>();
  return list.flatMap((one, i) => {
    const name = stringAt(one, 'name');
    const again = seen.has(name);
    seen.add(name);
    return [
      ...(again
        ? [{ reason: 'FieldValueDuplicate' as const, message: `Duplicate value: ${JSON.stringify(name)}`, field: `${field}[${i}].name` }]
        : []),
      ...(deep && isObject(one) ? ['options', 'usages'].flatMap((part) => twice(arrayAt(one, part), `${field}[${i}].${part}`)) : []),
    ];
  });
}
