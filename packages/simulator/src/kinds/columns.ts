import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import { readJsonPath } from './json-path.js';
import type { Column } from './kind.js';

const NAME: Column = { name: 'Name', type: 'string', format: 'name', value: (object) => stringAt(object, 'metadata', 'name') };
const AGE: Column = { name: 'Age', type: 'string', value: (object, now) => age(stringAt(object, 'metadata', 'creationTimestamp'), now) };

/** A duration as kubectl prints it: `12s`, `5m3s`, `3h`, `2d`. Input in milliseconds. */
function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 0) return '<invalid>';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 && hours % 24 !== 0 ? `${days}d${hours % 24}h` : `${days}d`;
}

function age(since: string, now: number): string {
  return since === '' ? '<unknown>' : humanDuration(now - Date.parse(since));
}

const text = (name: string, value: (object: JsonObject) => unknown, priority = 0): Column => ({ name, type: 'string', value, priority });
const from = (name: string, path: string[], empty = '<none>', priority = 0): Column =>
  text(name, (object) => stringAt(object, ...path) || empty, priority);
const count = (value: unknown) => (typeof value === 'number' ? value : 0);
const size = (object: JsonObject, field: string) => Object.keys(objectAt(object, field)).length;

function podStatus(object: JsonObject): string {
  if (stringAt(object, 'metadata', 'deletionTimestamp') !== '') return 'Terminating';
  for (const status of arrayAt(object, 'status', 'containerStatuses')) {
    const reason = stringAt(status, 'state', 'waiting', 'reason') || stringAt(status, 'state', 'terminated', 'reason');
    if (reason !== '') return reason;
  }
  return stringAt(object, 'status', 'reason') || stringAt(object, 'status', 'phase') || 'Unknown';
}

function ports(object: JsonObject): string {
  const list = arrayAt(object, 'spec', 'ports').map(
    (port) =>
      `${String(at(port, 'port'))}${at(port, 'nodePort') === undefined ? '' : `:${String(at(port, 'nodePort'))}`}/${stringAt(port, 'protocol') || 'TCP'}`,
  );
  return list.join(',') || '<none>';
}

