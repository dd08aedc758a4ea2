/** The workload of the engine's benchmarks: plans of a few tasks with a gate, and a stub operator that makes the gate true. */
import { type ApiError, type KubernetesClient, type KubernetesObject, startInformer } from '@cellplane/kubernetes';

export const GROUP = 'bench.cellplane.dev';
/** One for each measurement, so that several may go on at once; programs started by a measurement inherit it. */
export const NAMESPACE = (process.env['CELLPLANE_BENCH_NAMESPACE'] ??= `cellplane-bench-${process.pid}`);

type Task = 'secret' | 'config' | 'store' | 'widget' | 'after';
type Tasks = Partial<Record<Task, string[]>>;

/** What each task applies; the widget has a gate. */
const APPLIES: Record<Task, { manifest: string; gate?: string }> = {
  secret: {
    manifest: 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: "{{inputs.parameters.id}}"\nstringData:\n  password: "0123456789"\n',
  },
  config: {
    manifest:
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{inputs.parameters.id}}"\ndata:\n  size: "{{inputs.parameters.size}}"\n',
  },
  store: {
    manifest: `apiVersion: ${GROUP}/v1\nkind: Store\nmetadata:\n  name: "{{inputs.parameters.id}}"\nspec:\n  path: "s3://bucket/{{inputs.parameters.id}}"\n`,
  },
  widget: {
    manifest: `apiVersion: ${GROUP}/v1\nkind: Widget\nmetadata:\n  name: "{{inputs.parameters.id}}"\nspec:\n  size: {{inputs.parameters.size}}\n`,
    // Written so that Argo Workflows reads it too.
    gate: 'status.phase==Ready,status.size=={{inputs.parameters.size}}',
  },
  after: { manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{inputs.parameters.id}}-after"\ndata:\n  state: done\n' },
};

/** secret and config at once, then store, then widget; the widget's gate waits for the stub operator. */
const CREATES: Tasks = { secret: [], config: [], store: ['secret', 'config'], widget: ['store'] };
/** The same, and a ConfigMap once the gate is true: the time between the two is the reaction. */
export const SEED: Tasks = { ...CREATES, after: ['widget'] };
/** widget, whose gate waits for the stub operator, then config: the reaction is the time between the two. */
const REACTION: Tasks = { widget: [], config: ['widget'] };
/** Writes without a gate, one after the other, to one object: a run that is in the hands of a process for seconds. */
const CHAIN = 120;
/** The plans by their names on command lines. */
export const PLANS: Record<string, string> = {
  creates: planOf(CREATES),
  seed: planOf(SEED),
  reaction: planOf(REACTION),
  chain: chainOf(CHAIN),
};

function planOf(tasks: Tasks): string {
  return spec(
    Object.entries(tasks)
      .map(([name, dependencies]) => task(name, `apply-${name}`, dependencies))
      .join(''),
    (Object.keys(tasks) as Task[]).map(leaf).join('\n'),
  );
}

function chainOf(length: number): string {
  const names = Array.from({ length }, (_, index) => `t${index}`);
  const tasks = names.map((name, index) => task(name, 'apply-config', index === 0 ? [] : [`t${index - 1}`], `"${index}"`));
  return spec(tasks.join(''), leaf('config'));
}

function spec(tasks: string, leaves: string): string {
  return `
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
${tasks}
${leaves}
`;
}

function task(name: string, template: string, dependencies: string[], size = '"{{inputs.parameters.size}}"'): string {
  return `                  - name: ${name}
                    template: ${template}
                    dependencies: ${JSON.stringify(dependencies)}
                    arguments:
                      parameters:
                        - {name: id, value: "{{inputs.parameters.id}}"}
                        - {name: size, value: ${size}}
`;
}

