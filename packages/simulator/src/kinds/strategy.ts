import { at, copy, equal, isObject, type JsonObject } from '../json.js';
import type { Cell, WriteOptions } from '../api/cell.js';
import type { Stored } from '../store/store.js';
import { allocateAddress } from './service-addresses.js';
import { admitPod } from './pod-admission.js';
import type { Kind } from './kind.js';

/** What the API server sets or clears on a new object of a kind. */
export function prepareForCreate(cell: Cell, kind: Kind, object: Stored): Stored {
  if (kind.custom) {
    if (!kind.hasStatus) return object;
    const next = { ...object };
    delete next.status;
    return next;
  }
  const next = copy(object);
  switch (kind.kind) {
    case 'Service':
      next.status = { loadBalancer: {} };
      allocateAddress(cell, next);
      return next;
    case 'Pod':
      next.status = { phase: 'Pending', qosClass: qualityOf(next) };
      admitPod(next);
      return next;
    case 'Job':
      next.status = {};
      jobSelector(next);
      // Labels that came from the template are the template's, the generated ones included.
      if (next.metadata.labels === undefined || equal(next.metadata.labels, at(object, 'spec', 'template', 'metadata', 'labels')))
        next.metadata.labels = copy(at(next, 'spec', 'template', 'metadata', 'labels'));
      return next;
    case 'Namespace':
      next.status = { phase: 'Active' };
      next.spec = { finalizers: ['kubernetes'] };
      return next;
    case 'PersistentVolumeClaim':
      next.status = { phase: 'Pending' };
      next.metadata.finalizers = [
        ...new Set([
          ...(Array.isArray(next.metadata.finalizers) ? (next.metadata.finalizers as unknown[]) : []),
          'kubernetes.io/pvc-protection',
        ]),
      ];
      if (isObject(next.spec) && next.spec.storageClassName === undefined) next.spec.storageClassName = defaultStorageClass(cell);
      return next;
    case 'Deployment':
    case 'CronJob':
    case 'ResourceQuota':
      next.status = {};
      return next;
    case 'CustomResourceDefinition':
      next.status = crdStatus(next);
      return next;
    default:
      return next;
  }
}

function defaultStorageClass(cell: Cell): string | undefined {
  const isDefault = (object: Stored) =>
    isObject(object.metadata.annotations) && object.metadata.annotations['storageclass.kubernetes.io/is-default-class'] === 'true';
  const found = cell.store.list('storageclasses.storage.k8s.io').find(isDefault);
  return found ? String(found.metadata.name) : undefined;
}

function crdStatus(crd: Stored): JsonObject {
  const versions = isObject(crd.spec) && Array.isArray(crd.spec.versions) ? crd.spec.versions : [];
  const stored = versions.filter(isObject).filter((version) => version.storage === true);
  return { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: stored.map((version) => version.name) };
}

function qualityOf(pod: Stored): string {
  const containers = isObject(pod.spec) && Array.isArray(pod.spec.containers) ? pod.spec.containers.filter(isObject) : [];
  const resources = containers.map((container) => (isObject(container.resources) ? container.resources : {}));
  if (resources.every((one) => one.requests === undefined && one.limits === undefined)) return 'BestEffort';
  const full = resources.every((one) => {
    const limits = isObject(one.limits) ? one.limits : {};
    const requests = isObject(one.requests) ? one.requests : {};
    return ['cpu', 'memory'].every((name) => limits[name] !== undefined && limits[name] === requests[name]);
  });
  return full ? 'Guaranteed' : 'Burstable';
}

/** A Job selects its pods by its own uid (batch strategy `generateSelector`). */
function jobSelector(job: Stored): void {
  const spec = isObject(job.spec) ? job.spec : {};
  if (spec.manualSelector === true || !isObject(spec.template)) return;
  const uid = String(job.metadata.uid);
  const metadata = isObject(spec.template.metadata) ? spec.template.metadata : {};
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': job.metadata.name,
    'controller-uid': uid,
    'job-name': job.metadata.name,
  };
  metadata.labels = { ...(isObject(metadata.labels) ? metadata.labels : {}), ...labels };
  spec.template.metadata = metadata;
  spec.selector ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
}

/** What the API server keeps or sets on an updated object of a kind. */
export function prepareForUpdate(cell: Cell, kind: Kind, next: Stored, live: Stored, subresource: WriteOptions['subresource']): Stored {
  if (kind.custom || subresource === 'status') return next;
  const result = copy(next);
  const spec = isObject(result.spec) ? result.spec : undefined;
  const old = isObject(live.spec) ? live.spec : {};
  switch (kind.kind) {
    case 'Service':
      if (spec && spec.type !== 'ExternalName') {
        for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'])
          if (spec[name] === undefined && old[name] !== undefined) spec[name] = copy(old[name]);
        keepNodePorts(spec, old);
        followType(spec, old);
        allocateAddress(cell, result);
      }
      return result;
    case 'Job':
      if (spec && spec.selector === undefined) {
        spec.selector = copy(old.selector);
        jobSelector(result);
      } else jobSelector({ ...result, metadata: live.metadata });
      return result;
    case 'Namespace':
      if (subresource !== 'finalize' && spec) spec.finalizers = copy(old.finalizers);
      if (spec && spec.finalizers === undefined) delete spec.finalizers;
      return result;
    case 'PersistentVolumeClaim':
      if (spec)
        for (const name of ['storageClassName', 'volumeName'])
          if (spec[name] === undefined && old[name] !== undefined) spec[name] = old[name];
      return result;
    case 'Pod':
      return keepPodFields(result, live);
    default:
      return result;
  }
}

/** A changed address is the first of the addresses; what belongs to the old type and was not changed goes with it. */
function followType(spec: JsonObject, old: JsonObject): void {
  if (spec.clusterIP !== old.clusterIP && equal(spec.clusterIPs, old.clusterIPs)) spec.clusterIPs = [spec.clusterIP];
  const isOpen = (type: unknown) => type === 'NodePort' || type === 'LoadBalancer';
  if (!isOpen(old.type) || isOpen(spec.type)) return;
  if (spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  if (equal(spec.allocateLoadBalancerNodePorts, old.allocateLoadBalancerNodePorts)) delete spec.allocateLoadBalancerNodePorts;
  for (const port of Array.isArray(spec.ports) ? spec.ports.filter(isObject) : []) delete port.nodePort;
}

function keepNodePorts(spec: JsonObject, old: JsonObject): void {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return;
  const before = Array.isArray(old.ports) ? old.ports.filter(isObject) : [];
  for (const port of Array.isArray(spec.ports) ? spec.ports.filter(isObject) : []) {
    if (port.nodePort === undefined) {
      const same = before.find((one) => one.port === port.port && one.protocol === port.protocol);
      if (same?.nodePort !== undefined) port.nodePort = same.nodePort;
    }
  }
}

function keepPodFields(pod: Stored, live: Stored): Stored {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const old = isObject(live.spec) ? live.spec : {};
  for (const name of ['serviceAccount', 'serviceAccountName', 'nodeName', 'preemptionPolicy', 'priority'])
    if (spec[name] === undefined && old[name] !== undefined) spec[name] = copy(old[name]);
  return pod;
}
