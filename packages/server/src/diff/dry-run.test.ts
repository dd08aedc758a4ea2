/** Dry runs of writes against a simulated API server, as the ServiceAccount of an instance. */
import { ApiError, connect, type KubernetesObject, loadKubeconfig } from '@cellplane/kubernetes';
import type { JsonObject } from '@cellplane/plan';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureAccess, instanceUser } from '../cells/access.js';
import { type DryRun, dryRun, type Write, type Writer } from './dry-run.js';
import { pathText } from './field-path.js';
import { diffObjects } from './object-diff.js';

const simulator = await startSimulator();
const client = connect(loadKubeconfig({ text: simulator.kubeconfig }));
const namespace = 'instance-diff00001';
const writer: Writer = {
  namespace,
  labels: { 'cellplane.dev/instance': namespace },
  fieldManager: 'cellplane',
  impersonate: instanceUser(namespace),
};
afterAll(async () => {
  await client.close();
  await simulator.stop();
});

beforeAll(async () => {
  const kinds = [{ apiVersion: 'v1', kind: 'ConfigMap', verbs: ['create' as const, 'patch' as const] }];
  const signal = new AbortController().signal;
  const made = await ensureAccess(
    client,
    { namespace, labels: writer.labels, kinds, fieldManager: writer.fieldManager },
    { cellName: 'test', signal, skipMissing: false },
  );
  if (!('done' in made)) throw new Error(JSON.stringify(made));
});

