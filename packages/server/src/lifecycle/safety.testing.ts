/** A store whose verbs are what the tests of safety need: one object that holds data, and a task for each way to touch it. */
import { type FakeCluster } from '../engine/fake-cluster.testing.js';

const STORE = `apiVersion: stores.test/v1
kind: Store
metadata: {name: "{{workflow.parameters.id}}"}
spec: {size: {{workflow.parameters.size}}, color: "{{workflow.parameters.color}}"}`;

interface Verb {
  action: string;
  manifest: string;
  values?: Record<string, string>;
  gates?: string;
  seconds?: number;
  flags?: string;
}

const VALUES = { id: '$sys.instanceId', size: '$var.size', color: '$var.color' };
const NAMED = 'apiVersion: stores.test/v1\nkind: Store\nmetadata: {name: "{{workflow.parameters.id}}"}';

function workflow({ action, manifest, values = VALUES, gates, seconds = 60, flags }: Verb, indent: string): string {
  const lines = [
    'workflow:',
    '  entrypoint: main',
    `  activeDeadlineSeconds: ${seconds}`,
    '  settleSeconds: 0',
    `  arguments: {parameters: [${Object.entries(values)
      .map(([name, value]) => `{name: ${name}, value: "{{ ${value} }}"}`)
      .join(', ')}]}`,
    '  templates:',
    '    - name: main',
    '      resource:',
    `        action: ${action}`,
    ...(gates === undefined ? [] : [`        successCondition: ${gates}`]),
    ...(flags === undefined ? [] : [`        flags: ["${flags}"]`]),
    ...(action === 'patch' ? ['        mergeStrategy: merge'] : []),
    '        manifest: |',
    ...manifest.split('\n').map((line) => `          ${line}`),
  ];
  return lines.map((line) => `${indent}${line}`).join('\n');
}

/** `size` and `color` may be modified; `replicaCount` is scaled; the custom workflow `repaint` applies the store again. */
export function storePlan(name: string): string {
  const up: Verb = { action: 'apply', manifest: STORE, gates: 'status.phase == ready' };
  const verbs: Record<string, Verb> = {
    create: up,
    modify: up,
    start: up,
    restart: up,
    stop: { action: 'patch', manifest: `${NAMED}\nspec: {paused: true}`, seconds: 2 },
    failover: {
      action: 'patch',
      values: { pod: '$var.failedReplicaId' },
      manifest: 'apiVersion: v1\nkind: Pod\nmetadata: {name: "{{workflow.parameters.pod}}", labels: {failed: "true"}}',
      seconds: 1,
    },
    addCapacity: {
      action: 'patch',
      values: { ...VALUES, count: '$var.replicaCount' },
      manifest: `${NAMED}\nspec: {replicas: {{workflow.parameters.count}}}`,
    },
    delete: { action: 'delete', manifest: NAMED, flags: '--ignore-not-found=true', seconds: 1 },
  };
  return `name: ${name}
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Store
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1"}
      - {key: color, type: String, modifiable: true, defaultValue: "red"}
      - {key: password, type: Password, modifiable: true, defaultValue: "first-password"}
      - {key: replicaCount, type: Int32, modifiable: true, defaultValue: "1", limits: {min: 1, max: 9}}
    systemWorkflows:
${Object.entries(verbs)
  .map(([verb, of]) => `      ${verb}:\n${workflow(of, '        ')}`)
  .join('\n')}
    customWorkflows:
      - verb: repaint
        displayName: Repaint
${workflow(up, '        ')}
`;
}

/** Makes each store ready once it is written. */
export function serveStores(cluster: FakeCluster): void {
  cluster.serve('stores.test/v1', 'Store', 'stores');
  cluster.operator = ({ kind, metadata: { name, namespace } }, cell) => {
    if (kind === 'Store' && cell.find(kind, name, namespace) !== undefined) cell.setStatus(kind, name, { phase: 'ready' }, namespace);
  };
}
