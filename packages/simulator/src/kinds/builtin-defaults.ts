import { arrayAt, isObject, type JsonObject, stringAt } from '../json.js';
import type { Schema } from '../schema/schema.js';
import { fieldSchema } from '../schema/schema.js';
import { zeroOf } from '../schema/decode.js';
import type { Stored } from '../store/store.js';
import { podSpecDefaults, podTemplateDefaults, requestLimits } from './pod-defaults.js';
import type { Kind } from './kind.js';

/** Sets fields that are not there. */
function fill(object: JsonObject, defaults: JsonObject): void {
  for (const [name, value] of Object.entries(defaults)) if (object[name] === undefined) object[name] = value;
}

/** A nested object to be filled, made where it is missing. */
function ensure(object: JsonObject, name: string): JsonObject {
  const found = object[name];
  if (isObject(found)) return found;
  const made: JsonObject = {};
  object[name] = made;
  return made;
}

/** A built-in object with the defaults that its version sets (k8s.io/kubernetes pkg/apis/<group>/v1/defaults.go). */
export function builtinDefaults(kind: Kind, object: Stored): Stored {
  const copied = structuredClone(object);
  fillSchemaDefaults(kind.schema, copied);
  DEFAULTS[`${kind.group}/${kind.kind}`]?.(copied);
  fill(copied, structuredClone(ALWAYS[`${kind.group}/${kind.kind}`] ?? {}));
  return copied;
}

/** Defaults that the schema itself names, such as a port's protocol; only inside objects that are there. */
function fillSchemaDefaults(schema: Schema | undefined, value: unknown): void {
  if (!schema) return;
  if (Array.isArray(value)) for (const item of value) fillSchemaDefaults(schema.items, item);
  if (!isObject(value)) return;
  for (const [name, item] of Object.entries(value)) if (typeof item === 'object') fillSchemaDefaults(fieldSchema(schema, name), item);
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    if (field.default !== undefined && value[name] === undefined) value[name] = field.default;
}

function labelsFromTemplate(object: JsonObject, template: JsonObject): void {
  const labels = isObject(template.metadata) ? template.metadata.labels : undefined;
  const metadata = ensure(object, 'metadata');
  if (isObject(labels) && metadata.labels === undefined) metadata.labels = structuredClone(labels);
}

function rounded(spec: JsonObject, name: string, defaults: JsonObject): void {
  fill(ensure(spec, name), defaults);
}

