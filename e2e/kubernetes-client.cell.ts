import { connectKubeconfig, explainNamespace, type KubernetesClient, type KubernetesObject, startInformer } from '@cellplane/kubernetes';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { kubeconfig } from './real-cluster.testing.js';

// The client on a real API server: what a server of our own making cannot prove. Leaves nothing behind.
const suffix = `${process.pid}-${Date.now().toString(36)}`;
const namespace = `client-test-${suffix}`;
const group = `client-${suffix}.cellplane.test`;
let client: KubernetesClient;

beforeAll(async () => {
  client = connectKubeconfig(kubeconfig(), { label: 'cell real' });
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
});

afterAll(async () => {
  if (client === undefined) return;
  await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(ignoreAbsent);
  await client
    .delete({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `gadgets.${group}` })
    .catch(ignoreAbsent);
  await client.close();
});

function ignoreAbsent(error: unknown): void {
  if ((error as { reason?: string }).reason !== 'NotFound') throw error;
}

const key = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
const configMap = (name: string, data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
});
const until = (condition: () => void | Promise<void>): Promise<void> => vi.waitFor(condition, { timeout: 120_000, interval: 20 });

describe('calls', () => {
  it('applies, and an apply that changes nothing writes nothing', async () => {
    const one = await client.apply(configMap('apply', { a: '1' }), { fieldManager: 'test', force: true });
    const two = await client.apply(configMap('apply', { a: '1' }), { fieldManager: 'test', force: true });
    expect(two.metadata.resourceVersion).toBe(one.metadata.resourceVersion);
    await expect(client.apply(configMap('apply', { a: '2' }), { fieldManager: 'other', force: false })).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
      causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }],
    });
    const taken = await client.apply(configMap('apply', { a: '2' }), { fieldManager: 'other', force: true });
    expect(taken['data']).toEqual({ a: '2' });
  });

  it('patches in all three ways, and replaces', async () => {
    await client.create(configMap('patch', { a: '1' }));
    await expect(client.patch(key('patch'), 'merge', { data: { b: '2' } })).resolves.toMatchObject({ data: { a: '1', b: '2' } });
    await expect(client.patch(key('patch'), 'strategic', { data: { a: null } })).resolves.toMatchObject({ data: { b: '2' } });
    await expect(client.patch(key('patch'), 'json', [{ op: 'add', path: '/data/c', value: '3' }])).resolves.toMatchObject({
      data: { b: '2', c: '3' },
    });
    const current = await client.get(key('patch'));
    await expect(client.replace({ ...current, data: { d: '4' } })).resolves.toMatchObject({ data: { d: '4' } });
    await expect(client.replace({ ...current, data: {} })).rejects.toMatchObject({ reason: 'Conflict', outcome: 'transient' });
    await expect(client.create(configMap('patch', {}))).rejects.toMatchObject({ reason: 'AlreadyExists' });
  });

  it('deletes only the object that was meant', async () => {
    const { uid } = (await client.create(configMap('delete', {}))).metadata;
    await expect(client.delete(key('delete'), { uid: '00000000-0000-0000-0000-000000000000' })).rejects.toMatchObject({
      reason: 'Conflict',
    });
    await client.delete(key('delete'), { uid: uid as string });
    await expect(client.get(key('delete'))).rejects.toMatchObject({ status: 404, reason: 'NotFound', outcome: 'permanent' });
  });

  it('leaves an object that has finalizers alive until they are gone', async () => {
    const object = configMap('final', {});
    object.metadata.finalizers = ['cellplane.test/hold'];
    await client.create(object);
    await client.delete(key('final'));
    expect((await client.get(key('final'))).metadata.deletionTimestamp).toBeDefined();
    await client.patch(key('final'), 'merge', { metadata: { finalizers: null } });
    await expect(client.get(key('final'))).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('lists in pages and in one piece', async () => {
    await Promise.all(
      Array.from({ length: 7 }, (_, index) =>
        client.create({ ...configMap(`page-${index}`, {}), metadata: { name: `page-${index}`, namespace, labels: { page: 'yes' } } }),
      ),
    );
    const of = { apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: 'page=yes' };
    const first = await client.list({ ...of, limit: 3 });
    expect(first.items).toHaveLength(3);
    const second = await client.list({ ...of, limit: 3, continueToken: first.continueToken });
    expect(second.items.map((item) => `${item.kind} ${item.metadata.name}`)).toEqual([
      'ConfigMap page-3',
      'ConfigMap page-4',
      'ConfigMap page-5',
    ]);
    expect((await client.list(of)).items).toHaveLength(7);
  });

  it.each([
    ['an invalid object', 422, 'Invalid', 'permanent', () => client.create(configMap('Not_A_Name', {}))],
    ['a wrong type', 400, 'BadRequest', 'permanent', () => client.create({ ...configMap('x', {}), data: 'text' })],
    ['no rights', 403, 'Forbidden', 'transient', () => client.get(key('x'), { impersonate: `system:serviceaccount:${namespace}:nobody` })],
    [
      'an absent namespace',
      404,
      'NotFound',
      'permanent',
      () => client.create({ ...configMap('x', {}), metadata: { name: 'x', namespace: 'client-test-absent' } }),
    ],
    ['a strategic patch of a custom kind', 415, 'UnsupportedMediaType', 'permanent', strategicPatchOfCrd],
  ] as const)('classifies %s', async (_what, status, reason, outcome, call) => {
    await expect(call()).rejects.toMatchObject({ status, reason, outcome });
  });

  it('acts as a service account with the rights of that account', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }];
    await client.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'reader', namespace }, rules });
    await client.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'reader', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      // By a group of service accounts, which only the group headers give.
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: `system:serviceaccounts:${namespace}` }],
    });
    const impersonate = `system:serviceaccount:${namespace}:run`;
    await until(async () => void (await client.get(key('apply'), { impersonate })));
    await expect(client.delete(key('apply'), { impersonate })).rejects.toMatchObject({ status: 403, outcome: 'transient' });
  });
});

