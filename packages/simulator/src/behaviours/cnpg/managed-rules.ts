import { type FieldProblem, invalidValue } from '../../api/status.js';
import { arrayAt, at, isObject, objectAt, stringAt } from '../../json.js';

type Spec = Record<string, unknown>;

/** Services that a Cluster adds to its own. */
export function serviceRules(spec: Spec, name: string): FieldProblem[] {
  const field = 'spec.managed.services';
  const services = at(spec, 'managed', 'services');
  if (!isObject(services)) return [];
  const reserved = ['rw', 'ro', 'r', 'any'].map((type) => `${name}-${type}`);
  const names = arrayAt(services, 'additional').map((one) => stringAt(one, 'serviceTemplate', 'metadata', 'name'));
  return [
    ...(arrayAt(services, 'disabledDefaultServices').includes('rw')
      ? [invalidValue(`${field}.disabledDefaultServices`, 'rw', 'service of type RW cannot be disabled.')]
      : []),
    ...arrayAt(services, 'additional').flatMap((one, i) => {
      const path = `${field}.additional[${i}]`;
      const own = names[i] ?? '';
      const selector = objectAt(one, 'serviceTemplate', 'spec', 'selector');
      return [
        ...(reserved.includes(own) ? [invalidValue(path, own, `the service name: '${own}' is reserved for operator use`)] : []),
        ...(Object.keys(selector).length > 0 ? [invalidValue(path, selector, 'selector field is managed by the operator')] : []),
        ...(own === '' ? [invalidValue(path, own, 'name is required')] : []),
      ];
    }),
    ...(new Set(names).size === names.length
      ? []
      : [invalidValue(`${field}.additional`, names, 'contains services with the same .metadata.name')]),
  ];
}

/** Roles that a Cluster keeps. */
export function roleRules(spec: Spec): FieldProblem[] {
  const seen = new Set<string>();
  return arrayAt(spec, 'managed', 'roles').flatMap((role) => {
    const name = stringAt(role, 'name');
    const again = seen.has(name);
    seen.add(name);
    const limit = at(role, 'connectionLimit');
    const rule = (broken: boolean, why: string, value: unknown = name) => (broken ? [invalidValue('spec.managed.roles', value, why)] : []);
    return [
      ...rule(again, 'Role name is duplicate of another'),
      ...rule(typeof limit === 'number' && limit < -1, 'Connection limit should be positive, unless defaulting to -1', limit),
      ...rule(/^(streaming_replica|postgres)$|^(cnpg|pg)_/.test(name), 'This role is reserved for operator use'),
      ...rule(
        at(role, 'disablePassword') === true && at(role, 'passwordSecret') !== undefined,
        'This role both sets and disables a password',
      ),
    ];
  });
}

/** Environment variables that are the operator's own. */
export function environmentRules(spec: Spec): FieldProblem[] {
  return arrayAt(spec, 'env').flatMap((one, i) => {
    const name = stringAt(one, 'name');
    return /^(CNPG_|PG)|^(POD_NAME|NAMESPACE|CLUSTER_NAME)$/.test(name.toUpperCase())
      ? [invalidValue(`spec.postgresql.env[${i}].name`, name, 'the usage of this environment variable is reserved for the operator')]
      : [];
  });
}

/** Of the plugins, one archives at most. */
export function pluginRules(spec: Spec): FieldProblem[] {
  const archivers = arrayAt(spec, 'plugins')
    .filter((one) => at(one, 'enabled') !== false && at(one, 'isWALArchiver') === true)
    .map((one) => stringAt(one, 'name'));
  const store = isObject(at(spec, 'backup', 'barmanObjectStore'));
  return [
    ...(store && archivers.length > 0
      ? [invalidValue('spec.plugins', archivers, 'Cannot enable a WAL archiver plugin when barmanObjectStore is configured')]
      : []),
    ...(archivers.length > 1 ? [invalidValue('spec.plugins', archivers, 'Cannot enable more than one WAL archiver plugin')] : []),
  ];
}
