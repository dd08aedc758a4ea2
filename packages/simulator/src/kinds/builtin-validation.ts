import { type FieldProblem, invalidValue, requiredValue, unsupportedValue } from '../api/status.js';
import { arrayAt, at, equal, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';
import { configMapProblems, secretProblems } from './data-validation.js';
import type { Kind } from './kind.js';

const IMMUTABLE = 'field is immutable';

type Check = (object: Stored, live: Stored | undefined) => FieldProblem[];

/** Rules of the built-in kinds that users meet most (k8s.io/kubernetes pkg/apis/<group>/validation). */
export function builtinProblems(kind: Kind, object: Stored, live: Stored | undefined): FieldProblem[] {
  return CHECKS[kind.kind]?.(object, live) ?? [];
}

function immutableData(object: Stored, live: Stored | undefined, ...fields: string[]): FieldProblem[] {
  if (live?.immutable !== true) return [];
  const forbidden = (field: string): FieldProblem => ({
    reason: 'FieldValueForbidden',
    message: 'Forbidden: field is immutable when `immutable` is set',
    field,
  });
  return [
    ...(object.immutable !== true ? [forbidden('immutable')] : []),
    ...fields.filter((field) => !equal(object[field], live[field])).map(forbidden),
  ];
}

function unchanged(object: Stored, live: Stored | undefined, path: string[]): FieldProblem[] {
  if (!live || equal(at(object, ...path), at(live, ...path))) return [];
  return [invalidValue(path.join('.'), at(object, ...path), IMMUTABLE)];
}

function podTemplate(spec: JsonObject, path: string, restart: string[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const containers = arrayAt(spec, 'containers');
  if (containers.length === 0) problems.push(requiredValue(`${path}.containers`));
  for (const [i, container] of containers.entries()) {
    const at_ = `${path}.containers[${i}]`;
    if (stringAt(container, 'name') === '') problems.push(requiredValue(`${at_}.name`));
    if (stringAt(container, 'image') === '') problems.push(requiredValue(`${at_}.image`));
    for (const [j, port] of arrayAt(container, 'ports').entries()) {
      const number = at(port, 'containerPort');
      if (typeof number !== 'number' || number < 1 || number > 65535)
        problems.push(
          number === undefined
            ? requiredValue(`${at_}.ports[${j}].containerPort`)
            : invalidValue(`${at_}.ports[${j}].containerPort`, number, 'must be between 1 and 65535, inclusive'),
        );
    }
  }
  const policy = spec.restartPolicy;
  if (typeof policy === 'string' && !restart.includes(policy)) {
    // Jobs take no default: the policy counts as not given.
    const isJob = !restart.includes('Always') && policy === 'Always';
    problems.push(
      isJob
        ? requiredValue(`${path}.restartPolicy`, `valid values: ${restart.map((one) => JSON.stringify(one)).join(', ')}`)
        : unsupportedValue(`${path}.restartPolicy`, policy, restart),
    );
  }
  return problems;
}

/** Labels of a template must be selected by the selector beside it. */
function selects(object: Stored): FieldProblem[] {
  const selector = at(object, 'spec', 'selector');
  const unmatched = () =>
    invalidValue(
      'spec.template.metadata.labels',
      objectAt(object, 'spec', 'template', 'metadata', 'labels'),
      '`selector` does not match template `labels`',
    );
  if (selector === undefined) return [requiredValue('spec.selector'), unmatched()];
  const wanted = objectAt(selector, 'matchLabels');
  if (Object.keys(wanted).length === 0 && arrayAt(selector, 'matchExpressions').length === 0)
    return [invalidValue('spec.selector', selector, `empty selector is invalid for ${stringAt(object, 'kind').toLowerCase()}`)];
  const labels = objectAt(object, 'spec', 'template', 'metadata', 'labels');
  if (Object.entries(wanted).some(([key, value]) => labels[key] !== value))
    return [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
  return [];
}

const workload: Check = (object, live) => {
  const replicas = at(object, 'spec', 'replicas');
  return [
    ...(typeof replicas === 'number' && replicas < 0
      ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]
      : []),
    ...selects(object),
    ...podTemplate(objectAt(object, 'spec', 'template', 'spec'), 'spec.template.spec', ['Always']),
    ...unchanged(object, live, ['spec', 'selector']),
  ];
};

const binding: Check = (object, live) => {
  const problems: FieldProblem[] = [];
  const kinds = object.kind === 'ClusterRoleBinding' ? ['ClusterRole'] : ['Role', 'ClusterRole'];
  const kind = stringAt(object, 'roleRef', 'kind');
  if (!kinds.includes(kind)) problems.push(unsupportedValue('roleRef.kind', kind, kinds));
  if (stringAt(object, 'roleRef', 'name') === '') problems.push(requiredValue('roleRef.name'));
  for (const [i, subject] of arrayAt(object, 'subjects').entries()) {
    if (stringAt(subject, 'name') === '') problems.push(requiredValue(`subjects[${i}].name`));
    const subjectKind = stringAt(subject, 'kind');
    if (!['ServiceAccount', 'User', 'Group'].includes(subjectKind))
      problems.push(unsupportedValue(`subjects[${i}].kind`, subjectKind, ['ServiceAccount', 'User', 'Group']));
    if (subjectKind === 'ServiceAccount' && stringAt(subject, 'namespace') === '' && object.kind === 'ClusterRoleBinding')
      problems.push(requiredValue(`subjects[${i}].namespace`));
  }
  if (live && !equal(object.roleRef, live.roleRef))
    problems.push(invalidValue('roleRef', goRoleRef(object.roleRef), 'cannot change roleRef'));
  return problems;
};

/** A roleRef as Go prints it. */
const goRoleRef = (reference: unknown) => ({
  APIGroup: stringAt(reference, 'apiGroup'),
  Kind: stringAt(reference, 'kind'),
  Name: stringAt(reference, 'name'),
});

const rules: Check = (object) =>
  arrayAt(object, 'rules').flatMap((rule, i) => [
    ...(arrayAt(rule, 'verbs').length === 0 ? [requiredValue(`rules[${i}].verbs`, 'verbs must contain at least one value')] : []),
    ...(arrayAt(rule, 'nonResourceURLs').length === 0 && arrayAt(rule, 'apiGroups').length === 0
      ? [requiredValue(`rules[${i}].apiGroups`, 'resource rules must supply at least one api group')]
      : []),
    ...(arrayAt(rule, 'nonResourceURLs').length === 0 && arrayAt(rule, 'resources').length === 0
      ? [requiredValue(`rules[${i}].resources`, 'resource rules must supply at least one resource')]
      : []),
    ...(object.kind === 'Role' && arrayAt(rule, 'nonResourceURLs').length > 0
      ? [
          invalidValue(
            `rules[${i}].nonResourceURLs`,
            arrayAt(rule, 'nonResourceURLs'),
            'namespaced rules cannot apply to non-resource URLs',
          ),
        ]
      : []),
  ]);

const CHECKS: Record<string, Check> = {
  ConfigMap: (object, live) => [...immutableData(object, live, 'data', 'binaryData'), ...configMapProblems(object)],
  Secret: (object, live) => [...unchanged(object, live, ['type']), ...immutableData(object, live, 'data'), ...secretProblems(object)],
  Pod: (object, live) => [...podTemplate(objectAt(object, 'spec'), 'spec', ['Always', 'OnFailure', 'Never']), ...podUpdate(object, live)],
  Deployment: workload,
  ReplicaSet: workload,
  DaemonSet: workload,
  StatefulSet: (object, live) => [...workload(object, undefined), ...statefulSetUpdate(object, live)],
  Job: (object, live) => [
    ...podTemplate(objectAt(object, 'spec', 'template', 'spec'), 'spec.template.spec', ['OnFailure', 'Never']),
    ...unchanged(object, live, ['spec', 'completions']),
    ...unchanged(object, live, ['spec', 'selector']),
    ...unchanged(object, live, ['spec', 'template']),
  ],
  CronJob: (object) => [
    ...(stringAt(object, 'spec', 'schedule') === '' ? [requiredValue('spec.schedule')] : []),
    ...podTemplate(objectAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec'), 'spec.jobTemplate.spec.template.spec', [
      'OnFailure',
      'Never',
    ]),
  ],
  Service: (object, live) => serviceProblems(object, live),
  PodTemplate: (object) => podTemplate(objectAt(object, 'template', 'spec'), 'template.spec', ['Always', 'OnFailure', 'Never']),
  PersistentVolumeClaim: (object, live) => claimProblems(object, live),
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  Role: rules,
  ClusterRole: rules,
  StorageClass: (object, live) => [
    ...(stringAt(object, 'provisioner') === '' ? [requiredValue('provisioner')] : []),
    ...(live && live.provisioner !== object.provisioner
      ? [{ reason: 'FieldValueForbidden' as const, message: 'Forbidden: updates to provisioner are forbidden.', field: 'provisioner' }]
      : []),
  ],
};

function podUpdate(object: Stored, live: Stored | undefined): FieldProblem[] {
  if (!live) return [];
  const fixed = (pod: Stored) => {
    const spec = structuredClone(objectAt(pod, 'spec'));
    for (const name of ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds', 'nodeName']) delete spec[name];
    for (const container of [...arrayAt(spec, 'containers'), ...arrayAt(spec, 'initContainers')])
      if (isObject(container)) delete container.image;
    return spec;
  };
  if (equal(fixed(object), fixed(live))) return [];
  const allowed =
    '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ reason: 'FieldValueForbidden', message: `Forbidden: pod updates may not change fields other than ${allowed}`, field: 'spec' }];
}

function statefulSetUpdate(object: Stored, live: Stored | undefined): FieldProblem[] {
  if (!live) return [];
  const changeable = [
    'replicas',
    'ordinals',
    'template',
    'updateStrategy',
    'revisionHistoryLimit',
    'persistentVolumeClaimRetentionPolicy',
    'minReadySeconds',
  ];
  const rest = (set: Stored) => Object.fromEntries(Object.entries(objectAt(set, 'spec')).filter(([name]) => !changeable.includes(name)));
  if (equal(rest(object), rest(live))) return [];
  return [
    {
      reason: 'FieldValueForbidden',
      message:
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      field: 'spec',
    },
  ];
}

function serviceProblems(object: Stored, live: Stored | undefined): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const spec = objectAt(object, 'spec');
  const ports = arrayAt(spec, 'ports');
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName') problems.push(requiredValue('spec.ports'));
  for (const [i, port] of ports.entries()) {
    const number = at(port, 'port');
    if (ports.length > 1 && stringAt(port, 'name') === '') problems.push(requiredValue(`spec.ports[${i}].name`));
    if (typeof number !== 'number' || number < 1 || number > 65535)
      problems.push(invalidValue(`spec.ports[${i}].port`, number ?? 0, 'must be between 1 and 65535, inclusive'));
    const target = at(port, 'targetPort');
    if (typeof target === 'number' && (target < 1 || target > 65535))
      problems.push(invalidValue(`spec.ports[${i}].targetPort`, target, 'must be between 1 and 65535, inclusive'));
  }
  const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
  if (typeof spec.type === 'string' && !types.includes(spec.type)) problems.push(unsupportedValue('spec.type', spec.type, types));
  const old = live && objectAt(live, 'spec');
  if (old && old.type !== 'ExternalName' && spec.type !== 'ExternalName' && old.clusterIP !== spec.clusterIP) {
    problems.push(invalidValue('spec.clusterIPs[0]', arrayAt(spec, 'clusterIPs'), 'may not change once set'));
  }
  return problems;
}

function claimProblems(object: Stored, live: Stored | undefined): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (arrayAt(object, 'spec', 'accessModes').length === 0)
    problems.push(requiredValue('spec.accessModes', 'at least 1 access mode is required'));
  if (at(object, 'spec', 'resources', 'requests', 'storage') === undefined) problems.push(requiredValue('spec.resources[storage]'));
  if (live) {
    const fixed = (claim: Stored) => ({
      ...objectAt(claim, 'spec'),
      resources: undefined,
      volumeName: undefined,
      volumeAttributesClassName: undefined,
    });
    if (!equal(fixed(object), fixed(live)))
      problems.push({
        reason: 'FieldValueForbidden',
        message: 'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        field: 'spec',
      });
  }
  return problems;
}
