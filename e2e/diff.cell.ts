/** What a preview says of a change, against what the change then makes of the objects, on a real API server with the real operator's webhooks. */
import type { ChangePreview } from '@cellplane/api';
import type { KubernetesObject } from '@cellplane/kubernetes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathText } from '../packages/server/src/diff/field-path.js';
import { diffObjects } from '../packages/server/src/diff/object-diff.js';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  instanceParams,
  startControlPlane,
  untilStatus,
} from './control-plane.testing.js';
import { clusterEnvironment, kubectl } from './real-cluster.testing.js';

// One journey, told in order: every test needs what those before it left.
describe('previews on a real cluster', () => {
  let plane: ControlPlane;
  let plan: BuiltPlan;
  let id = '';

  const parameters = { storageSize: '1Gi', backupEndpoint: 'http://10.96.0.90:9000', databaseName: 'orders' };
  const read = async (kind: string, name: string) =>
    JSON.parse(await kubectl('-n', id, 'get', kind, name, '-o', 'json', '--show-managed-fields')) as KubernetesObject;
  const cluster = () => read('clusters.postgresql.cnpg.io', id);
  const preview = (body: Parameters<typeof plane.client.previewInstanceChange>[0]['body']) =>
    plane.client.previewInstanceChange({ params: { id }, body });
  const objectIn = ({ objects }: ChangePreview, kind: string, name: string) => {
    const found = objects.find((one) => one.kind === kind && one.name === name);
    if (found === undefined) throw new Error(`no ${kind}/${name} among ${JSON.stringify(objects)}`);
    return found;
  };
  /** What has become different, as a preview writes it. */
  const changed = (before: KubernetesObject, after: KubernetesObject) =>
    diffObjects(before, after).map((change) => ({ ...change, path: pathText(change.path) }));

  beforeAll(async () => {
    plane = await startControlPlane(clusterEnvironment());
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
      await plane.client.setSecret({ params: { environmentType: 'dev', name }, body: { value: 'test' } });
    plan = await buildPlan(plane.client, 'Postgres', { file: 'examples/postgres-operator/spec.yaml' });
    id = await createInstance(plane.client, plan, parameters);
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
  }, 400_000);
  afterAll(async () => {
    if (plane === undefined) return;
    if (id !== '') await kubectl('delete', 'namespace', id, '--ignore-not-found', '--wait=false');
    await plane.stop();
  });

  it('of nothing say that nothing changes, and change no version of an object', async () => {
    const listed = (kinds: string, version: string) =>
      kubectl('-n', id, 'get', kinds, '-o', `jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.${version}}{"\\n"}{end}`);
    // The plugin of the operator writes the status of its ObjectStores at its own times.
    const versions = async () => [
      await listed('secrets,configmaps,roles,serviceaccounts', 'resourceVersion'),
      await listed('objectstores.barmancloud.cnpg.io', 'generation'),
    ];
    const [generation, before] = [(await cluster()).metadata.generation, await versions()];
    const told = await preview({});
    expect(told.problems).toEqual([]);
    expect(told.objects.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    expect(told.charts.map(({ action, instances }) => `${action} ${instances}`)).toEqual(['keep 1', 'keep 1']);
    await preview({ requestParams: { maxConnections: 150 } });
    expect(await versions()).toEqual(before);
    expect((await cluster()).metadata.generation).toBe(generation);
  });

  it('of a modify are what the modify then makes of the Cluster, field by field', async () => {
    const requestParams = { maxConnections: 120, instanceType: 'm5.large' };
    const before = await cluster();
    const told = objectIn(await preview({ requestParams }), 'Cluster', id);
    expect(told).toMatchObject({ action: 'change', tasks: ['patchcluster'] });
    expect(told.fields).toContainEqual({
      path: 'spec.postgresql.parameters.max_connections',
      before: '100',
      after: '120',
      owners: ['cellplane'],
    });
    await plane.client.modifyInstance({ params: instanceParams(plan, id), body: { requestParams } });
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
    expect(told.fields).toEqual(changed(before, await cluster()));
  });

  it('name the manager that has a field now', async () => {
    await kubectl(
      '-n',
      id,
      'patch',
      'clusters.postgresql.cnpg.io',
      id,
      '--type',
      'merge',
      '--field-manager',
      'somebody',
      '-p',
      '{"spec":{"postgresql":{"parameters":{"max_connections":"130"}}}}',
    );
    const told = objectIn(await preview({}), 'Cluster', id);
    expect(told.fields).toEqual([
      { path: 'spec.postgresql.parameters.max_connections', before: '130', after: '120', owners: ['somebody'] },
    ]);
    const before = await cluster();
    await plane.client.modifyInstance({ params: instanceParams(plan, id), body: { requestParams: {} } });
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
    expect(told.fields).toEqual(changed(before, await cluster()));
  });

  it('say what the operator’s webhook refuses, in its words, with the field', async () => {
    const told = await preview({ requestParams: { storageSize: '512Mi' } });
    const object = objectIn(told, 'Cluster', id);
    expect(object.refused).toMatch(/admission webhook .* denied the request: .*can't shrink existing storage from 1Gi to 512Mi/);
    expect(object.immutable).toEqual([expect.stringMatching(/^spec\.storage/)]);
    expect(told.problems).toHaveLength(1);
  });
});