function leaf(name: Task): string {
  const { manifest, gate } = APPLIES[name];
  const indented = manifest.replaceAll(/^(?=.)/gm, '                  ');
  return `            - name: apply-${name}
              inputs: {parameters: [{name: id}, {name: size}]}
              resource:
                action: apply
${gate === undefined ? '' : `                successCondition: ${gate}\n`}                manifest: |
${indented}`;
}

/** The same tasks as a workflow of Argo, for one instance. */
export function argoWorkflow(tasks: Tasks, id: string): KubernetesObject {
  const parameters = [{ name: 'id' }, { name: 'size' }];
  const passed = parameters.map(({ name }) => ({ name, value: `{{inputs.parameters.${name}}}` }));
  const names = Object.keys(tasks) as Task[];
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { name: id, namespace: NAMESPACE },
    spec: {
      entrypoint: 'create',
      arguments: {
        parameters: [
          { name: 'id', value: id },
          { name: 'size', value: '1' },
        ],
      },
      templates: [
        {
          name: 'create',
          inputs: { parameters },
          dag: {
            tasks: names.map((name) => ({
              name,
              template: `apply-${name}`,
              dependencies: tasks[name],
              arguments: { parameters: passed },
            })),
          },
        },
        ...names.map((name) => {
          const { manifest, gate } = APPLIES[name];
          const condition = gate === undefined ? {} : { successCondition: gate };
          return { name: `apply-${name}`, inputs: { parameters }, resource: { action: 'apply', ...condition, manifest } };
        }),
      ],
    },
  };
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

export interface StubOperator {
  /** How long it leaves a new Widget alone, milliseconds. @default 0 */
  afterMs?: number;
  /** Told right before a status is sent. */
  onReady?: (name: string) => void;
}

/** Sets every new Widget's status once, as soon as it sees it or a while later. */
export async function startStubOperator(
  client: KubernetesClient,
  { afterMs = 0, onReady = () => {} }: StubOperator = {},
): Promise<() => Promise<void>> {
  const informer = startInformer(
    client,
    { apiVersion: `${GROUP}/v1`, kind: 'Widget', namespace: NAMESPACE },
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
        const set = () => {
          onReady(key.name);
          client.patch(key, 'merge', { status }, { subresource: 'status' }).catch((error: ApiError) => {
            if (error.status !== 404) console.error(`stub operator: ${error.message}`);
          });
        };
        if (afterMs === 0) set();
        else setTimeout(set, afterMs);
      },
    },
  );
  await informer.ready;
  return async () => informer.stop();
}

/** Removes what the workload made in the namespace, and leaves the namespace: where no controller runs, it would never go. */
export async function cleanObjects(client: KubernetesClient): Promise<void> {
  const core = ['pods', 'configmaps', 'secrets', 'events'].map((plural) => `/api/v1/namespaces/${NAMESPACE}/${plural}`);
  const custom = [
    ...['workflows', 'workflowtaskresults'].map((plural) => `argoproj.io/v1alpha1/namespaces/${NAMESPACE}/${plural}`),
    ...['stores', 'widgets'].map((plural) => `${GROUP}/v1/namespaces/${NAMESPACE}/${plural}`),
  ];
  for (const path of [...core, ...custom.map((of) => `/apis/${of}`)]) await client.raw(path, { method: 'DELETE', timeoutMs: 60_000 });
}

/** Removes everything that the workload made. */
export async function cleanUp(client: KubernetesClient): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE };
  await client.delete(namespace).catch((error: ApiError) => {
    if (error.status !== 404) throw error;
  });
  const deadline = performance.now() + 120_000;
  for (;;) {
    if (performance.now() > deadline) {
      console.error(`namespace ${NAMESPACE} is not gone after two minutes; nothing on this cluster removes namespaces, or it is slow`);
      return;
    }
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

/** The API server that measurements use unless another is given. */
export function defaultKubeconfig(): string {
  return process.env['CELLPLANE_TEST_KUBECONFIG'] ?? `${process.env['HOME']}/.cache/real-cell/kubeconfig`;
}
