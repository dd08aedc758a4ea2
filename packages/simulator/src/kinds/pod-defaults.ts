import { arrayAt, isObject, type JsonObject, stringAt } from '../json.js';

function fill(object: JsonObject, defaults: JsonObject): void {
  for (const [name, value] of Object.entries(defaults)) if (object[name] === undefined) object[name] = value;
}

/** Defaults of a pod template. */
export function podTemplateDefaults(template: JsonObject): void {
  if (!isObject(template.metadata)) template.metadata = {};
  if (!isObject(template.spec)) template.spec = {};
  podSpecDefaults(template.spec as JsonObject);
}

/** Defaults of a pod's spec (k8s.io/kubernetes pkg/apis/core/v1/defaults.go). */
export function podSpecDefaults(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  if (typeof spec.serviceAccountName === 'string') fill(spec, { serviceAccount: spec.serviceAccountName });
  else if (typeof spec.serviceAccount === 'string') fill(spec, { serviceAccountName: spec.serviceAccount });
  for (const container of [...arrayAt(spec, 'containers'), ...arrayAt(spec, 'initContainers')])
    if (isObject(container)) containerDefaults(container);
  for (const volume of arrayAt(spec, 'volumes')) if (isObject(volume)) volumeDefaults(volume);
}

function containerDefaults(container: JsonObject): void {
  const image = stringAt(container, 'image');
  if (image !== '') {
    const last = image.split('/').at(-1) ?? '';
    const isLatest = !last.includes('@') && (!last.includes(':') || last.endsWith(':latest'));
    fill(container, { imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent' });
  } else fill(container, { imagePullPolicy: 'IfNotPresent' });
  fill(container, { resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' });
  for (const port of arrayAt(container, 'ports')) if (isObject(port)) fill(port, { protocol: 'TCP' });
  for (const variable of arrayAt(container, 'env')) {
    if (isObject(variable) && isObject(variable.valueFrom) && isObject(variable.valueFrom.fieldRef))
      fill(variable.valueFrom.fieldRef, { apiVersion: 'v1' });
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (!isObject(probe)) continue;
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    if (isObject(probe.httpGet)) fill(probe.httpGet, { path: '/', scheme: 'HTTP' });
  }
}

function volumeDefaults(volume: JsonObject): void {
  for (const name of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = volume[name];
    if (isObject(source)) fill(source, { defaultMode: 420 });
  }
  if (isObject(volume.hostPath)) fill(volume.hostPath, { type: '' });
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
}

/** In pods, what is limited and not requested is requested. */
export function requestLimits(spec: JsonObject): void {
  for (const container of [...arrayAt(spec, 'containers'), ...arrayAt(spec, 'initContainers')]) {
    const resources = isObject(container) ? container.resources : undefined;
    if (isObject(resources) && isObject(resources.limits))
      resources.requests = { ...resources.limits, ...(isObject(resources.requests) ? resources.requests : {}) };
  }
}