const DEFAULTS: Record<string, (object: Stored) => void> = {
  '/Namespace': (object) => {
    const labels = ensure(object.metadata, 'labels');
    if (typeof object.metadata.name === 'string') labels['kubernetes.io/metadata.name'] = object.metadata.name;
    ensure(object, 'spec');
    fill(ensure(object, 'status'), { phase: 'Active' });
  },
  '/Secret': (object) => {
    fill(object, { type: 'Opaque' });
    if (isObject(object.stringData)) {
      const data = ensure(object, 'data');
      for (const [key, value] of Object.entries(object.stringData)) data[key] = Buffer.from(String(value)).toString('base64');
      delete object.stringData;
    }
  },
  '/Service': (object) => {
    const spec = ensure(object, 'spec');
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
    if (spec.sessionAffinity === 'ClientIP') fill(ensure(ensure(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10800 });
    for (const port of arrayAt(spec, 'ports'))
      if (isObject(port)) fill(port, { protocol: 'TCP', ...(port.port !== undefined && { targetPort: port.port }) });
    if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
    if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') fill(spec, { externalTrafficPolicy: 'Cluster' });
    if (spec.type !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' });
    fill(ensure(object, 'status'), { loadBalancer: {} });
  },
  '/Pod': (object) => {
    const spec = ensure(object, 'spec');
    podSpecDefaults(spec);
    requestLimits(spec);
    fill(spec, { enableServiceLinks: true });
    fill(ensure(object, 'status'), {});
  },
  '/PodTemplate': (object) => podTemplateDefaults(ensure(object, 'template')),
  '/PersistentVolumeClaim': (object) => {
    fill(ensure(object, 'spec'), { volumeMode: 'Filesystem' });
    fill(ensure(object, 'status'), { phase: 'Pending' });
  },
  '/PersistentVolume': (object) => {
    fill(ensure(object, 'spec'), { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' });
    fill(ensure(object, 'status'), { phase: 'Pending' });
  },
  '/Node': (object) => {
    ensure(object, 'spec');
    ensure(object, 'status');
  },
  '/ResourceQuota': (object) => {
    ensure(object, 'spec');
    ensure(object, 'status');
  },
  'apps/Deployment': (object) => {
    const spec = ensure(object, 'spec');
    podTemplateDefaults(ensure(spec, 'template'));
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = ensure(spec, 'strategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') rounded(strategy, 'rollingUpdate', { maxUnavailable: '25%', maxSurge: '25%' });
    ensure(object, 'status');
  },
  'apps/ReplicaSet': (object) => {
    const spec = ensure(object, 'spec');
    podTemplateDefaults(ensure(spec, 'template'));
    fill(spec, { replicas: 1 });
    fill(ensure(object, 'status'), { replicas: 0 });
  },
  'apps/StatefulSet': (object) => {
    const spec = ensure(object, 'spec');
    podTemplateDefaults(ensure(spec, 'template'));
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' });
    const strategy = ensure(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') rounded(strategy, 'rollingUpdate', { partition: 0 });
    fill(ensure(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
    for (const claim of arrayAt(spec, 'volumeClaimTemplates'))
      if (isObject(claim)) {
        fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
        fill(ensure(claim, 'spec'), { volumeMode: 'Filesystem' });
        fill(ensure(claim, 'status'), { phase: 'Pending' });
      }
    fill(ensure(object, 'status'), { replicas: 0, availableReplicas: 0 });
  },
  'apps/DaemonSet': (object) => {
    fill(ensure(object.metadata, 'annotations'), { 'deprecated.daemonset.template.generation': '1' });
    const spec = ensure(object, 'spec');
    podTemplateDefaults(ensure(spec, 'template'));
    fill(spec, { revisionHistoryLimit: 10 });
    const strategy = ensure(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') rounded(strategy, 'rollingUpdate', { maxUnavailable: 1, maxSurge: 0 });
    fill(ensure(object, 'status'), { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 });
  },
  'batch/Job': (object) => {
    jobSpecDefaults(ensure(object, 'spec'));
    labelsFromTemplate(object, ensure(ensure(object, 'spec'), 'template'));
    ensure(object, 'status');
  },
  'batch/CronJob': (object) => {
    const spec = ensure(object, 'spec');
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    const template = ensure(spec, 'jobTemplate');
    podTemplateDefaults(ensure(ensure(template, 'spec'), 'template'));
    ensure(object, 'status');
  },
  'rbac.authorization.k8s.io/RoleBinding': bindingDefaults,
  'rbac.authorization.k8s.io/ClusterRoleBinding': bindingDefaults,
  'storage.k8s.io/StorageClass': (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'networking.k8s.io/NetworkPolicy': (object) => {
    const spec = ensure(object, 'spec');
    fill(spec, { podSelector: {} });
    for (const rule of [...arrayAt(spec, 'ingress'), ...arrayAt(spec, 'egress')])
      for (const port of arrayAt(rule, 'ports')) if (isObject(port)) fill(port, { protocol: 'TCP' });
    fill(spec, { policyTypes: spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'] });
  },
  'networking.k8s.io/Ingress': (object) => {
    ensure(object, 'spec');
    fill(ensure(object, 'status'), { loadBalancer: {} });
  },
  'policy/PodDisruptionBudget': (object) => {
    ensure(object, 'spec');
    fill(ensure(object, 'status'), { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 });
  },
  'coordination.k8s.io/Lease': (object) => void ensure(object, 'spec'),
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => {
    const spec = ensure(object, 'spec');
    const names = ensure(spec, 'names');
    if (typeof names.kind === 'string') fill(names, { singular: names.kind.toLowerCase(), listKind: `${names.kind}List` });
    fill(spec, { conversion: { strategy: 'None' } });
    const status = ensure(object, 'status');
    fill(status, { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null });
  },
};

function jobSpecDefaults(spec: JsonObject): void {
  fill(spec, { backoffLimit: 6, completionMode: 'NonIndexed', suspend: false, manualSelector: false });
  if (spec.completions === undefined && spec.parallelism === undefined) fill(spec, { completions: 1, parallelism: 1 });
  fill(spec, { parallelism: 1, podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed' });
  podTemplateDefaults(ensure(spec, 'template'));
}

function bindingDefaults(object: Stored): void {
  if (isObject(object.roleRef)) fill(object.roleRef, { apiGroup: 'rbac.authorization.k8s.io' });
  for (const subject of arrayAt(object, 'subjects'))
    if (isObject(subject) && stringAt(subject, 'kind') !== 'ServiceAccount') fill(subject, { apiGroup: 'rbac.authorization.k8s.io' });
}

const EVENT = { eventTime: null, firstTimestamp: null, lastTimestamp: null, reportingComponent: '', reportingInstance: '', source: {} };
/** Fields of some kinds that are never left out, with their empty values. */
const ALWAYS: Record<string, JsonObject> = {
  '/Event': EVENT,
  'rbac.authorization.k8s.io/Role': { rules: null },
  'rbac.authorization.k8s.io/ClusterRole': { rules: null },
};

/** An object of a built-in kind with nothing set: what a new one is compared with. */
export function zeroObject(kind: Kind): JsonObject {
  return { ...zeroOf(kind.schema), ...structuredClone(ALWAYS[`${kind.group}/${kind.kind}`]) };
}
