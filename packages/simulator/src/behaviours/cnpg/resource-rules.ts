import { type FieldProblem, invalidValue, unsupportedValue } from '../../api/status.js';
import { qualifiedNameProblems } from '../../api/names.js';
import { arrayAt, at, objectAt, stringAt } from '../../json.js';
import { canonicalQuantity, quantityInNano } from '../../schema/quantity.js';
import { postgresSize } from './parameter-rules.js';

type Spec = Record<string, unknown>;

/** Requests of an instance, its limits, and what PostgreSQL wants of them. */
export function resourceRules(spec: Spec): FieldProblem[] {
  const amount = (part: 'requests' | 'limits', name: string) => quantityInNano(at(spec, 'resources', part, name)) ?? 0n;
  const shown = (name: string) => canonicalQuantity(at(spec, 'resources', 'requests', name) ?? '0');
  const field = 'spec.resources.requests';
  const over = (name: string, path: string, what: string) => {
    const [request, limit] = [amount('requests', name), amount('limits', name)];
    return request > limit && limit > 0n
      ? [invalidValue(`${field}.${path}`, shown(name), `${what} request is greater than the limit`)]
      : [];
  };
  const parts = ['limits', 'requests'] as const;
  const pages = [...new Set(parts.flatMap((part) => Object.keys(objectAt(spec, 'resources', part))))].filter((name) =>
    name.startsWith('hugepages-'),
  );
  const unequal = pages.filter(
    (name) =>
      at(spec, 'resources', 'limits', name) !== undefined &&
      at(spec, 'resources', 'requests', name) !== undefined &&
      amount('limits', name) !== amount('requests', name),
  );
  const none = ['cpu', 'memory'].every((name) => parts.every((part) => amount(part, name) === 0n));
  const buffers = postgresSize(stringAt(spec, 'postgresql', 'parameters', 'shared_buffers') || '0') ?? 0n;
  const memory = amount('requests', 'memory');
  const fits = memory === 0n || buffers <= memory || pages.some((name) => buffers <= (amount('limits', name) || amount('requests', name)));
  return [
    ...over('cpu', 'cpu', 'CPU'),
    ...over('memory', 'memory', 'Memory'),
    ...unequal.map((name) => invalidValue(`${field}.${name}`, shown(name), 'HugePages requests must equal the limits')),
    ...(none && pages.length > 0
      ? [{ reason: 'FieldValueForbidden' as const, message: 'Forbidden: HugePages require cpu or memory', field: 'spec.resources' }]
      : []),
    ...(fits ? [] : [invalidValue(field, shown('memory'), 'Memory request is lower than PostgreSQL `shared_buffers` value')]),
    ...over('ephemeral-storage', 'storage', 'Ephemeral storage'),
  ];
}

/** A storage section names a size. */
export function storageRules(storage: unknown, field: string): FieldProblem[] {
  const size = stringAt(storage, 'size');
  if (size !== '') return quantityInNano(size) === undefined ? [invalidValue(`${field}.size`, size, "Size value isn't valid")] : [];
  if ((quantityInNano(at(storage, 'pvcTemplate', 'resources', 'requests', 'storage')) ?? 0n) !== 0n) return [];
  return [invalidValue(`${field}.size`, '', 'Size not configured. Please add it, or a storage request in the pvcTemplate.')];
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Tolerations as Kubernetes takes them in a pod. */
export function tolerationRules(spec: Spec): FieldProblem[] {
  return arrayAt(spec, 'affinity', 'tolerations').flatMap((one, i) => {
    const field = `spec.affinity.toleration[${i}]`;
    const [key, operator, value, effect] = ['key', 'operator', 'value', 'effect'].map((name) => stringAt(one, name)) as [
      string,
      string,
      string,
      string,
    ];
    const badValue = operator === '' || operator === 'Equal' ? !/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) : false;
    return [
      ...(key === '' ? [] : qualifiedNameProblems(key).map((why) => invalidValue(`${field}.key`, key, why))),
      ...(key === '' && operator !== 'Exists'
        ? [
            invalidValue(
              `${field}.operator`,
              operator,
              'operator must be Exists when `key` is empty, which means "match all values and all keys"',
            ),
          ]
        : []),
      ...(at(one, 'tolerationSeconds') !== undefined && effect !== 'NoExecute'
        ? [invalidValue(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
        : []),
      ...(badValue ? [invalidValue(`${field}.operator`, value, LABEL_VALUE)] : []),
      ...(operator === 'Exists' && value !== ''
        ? [invalidValue(`${field}.operator`, one, "value must be empty when `operator` is 'Exists'")]
        : []),
      ...(['', 'Equal', 'Exists'].includes(operator) ? [] : [unsupportedValue(`${field}.operator`, operator, ['Equal', 'Exists'])]),
      ...(effect === '' || EFFECTS.includes(effect) ? [] : [unsupportedValue(`${field}.effect`, effect, EFFECTS)]),
    ];
  });
}

const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
