/** A metrics API for cells that have none: the kind of metrics-server as a CRD, and what it would have measured. */
import type { KubernetesObject } from '@cellplane/kubernetes';

export const METRICS_CRD: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'pods.metrics.k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' } },
  spec: {
    group: 'metrics.k8s.io',
    scope: 'Namespaced',
    names: { kind: 'PodMetrics', listKind: 'PodMetricsList', plural: 'pods', singular: 'podmetrics' },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

export function podMetrics(
  namespace: string,
  name: string,
  { cpu, memory, at }: { cpu: string; memory: string; at: string },
): KubernetesObject {
  const containers = [
    { name: 'main', usage: { cpu, memory } },
    { name: 'sidecar', usage: { cpu: '1m', memory: '1Mi' } },
  ];
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: { name, namespace },
    timestamp: at,
    window: '15s',
    containers,
  };
}