const BY_KIND: Record<string, Column[]> = {
  Namespace: [from('Status', ['status', 'phase'])],
  Secret: [from('Type', ['type']), text('Data', (object) => size(object, 'data'))],
  ConfigMap: [text('Data', (object) => size(object, 'data') + size(object, 'binaryData'))],
  Service: [
    from('Type', ['spec', 'type']),
    from('Cluster-IP', ['spec', 'clusterIP']),
    text(
      'External-IP',
      (object) =>
        stringAt(object, 'spec', 'externalName') || (stringAt(object, 'spec', 'type') === 'LoadBalancer' ? '<pending>' : '<none>'),
    ),
    text('Port(s)', ports),
  ],
  Pod: [
    text('Ready', (object) => {
      const statuses = arrayAt(object, 'status', 'containerStatuses');
      return `${statuses.filter((status) => at(status, 'ready') === true).length}/${arrayAt(object, 'spec', 'containers').length}`;
    }),
    text('Status', podStatus),
    text('Restarts', (object) =>
      arrayAt(object, 'status', 'containerStatuses').reduce<number>((sum, status) => sum + count(at(status, 'restartCount')), 0),
    ),
    AGE,
    from('IP', ['status', 'podIP'], '<none>', 1),
    from('Node', ['spec', 'nodeName'], '<none>', 1),
    from('Nominated Node', ['status', 'nominatedNodeName'], '<none>', 1),
    text('Readiness Gates', () => '<none>', 1),
  ],
  PersistentVolumeClaim: [
    from('Status', ['status', 'phase']),
    from('Volume', ['spec', 'volumeName'], ''),
    from('Capacity', ['status', 'capacity', 'storage'], ''),
    text('Access Modes', (object) =>
      arrayAt(object, 'spec', 'accessModes')
        .map((mode) => String(mode).replace(/[a-z]/g, ''))
        .join(','),
    ),
    from('StorageClass', ['spec', 'storageClassName'], ''),
  ],
  Node: [
    text('Status', (object) =>
      arrayAt(object, 'status', 'conditions').some((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True')
        ? 'Ready'
        : 'NotReady',
    ),
    text('Roles', () => '<none>'),
    AGE,
    from('Version', ['status', 'nodeInfo', 'kubeletVersion'], ''),
  ],
  Deployment: [
    text('Ready', (object) => `${count(at(object, 'status', 'readyReplicas'))}/${count(at(object, 'spec', 'replicas'))}`),
    text('Up-to-date', (object) => count(at(object, 'status', 'updatedReplicas'))),
    text('Available', (object) => count(at(object, 'status', 'availableReplicas'))),
  ],
  StatefulSet: [text('Ready', (object) => `${count(at(object, 'status', 'readyReplicas'))}/${count(at(object, 'spec', 'replicas'))}`)],
  Job: [
    text('Status', (object) => {
      const done = arrayAt(object, 'status', 'conditions').find(
        (one) => at(one, 'status') === 'True' && ['Complete', 'Failed'].includes(stringAt(one, 'type')),
      );
      return done ? stringAt(done, 'type') : 'Running';
    }),
    text('Completions', (object) => `${count(at(object, 'status', 'succeeded'))}/${count(at(object, 'spec', 'completions'))}`),
  ],
  StorageClass: [
    from('Provisioner', ['provisioner'], ''),
    from('ReclaimPolicy', ['reclaimPolicy'], ''),
    from('VolumeBindingMode', ['volumeBindingMode'], ''),
  ],
  CustomResourceDefinition: [from('Created At', ['metadata', 'creationTimestamp'], '')],
  Event: [
    text('Type', (object) => stringAt(object, 'type')),
    text('Reason', (object) => stringAt(object, 'reason')),
    text('Object', (object) => {
      const about = isObject(object.involvedObject) ? object.involvedObject : objectAt(object, 'regarding');
      return `${stringAt(about, 'kind').toLowerCase()}/${stringAt(about, 'name')}`;
    }),
    text('Message', (object) => stringAt(object, 'message') || stringAt(object, 'note')),
  ],
};

/** Columns of a built-in kind's table. */
export function builtinColumns(kind: string): Column[] {
  const own = BY_KIND[kind] ?? [];
  if (kind === 'Event')
    return [
      {
        name: 'Last Seen',
        type: 'string',
        value: (object, now) => age(stringAt(object, 'lastTimestamp') || stringAt(object, 'metadata', 'creationTimestamp'), now),
      },
      ...own,
    ];
  if (kind === 'CustomResourceDefinition') return [NAME, ...own];
  return [NAME, ...own, ...(own.includes(AGE) ? [] : [AGE])];
}

/** Columns of a custom kind: `additionalPrinterColumns`, or the age. Dates are shown as ages. */
export function customColumns(definitions: readonly unknown[]): Column[] {
  const own = definitions.filter(isObject).map((definition): Column => {
    const type = stringAt(definition, 'type') || 'string';
    const path = stringAt(definition, 'jsonPath');
    return {
      name: stringAt(definition, 'name'),
      type,
      ...(typeof definition.format === 'string' && { format: definition.format }),
      description: stringAt(definition, 'description') || `Custom resource definition column (in JSONPath format): ${path}`,
      ...(typeof definition.priority === 'number' && { priority: definition.priority }),
      value: (object, now) => {
        const [found] = readJsonPath(object, path);
        if (type === 'date') return typeof found === 'string' ? age(found, now) : null;
        if (type === 'string') return found === undefined ? null : typeof found === 'object' ? JSON.stringify(found) : String(found);
        return found ?? null;
      },
    };
  });
  return [NAME, ...(own.length > 0 ? own : [{ ...AGE, type: 'date' }])];
}
