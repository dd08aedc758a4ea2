import { ApiError } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { FakeCluster } from '../engine/fake-cluster.testing.js';
import { ensureAccess, type InstanceAccess, removeNamespace, rulesOf } from './access.js';

const signal = new AbortController().signal;
const access: InstanceAccess = {
  namespace: 'instance-1',
  labels: { 'cellplane.dev/instance': 'instance-1' },
  fieldManager: 'cellplane',
  kinds: [
    { apiVersion: 'v1', kind: 'Secret', verbs: ['create', 'patch'] },
    { apiVersion: 'example.com/v1', kind: 'Widget', verbs: ['delete', 'get'] },
  ],
};
const options = { cellName: 'berlin', signal, skipMissing: false };

function cluster(): FakeCluster {
  const fake = new FakeCluster();
  fake.serve('v1', 'Namespace', 'namespaces', false);
  fake.serve('v1', 'ServiceAccount', 'serviceaccounts');
  fake.serve('rbac.authorization.k8s.io/v1', 'Role', 'roles');
  fake.serve('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings');
  return fake;
}

describe('ensureAccess', () => {
  it('gives exactly the kinds and verbs of the plan, in the namespace only, and repairs what was taken away', async () => {
    const fake = cluster();
    fake.serve('example.com/v1', 'Widget', 'widgets');
    expect(await ensureAccess(fake.client(), access, options)).toEqual({ done: true, missingKinds: [] });
    const rules = [
      { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'get', 'patch'] },
      { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['delete', 'get'] },
    ];
    expect(fake.find('Role', 'cellplane-run')).toMatchObject({ metadata: { namespace: 'instance-1' }, rules });
    expect(fake.find('RoleBinding', 'cellplane-run')).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', name: 'cellplane-run', namespace: 'instance-1' }],
    });
    fake.vanish('RoleBinding', 'cellplane-run');
    await ensureAccess(fake.client(), access, options);
    expect(fake.find('RoleBinding', 'cellplane-run')).toBeDefined();
    expect([...fake.objects.values()].filter(({ object }) => object.kind.startsWith('ClusterRole'))).toEqual([]);
  });

  it('waits for kinds that are not served, naming each, and makes nothing before', async () => {
    const fake = cluster();
    expect(await ensureAccess(fake.client(), access, options)).toEqual({
      wait: expect.stringContaining('kind Widget of example.com/v1 is not served by cell berlin') as string,
    });
    expect(fake.objects.size).toBe(0);
    expect(await ensureAccess(fake.client(), access, { ...options, skipMissing: true })).toMatchObject({ done: true });
    expect(fake.find('Role', 'cellplane-run')).toMatchObject({ rules: [{ resources: ['secrets'] }] });
  });

  it('does not blame the plan for a kind whose CRD has only just been made', async () => {
    expect(await ensureAccess(cluster().client(), access, { ...options, mayBeComing: true })).toEqual({
      wait: 'kind Widget of example.com/v1 is not served by cell berlin yet',
    });
  });

  it('refuses cluster-scoped kinds', async () => {
    const fake = cluster();
    fake.serve('example.com/v1', 'Widget', 'widgets', false);
    expect(await ensureAccess(fake.client(), access, options)).toMatchObject({ failed: { code: 'cluster-scoped-kind' } });
    expect(fake.objects.size).toBe(0);
  });

  it('hands on what the API server refuses', async () => {
    const fake = cluster();
    fake.serve('example.com/v1', 'Widget', 'widgets');
    fake.fault = (call, key) => {
      if (call === 'apply' && key.kind === 'Namespace') throw new ApiError('quota exceeded', 403, 'Forbidden', 'transient');
    };
    await expect(ensureAccess(fake.client(), access, options)).rejects.toThrow('quota exceeded');
  });
});

describe('rulesOf', () => {
  it('names the group of a kind, empty for the core', () => {
    const resource = { plural: 'jobs', namespaced: true, apiVersion: 'batch/v1', kind: 'Job', verbs: [] };
    expect(rulesOf([{ use: { apiVersion: 'batch/v1', kind: 'Job', verbs: ['patch', 'patch'] }, resource }])).toEqual([
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'patch'] },
    ]);
  });
});

describe('removeNamespace', () => {
  const target = { namespace: 'instance-1', instanceId: 'instance-1' };

  it('is done only when the namespace is gone', async () => {
    const fake = cluster();
    fake.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'instance-1', labels: access.labels, finalizers: ['kubernetes'] } });
    expect(await removeNamespace(fake.client(), target, { signal })).toEqual({ wait: 'namespace instance-1 is being deleted' });
    expect(await removeNamespace(fake.client(), target, { signal })).toMatchObject({ wait: expect.stringContaining('being deleted') });
    fake.vanish('Namespace', 'instance-1');
    expect(await removeNamespace(fake.client(), target, { signal })).toMatchObject({ done: true });
  });

  it('never touches a namespace that is not the instance’s', async () => {
    const fake = cluster();
    fake.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'instance-1' } });
    expect(await removeNamespace(fake.client(), target, { signal })).toMatchObject({ failed: { code: 'foreign-namespace' } });
    expect(fake.find('Namespace', 'instance-1')).toBeDefined();
  });
});
