import { type FieldProblem, invalidValue } from '../../api/status.js';
import { arrayAt, at, isObject, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import { externalRules, importRules, initdbRules, methodRules, replicaRules, sourceRules, targetRules } from './bootstrap-rules.js';
import { majorOf, tagOf } from './image.js';
import { environmentRules, pluginRules, roleRules, serviceRules } from './managed-rules.js';
import { parameterRules } from './parameter-rules.js';
import { resourceRules, storageRules, tolerationRules } from './resource-rules.js';

type Spec = Record<string, unknown>;

/** What the operator (1.29) refuses in a Cluster, new or changed, in the order in which it looks. */
export function clusterRules(cluster: Stored): FieldProblem[] {
  const spec = objectAt(cluster, 'spec');
  const name = stringAt(cluster, 'metadata', 'name');
  return [
    ...initdbRules(spec),
    ...importRules(spec),
    ...(isObject(spec.superuserSecret) && stringAt(spec, 'superuserSecret', 'name') === ''
      ? [invalidValue('spec.superusersecret.name', '', "Super user secret name can't be empty")]
      : []),
    ...certificateRules(spec),
    ...methodRules(spec),
    ...imageRules(spec),
    ...targetRules(spec),
    ...replicationRules(spec),
    ...storageRules(spec.storage, 'spec.storage'),
    ...(spec.walStorage === undefined ? [] : storageRules(spec.walStorage, 'spec.walStorage')),
    ...arrayAt(spec, 'tablespaces').flatMap((one, i) => storageRules(at(one, 'storage'), `spec.tablespaces[${i}]`)),
    ...nameRules(name),
    ...sourceRules(spec, 'pg_basebackup'),
    ...sourceRules(spec, 'recovery'),
    ...externalRules(spec),
    ...tolerationRules(spec),
    ...antiAffinityRules(spec),
    ...replicaRules(spec),
    ...parameterRules(cluster),
    ...environmentRules(spec),
    ...serviceRules(spec, name),
    ...roleRules(spec),
    ...resourceRules(spec),
    ...hibernationRules(cluster),
    ...pluginRules(spec),
    ...(stringAt(spec, 'serviceAccountName') !== '' && spec.serviceAccountTemplate !== undefined
      ? [
          invalidValue(
            'spec.serviceAccountName',
            spec.serviceAccountName,
            'serviceAccountName and serviceAccountTemplate are mutually exclusive',
          ),
        ]
      : []),
  ];
}

/** Services are named after the Cluster, with something added: their names have 63 characters and no dot. */
function nameRules(name: string): FieldProblem[] {
  const field = 'metadata.name';
  return [
    ...(/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= 63
      ? []
      : [invalidValue(field, name, 'cluster name must be a valid DNS label')]),
    ...(name.length > 50 ? [invalidValue(field, name, 'the maximum length of a cluster name is 50 characters')] : []),
  ];
}

function imageRules(spec: Spec): FieldProblem[] {
  const image = stringAt(spec, 'imageName');
  const policy = stringAt(spec, 'imagePullPolicy');
  const tag = tagOf(image);
  const why =
    image === ''
      ? undefined
      : tag === 'latest'
        ? "Can't use 'latest' as image tag as we can't detect upgrades"
        : tag === ''
          ? "Can't use just the image sha as we can't detect upgrades"
          : majorOf(tag) === undefined
            ? 'invalid version tag'
            : undefined;
  return [
    ...(why === undefined ? [] : [invalidValue('spec.imageName', image, why)]),
    ...(['', 'Always', 'Never', 'IfNotPresent'].includes(policy)
      ? []
      : [
          invalidValue(
            'spec.imagePullPolicy',
            policy,
            "invalid imagePullPolicy, if defined must be one of 'Always', 'Never' or 'IfNotPresent'",
          ),
        ]),
  ];
}

function replicationRules(spec: Spec): FieldProblem[] {
  const [instances, min, max] = ['instances', 'minSyncReplicas', 'maxSyncReplicas'].map((name) => Number(spec[name] ?? 0)) as [
    number,
    number,
    number,
  ];
  return [
    ...(spec.primaryUpdateStrategy === 'supervised' && instances === 1
      ? [
          invalidValue(
            'spec.primaryUpdateStrategy',
            'supervised',
            'supervised update strategy is not allowed for clusters with a single instance',
          ),
        ]
      : []),
    ...(min > max ? [invalidValue('spec.minSyncReplicas', min, 'minSyncReplicas cannot be greater than maxSyncReplicas')] : []),
    ...(max >= instances ? [invalidValue('spec.maxSyncReplicas', max, 'maxSyncReplicas must be lower than the number of instances')] : []),
  ];
}

function certificateRules(spec: Spec): FieldProblem[] {
  const given = (name: string) => stringAt(spec, 'certificates', name) !== '';
  const names = arrayAt(spec, 'certificates', 'serverAltDNSNames');
  return [
    ...(given('serverTLSSecret') && names.length > 0
      ? [
          invalidValue(
            'spec.certificates.serveraltdnsnames',
            `[${names.map(String).join(' ')}]`,
            "Server alternative DNS names can't be defined when server TLS secret is provided",
          ),
        ]
      : []),
    ...(given('serverTLSSecret') && !given('serverCASecret')
      ? [invalidValue('spec.certificates.servercasecret', '', "Server CA secret can't be empty when server TLS secret is provided")]
      : []),
    ...(given('replicationTLSSecret') && !given('clientCASecret')
      ? [invalidValue('spec.certificates.clientcasecret', '', "Client CA secret can't be empty when client replication secret is provided")]
      : []),
  ];
}

function antiAffinityRules(spec: Spec): FieldProblem[] {
  const type = stringAt(spec, 'affinity', 'podAntiAffinityType');
  if (['', 'preferred', 'required'].includes(type)) return [];
  return [
    invalidValue('spec.affinity.podAntiAffinityType', type, "pod anti-affinity type must be 'preferred' (default if empty) or 'required'"),
  ];
}

function hibernationRules(cluster: Stored): FieldProblem[] {
  const value = objectAt(cluster, 'metadata', 'annotations')['cnpg.io/hibernation'];
  if (value === undefined || value === 'on' || value === 'off') return [];
  return [invalidValue('metadata.annotations.cnpg.io/hibernation', value, 'Annotation value for hibernation should be "on" or "off"')];
}
