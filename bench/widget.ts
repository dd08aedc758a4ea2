/** The workload of the benchmarks: a plan of four tasks, the last with a gate, and a stub operator that makes the gate true at once. */
import { type ApiError, type KubernetesClient, type KubernetesObject, startInformer } from '@cellplane/kubernetes';

export const GROUP = 'bench.cellplane.dev';
export const NAMESPACE = 'cellplane-bench';

/** secret and config at once, then store, then widget; the widget's gate waits for the stub operator. */
export const PLAN = `
name: Bench
deployment:
  hostedDeployment:
    awsAccountId: "000000000000"
tenancyType: CUSTOM_TENANCY
services:
  - name: Widget
    apiParameters:
      - key: size
        type: Int32
        modifiable: true
        defaultValue: "1"
    systemWorkflows:
      create:
        workflow:
          entrypoint: create
          arguments:
            parameters:
              - {name: id, value: "{{ $sys.instanceId }}"}
              - {name: size, value: "{{ $var.size }}"}
          templates:
            - name: create
              inputs: {parameters: [{name: id}, {name: size}]}
              dag:
                tasks:
${task('secret', [])}${task('config', [])}${task('store', ['secret', 'config'])}${task('widget', ['store'])}
${leaf('secret', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: "{{inputs.parameters.id}}"\nstringData:\n  password: "0123456789"\n')}
${leaf('config', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{inputs.parameters.id}}"\ndata:\n  size: "{{inputs.parameters.size}}"\n')}
${leaf('store', `apiVersion: ${GROUP}/v1\nkind: Store\nmetadata:\n  name: "{{inputs.parameters.id}}"\nspec:\n  path: "s3://bucket/{{inputs.parameters.id}}"\n`)}
${leaf('widget', `apiVersion: ${GROUP}/v1\nkind: Widget\nmetadata:\n  name: "{{inputs.parameters.id}}"\nspec:\n  size: {{inputs.parameters.size}}\n`, 'status.phase == Ready && status.size == {{inputs.parameters.size}}')}
`;

function task(name: string, dependencies: string[]): string {
  return `                  - name: ${name}
                    template: apply-${name}
                    dependencies: ${JSON.stringify(dependencies)}
                    arguments:
                      parameters:
                        - {name: id, value: "{{inputs.parameters.id}}"}
                        - {name: size, value: "{{inputs.parameters.size}}"}
`;
}

function leaf(name: string, manifest: string, gate?: string): string {
  const indented = manifest.replaceAll(/^(?=.)/gm, '                  ');
  return `            - name: apply-${name}
              inputs: {parameters: [{name: id}, {name: size}]}
              resource:
                action: apply
${gate === undefined ? '' : `                successCondition: ${gate}\n`}                manifest: |
${indented}`;
}

/** The four objects of one instance, as the plan renders them. */
export function objects(id: string, labels: Record<string, string>): Record<'secret' | 'config' | 'store' | 'widget', KubernetesObject> {
  const metadata = { name: id, namespace: NAMESPACE, labels };
  return {
    secret: { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password: '0123456789' } },
    config: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { size: '1' } },
    store: { apiVersion: `${GROUP}/v1`, kind: 'Store', metadata, spec: { path: `s3://bucket/${id}` } },
    widget: { apiVersion: `${GROUP}/v1`, kind: 'Widget', metadata, spec: { size: 1 } },
  };
}

/** Makes the two kinds and the namespace; returns once they are served. */
export async function prepareCluster(client: KubernetesClient): Promise<void> {
  for (const kind of ['Store', 'Widget']) await client.apply(definition(kind), { fieldManager: 'bench', force: true });
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, { fieldManager: 'bench', force: true });
  for (const kind of ['Store', 'Widget']) {
    for (;;) {
      const served = await client.list({ apiVersion: `${GROUP}/v1`, kind, namespace: NAMESPACE, limit: 1 }).then(
        () => true,
        (error: ApiError) => {
          if (error.reason !== 'KindNotServed' && error.status !== 404) throw error;
          return false;
        },
      );
      if (served) break;
    }
  }
}

function definition(kind: string): KubernetesObject {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { type: 'object', properties: { spec: open, status: open } };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [version],
    },
  };
}

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Sets every new Widget's status as soon as it sees it. `onReady` is told when a status has been written. */
export async function startStubOperator(
  client: KubernetesClient,
  onReady: (name: string, at: number) => void = () => {},
): Promise<() => Promise<void>> {
  const informer = startInformer(
    client,
    { apiVersion: `${GROUP}/v1`, kind: 'Widget' },
    {
      onChange: (change) => {
        const { object } = change;
        if (change.type === 'DELETED' || object['status'] !== undefined) return;
        const { size } = object['spec'] as { size: number };
        const key = {
          apiVersion: object.apiVersion,
          kind: object.kind,
          namespace: object.metadata.namespace ?? '',
          name: object.metadata.name,
        };
        const status = { phase: 'Ready', size, observedGeneration: object.metadata.generation };
        client.patch(key, 'merge', { status }, { subresource: 'status' }).then(
          () => onReady(object.metadata.name, Date.now()),
          (error: ApiError) => {
            if (error.status !== 404) console.error(`stub operator: ${error.message}`);
          },
        );
      },
    },
  );
  await informer.ready;
  return async () => informer.stop();
}

/** Removes everything that the workload made. */
export async function cleanUp(client: KubernetesClient): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE };
  await client.delete(namespace).catch((error: ApiError) => {
    if (error.status !== 404) throw error;
  });
  for (;;) {
    const gone = await client.get(namespace).then(
      () => false,
      (error: ApiError) => {
        if (error.status !== 404) throw error;
        return true;
      },
    );
    if (gone) return;
  }
}