async function strategicPatchOfCrd(): Promise<unknown> {
  await makeCrd();
  const gadget = { apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name: 'g', namespace } };
  await until(async () => void (await client.apply(gadget, { fieldManager: 'test', force: true })));
  return client.patch({ apiVersion: gadget.apiVersion, kind: 'Gadget', namespace, name: 'g' }, 'strategic', { spec: {} });
}

async function makeCrd(): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const crd: KubernetesObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
  await client.apply(crd, { fieldManager: 'test', force: true });
}

describe('watches', () => {
  it('rejects with Expired for a version that is long gone, or begins there', async () => {
    const watch = client.watch({ apiVersion: 'v1', kind: 'ConfigMap', namespace, resourceVersion: '1' }, { idleTimeoutMs: 5_000 });
    const first = await watch[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);
    // A young API server still has its first version; it then tells everything since.
    expect(first).toMatchObject((first as Error) instanceof Error ? { reason: 'Expired', status: 410 } : { done: false });
  });

  it('an informer follows the life of objects, and comes to know a kind that appears later', async () => {
    const seen: string[] = [];
    const states: string[] = [];
    await client
      .delete({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `gadgets.${group}` })
      .catch(ignoreAbsent);
    await until(async () => {
      await expect(client.raw(`/apis/${group}/v1`)).rejects.toMatchObject({ status: 404 });
    });
    const informer = startInformer(
      client,
      { apiVersion: `${group}/v1`, kind: 'Gadget', namespace },
      {
        onChange: ({ type, object }) => void seen.push(`${type} ${object.metadata.name} ${JSON.stringify(object['spec'])}`),
        onState: (state, reason) => void states.push(`${state} ${reason ?? ''}`),
      },
      { kindRetryMs: 200 },
    );
    await until(() => expect(states).toContain(`disconnected kind Gadget of ${group}/v1 is not served by cell real`));
    await makeCrd();
    await informer.ready;
    const gadget = (spec: unknown): KubernetesObject => ({
      apiVersion: `${group}/v1`,
      kind: 'Gadget',
      metadata: { name: 'one', namespace },
      spec,
    });
    await until(async () => void (await client.apply(gadget({ size: 1 }), { fieldManager: 'test', force: true })));
    // A young kind's watch may be ended by the API server; what changes while it is read anew is told as one change.
    await until(() => expect(seen.at(-1)).toBe('ADDED one {"size":1}'));
    await client.apply(gadget({ size: 2 }), { fieldManager: 'test', force: true });
    await until(() => expect(seen.at(-1)).toBe('MODIFIED one {"size":2}'));
    await client.delete({ apiVersion: `${group}/v1`, kind: 'Gadget', namespace, name: 'one' });
    await until(() => expect(seen.at(-1)).toBe('DELETED one {"size":2}'));
    expect(seen).toEqual(['ADDED one {"size":1}', 'MODIFIED one {"size":2}', 'DELETED one {"size":2}']);
    await informer.stop();
  });
});

describe('explainNamespace', () => {
  it("says in the kubelet's words why a pod does not start", async () => {
    const containers = [{ name: 'main', image: 'registry.invalid/absent:1' }];
    // The account of a new namespace is made a moment later.
    await until(
      async () =>
        void (await client.apply(
          { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'stuck', namespace }, spec: { containers } },
          { fieldManager: 'test', force: true },
        )),
    );
    await until(async () => {
      const { podProblems, unread } = await explainNamespace(client, namespace, { name: 'stuck' });
      expect(unread).toEqual([]);
      expect(podProblems.map(({ text }) => text).join('\n')).toMatch(
        /pod stuck(?:, container main: (?:ErrImagePull|ImagePullBackOff)| is not scheduled)/,
      );
    });
    await client.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'stuck' });
  });
});

it('32 at a time: every apply goes through', async () => {
  const names = Array.from({ length: 320 }, (_, index) => `many-${index % 32}-${Math.floor(index / 32)}`);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      await client.apply(configMap(name, { at: name }), { fieldManager: 'test', force: true });
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const list = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
  expect(list.items.filter((item) => item.metadata.name.startsWith('many-'))).toHaveLength(320);
});