const map = (name: string, data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const ask = (write: Write) => dryRun(client, writer, write, {});
/** Of a write that the API server would carry out. */
function written(answer: DryRun) {
  if (answer.outcome !== 'written') throw new Error(JSON.stringify(answer));
  return answer;
}
const stored = (name: string) => client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
const apply = (object: JsonObject, fieldManager = 'cellplane') =>
  client.apply(
    {
      ...object,
      metadata: {
        ...(object.metadata as JsonObject),
        namespace,
        labels: { ...writer.labels, 'app.kubernetes.io/managed-by': 'cellplane' },
      },
    } as unknown as KubernetesObject,
    { fieldManager, force: true },
  );

describe('a dry run', () => {
  it('of an apply answers what the apply then makes, and stores nothing', async () => {
    const before = await apply(map('applied', { a: '1', b: '1' }));
    await client.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'applied' },
      'merge',
      { data: { a: '7' } },
      { fieldManager: 'kubectl-edit' },
    );
    const live = await stored('applied');
    const answer = written(await ask({ action: 'apply', manifest: map('applied', { a: '2', c: '3' }) }));
    expect(answer.lackedRight).toBeUndefined();
    const changes = diffObjects(answer.live, answer.next).map((change) => ({ ...change, path: pathText(change.path) }));
    expect(changes).toEqual([
      { path: 'data.a', before: '7', after: '2', owners: ['kubectl-edit'] },
      { path: 'data.b', before: '1', owners: ['cellplane'] },
      { path: 'data.c', after: '3', owners: [] },
    ]);
    expect((await stored('applied')).metadata.resourceVersion).toBe(live.metadata.resourceVersion);
    expect(live.metadata.resourceVersion).not.toBe(before.metadata.resourceVersion);
    const applied = await apply(map('applied', { a: '2', c: '3' }));
    expect(diffObjects(answer.next, applied)).toEqual([]);
  });

  it('of an apply that changes nothing answers the object as it is', async () => {
    await apply(map('same', { a: '1' }));
    const answer = written(await ask({ action: 'apply', manifest: map('same', { a: '1' }) }));
    expect(diffObjects(answer.live, answer.next)).toEqual([]);
  });

  it('of what is not there answers the object as it would be made, and makes none', async () => {
    for (const action of ['apply', 'create'] as const) {
      const answer = await ask({ action, manifest: map('absent', { a: '1' }) });
      expect(answer).toMatchObject({ outcome: 'written', live: null, next: { data: { a: '1' }, metadata: { namespace } } });
    }
    await expect(stored('absent')).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('of a create of what is there is refused, as the create would be', async () => {
    await apply(map('there', {}));
    expect(await ask({ action: 'create', manifest: map('there', {}) })).toMatchObject({ outcome: 'refused', code: 'already-exists' });
  });

  it('of a patch answers the patched object; without an object nobody is asked', async () => {
    await apply(map('patched', { a: '1' }));
    expect(await ask({ action: 'patch', manifest: map('patched', { b: '2' }) })).toMatchObject({
      outcome: 'written',
      next: { data: { a: '1', b: '2' } },
    });
    expect((await stored('patched'))['data']).toEqual({ a: '1' });
    expect(await ask({ action: 'patch', manifest: map('nowhere', { b: '2' }) })).toMatchObject({
      outcome: 'not-asked',
      code: 'not-there-yet',
    });
  });

  it('of a replace answers what takes the place of the object', async () => {
    await apply(map('replaced', { a: '1', b: '1' }));
    const answer = await ask({ action: 'replace', manifest: map('replaced', { a: '2' }) });
    expect(answer).toMatchObject({ outcome: 'written', live: { data: { a: '1', b: '1' } }, next: { data: { a: '2' } } });
    expect((await stored('replaced'))['data']).toEqual({ a: '1', b: '1' });
  });

  it('of a delete says what would go, and lets it stand', async () => {
    await apply(map('deleted', {}));
    expect(await ask({ action: 'delete', manifest: map('deleted', {}) })).toMatchObject({
      outcome: 'deleted',
      live: { metadata: { name: 'deleted' } },
    });
    expect(await ask({ action: 'delete', manifest: map('never', {}) })).toEqual({ outcome: 'deleted', live: null });
    await stored('deleted');
  });

  it('says what an API server refuses, in its words, with the fields that never change', async () => {
    await client.apply(
      { ...map('fixed', { a: '1' }), immutable: true, metadata: { name: 'fixed', namespace } } as unknown as KubernetesObject,
      {
        fieldManager: 'cellplane',
        force: true,
      },
    );
    const answer = await ask({ action: 'apply', manifest: { ...map('fixed', { a: '2' }), immutable: true } });
    const message = expect.stringContaining('field is immutable when `immutable` is set') as string;
    expect(answer).toMatchObject({ outcome: 'refused', code: 'invalid', immutable: ['data'], message });
  });

  it('is asked with the cell’s own credentials where the Role lacks a right, and says which', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'new' }, stringData: { a: 'b' } };
    const answer = await ask({ action: 'apply', manifest: secret });
    const lackedRight = expect.stringContaining('cannot get resource "secrets"') as string;
    expect(answer).toMatchObject({ outcome: 'written', live: null, lackedRight });
  });

  it('of what a run would refuse is refused in the same words, and nothing is read for it', async () => {
    await client.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'walls.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { kind: 'Wall', plural: 'walls', singular: 'wall', listKind: 'WallList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
    const wall = { apiVersion: 'example.com/v1', kind: 'Wall', metadata: { name: 'one' }, spec: { token: 'of-the-cluster' } };
    await expect
      .poll(() =>
        client.create(wall).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    const wide = await ask({ action: 'apply', manifest: { ...wall, spec: { token: 'x' } } });
    expect(wide).toMatchObject({ outcome: 'refused', code: 'cluster-scoped-kind', live: null });
    expect(JSON.stringify(wide)).not.toContain('of-the-cluster');
    expect(await ask({ action: 'apply', manifest: map('', {}) })).toMatchObject({ outcome: 'refused', code: 'name-missing', live: null });
    expect(await ask({ action: 'apply', manifest: map('a/b', {}) })).toMatchObject({ outcome: 'refused', code: 'invalid', live: null });
    const elsewhere = map('one', {}, { namespace: 'instance-another1' });
    expect(await ask({ action: 'apply', manifest: elsewhere })).toMatchObject({
      outcome: 'refused',
      code: 'foreign-namespace',
      live: null,
    });
  });

  it('is asked of nobody where the namespace or the kind is not there', async () => {
    const elsewhere = { ...writer, namespace: 'instance-nowhere1', impersonate: instanceUser('instance-nowhere1') };
    expect(await dryRun(client, elsewhere, { action: 'apply', manifest: map('x', {}) }, {})).toMatchObject({
      outcome: 'not-asked',
      code: 'namespace-missing',
    });
    const unknown = { apiVersion: 'nobody.example/v1', kind: 'Thing', metadata: { name: 'x' } };
    expect(await ask({ action: 'apply', manifest: unknown })).toMatchObject({ outcome: 'not-asked', code: 'kind-not-served' });
  });

  it('rejects where the cell does not answer', async () => {
    const away = connect({ server: 'http://127.0.0.1:1' });
    await expect(dryRun(away, writer, { action: 'apply', manifest: map('x', {}) }, {})).rejects.toBeInstanceOf(ApiError);
    await away.close();
  });
});
