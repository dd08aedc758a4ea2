import { controllerOptions, type Cell } from '../api/cell.js';
import { createObject } from '../api/create.js';
import { type JsonObject } from '../json.js';
import { timestamp } from '../clock.js';
import { storageKey } from '../kinds/kind.js';

/** The cell's only node. */
export const NODE = 'sim-node-0';

/** Makes what every cell has: the usual namespaces, one node, a StorageClass and the usual ClusterRoles. What is there stays as it is. */
export function furnishCell(cell: Cell): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    make(cell, 'v1', 'Namespace', '', { metadata: { name } });
  make(cell, 'v1', 'Node', '', node(timestamp(cell.clock)));
  make(cell, 'storage.k8s.io/v1', 'StorageClass', '', {
    metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'simulator.cellplane.dev/volumes',
    allowVolumeExpansion: true,
  });
  make(cell, 'v1', 'Service', 'default', {
    metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
  });
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  make(cell, 'rbac.authorization.k8s.io/v1', 'ClusterRole', '', {
    metadata: { name: 'cluster-admin' },
    rules: [all, { verbs: ['*'], nonResourceURLs: ['*'] }],
  });
  const read = ['get', 'list', 'watch'];
  const groups = ['', 'apps', 'batch', 'networking.k8s.io', 'policy', 'autoscaling'];
  make(cell, 'rbac.authorization.k8s.io/v1', 'ClusterRole', '', {
    metadata: { name: 'view' },
    rules: groups.map((group) => ({ verbs: read, apiGroups: [group], resources: ['*'] })),
  });
  for (const name of ['admin', 'edit'])
    make(cell, 'rbac.authorization.k8s.io/v1', 'ClusterRole', '', {
      metadata: { name },
      rules: groups.map((group) => ({ verbs: ['*'], apiGroups: [group], resources: ['*'] })),
    });
}

function make(cell: Cell, apiVersion: string, kindName: string, namespace: string, object: JsonObject & { metadata: JsonObject }): void {
  const kind = cell.kinds.byKind(apiVersion, kindName);
  if (!kind || cell.store.get(storageKey(kind), namespace, String(object.metadata.name))) return;
  createObject(cell, kind, namespace, object, controllerOptions('simulator'));
}

function node(now: string): JsonObject & { metadata: JsonObject } {
  const resources = { cpu: '8', memory: '32Gi', pods: '250', 'ephemeral-storage': '200Gi' };
  return {
    metadata: {
      name: NODE,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': NODE,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 't3.medium',
        'topology.kubernetes.io/region': 'us-east-1',
        'topology.kubernetes.io/zone': 'us-east-1a',
        'cellplane.dev/simulated': 'true',
      },
    },
    spec: { podCIDR: '10.244.0.0/16', podCIDRs: ['10.244.0.0/16'] },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: '192.0.2.10' },
        { type: 'Hostname', address: NODE },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'the simulated node is ready',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.34.0-cellplane-simulated',
        osImage: 'simulated',
        operatingSystem: 'linux',
        architecture: 'amd64',
        containerRuntimeVersion: 'simulated://1',
        kernelVersion: '',
        machineID: '',
        systemUUID: '',
        bootID: '',
        kubeProxyVersion: '',
      },
    },
  };
}
