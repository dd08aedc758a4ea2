/** A plan with every workflow, each of which makes one Thing named after it, and an operator that a test can hold or break. */
import type { FakeCluster } from '../engine/fake-cluster.testing.js';

/** Makes a Thing that shows the given values in its spec; ready when the operator says so. */
function workflow(verb: string, spec: Record<string, string>, outputs = ''): string {
  const lines = Object.entries({ by: verb, ...spec }).map(([key, value]) => `                    ${key}: "${value}"`);
  return `${outputs}
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                successCondition: status.phase == ready
                failureCondition: status.phase == broken
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata:
                    name: ${verb.toLowerCase()}
                    annotations: {cellplane.dev/may-vanish: "true"}
                  spec:
${lines.join('\n')}`;
}

const OUTPUTS = `
        outputParameters:
          phase: "$tasks.main.resource.status.phase"`;

/** Verbs without a workflow of the plan are left out with `without`. */
export function everyVerb(options: { without?: string[]; services?: string } = {}): string {
  const snapshot = { id: '{{ $sys.snapshot.id }}' };
  const workflows: Record<string, string> = {
    create: workflow('create', { size: '{{ $var.size }}' }, OUTPUTS),
    modify: workflow('modify', { size: '{{ $var.size }}' }, OUTPUTS),
    delete: workflow('delete', {}),
    start: workflow('start', {}),
    stop: workflow('stop', {}),
    restart: workflow('restart', {}),
    addCapacity: workflow('addCapacity', { count: '{{ $var.replicaCount }}' }),
    removeCapacity: workflow('removeCapacity', { count: '{{ $var.replicaCount }}' }),
    failover: workflow('failover', { replica: '{{ $var.failedReplicaId }}', action: '{{ $var.failedReplicaAction }}' }),
    backup: workflow('backup', snapshot, OUTPUTS),
    restore: workflow(
      'restore',
      {
        from: '{{ $sys.restore.snapshotId }}',
        path: '{{ $sys.restore.metadata.path }}',
        source: '{{ $sys.sourceInstanceId }}',
        target: '{{ $sys.targetInstanceId }}',
        size: '{{ $var.size }}',
      },
      OUTPUTS,
    ),
    deleteBackup: workflow('deleteBackup', { ...snapshot, path: '{{ $sys.snapshot.metadata.path }}' }),
  };
  const system = Object.entries(workflows)
    .filter(([verb]) => options.without?.includes(verb) !== true)
    .map(([verb, text]) => `      ${verb}:${text}`);
  return `
name: Every verb
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
  - name: Database
    apiParameters:
      - {key: size, type: String, modifiable: true, defaultValue: "1"}
      - {key: replicaCount, type: Int32, modifiable: true, defaultValue: "1"}
    systemWorkflows:
${system.join('\n')}
    customWorkflows:
      - verb: repair
        displayName: Repair
        scope: [fleet]
        apiParameters:
          - {key: depth, type: Int32, required: true}${workflow('repair', { depth: '{{ $var.depth }}', size: '{{ $var.size }}' }, OUTPUTS)}
${options.services ?? ''}`;
}

export interface Things {
  /** Names of Things that stay without a status, and that get a broken one. */
  held: Set<string>;
  broken: Set<string>;
  /** Gives a Thing that was held, or made before, the status that it should have now. */
  settle(name: string, namespace: string): void;
  /** Takes the Thing away, so that the next workflow makes it anew. */
  remove(name: string, namespace: string): Promise<void>;
}

/** Serves Things and makes them ready. */
export function serveThings(cluster: FakeCluster): Things {
  cluster.serve('example.com/v1', 'Thing', 'things');
  const things: Things = {
    held: new Set(),
    broken: new Set(),
    settle: (name, namespace) => {
      if (things.held.has(name) || cluster.find('Thing', name, namespace) === undefined) return;
      cluster.setStatus('Thing', name, { phase: things.broken.has(name) ? 'broken' : 'ready' }, namespace);
    },
    remove: async (name, namespace) => {
      if (cluster.find('Thing', name, namespace) !== undefined)
        await cluster.client().delete({ apiVersion: 'example.com/v1', kind: 'Thing', name, namespace });
    },
  };
  cluster.operator = (object) => {
    if (object.kind === 'Thing' && object.metadata.namespace !== undefined) things.settle(object.metadata.name, object.metadata.namespace);
  };
  return things;
}
