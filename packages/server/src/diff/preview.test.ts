/** Previews by the whole server on a simulated cell, over the real wire: what is told before a change, and what the change then makes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChangePreview, type Client } from '@cellplane/api';
import { connect, type KubernetesObject, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64 } from '../catalog/catalog.testing.js';
import { type Server } from '../compose.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { createSettled, releasePlan, settledInstance, startWholeServer } from '../whole-server.testing.js';
import { pathText } from './field-path.js';
import { diffObjects } from './object-diff.js';
import { PreviewLimit } from './preview-limit.js';
import { previewPlan } from './preview-plan.testing.js';

const { db, url } = await testDatabase();
const folder = await mkdtemp(join(tmpdir(), 'cellplane-diff-'));
const simulated = await startSimulator({ log: () => {} });
const cluster = connect(loadKubeconfig({ text: simulated.kubeconfig }));
const kubeconfig = join(folder, 'kubeconfig');
await writeFile(kubeconfig, simulated.kubeconfig);

let server: Server;
let client: Client;
const place = { serviceId: '', environmentId: '' };

beforeAll(async () => {
  ({ server, client } = await startWholeServer({
    DATABASE_URL: url,
    CELLPLANE_DATA_DIR: folder,
    CELLPLANE_KUBECONFIG: kubeconfig,
    // Its passes write to instances.
    CELLPLANE_RECONCILE_INTERVAL: '86400',
  }));
  Object.assign(place, await releasePlan(client, 'Preview', previewPlan()));
});
afterAll(async () => {
  await server?.stop();
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

const settled = (id: string) => settledInstance(client, id);
const create = () => createSettled(client, place.serviceId);

const preview = (id: string, requestParams: object) => client.previewInstanceChange({ params: { id }, body: { requestParams } });
const objectIn = ({ objects }: ChangePreview, name: string) => {
  const found = objects.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${objects.map((one) => one.name).join(', ')}`);
  return found;
};
const maps = async (namespace: string) =>
  new Map((await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace })).items.map((one) => [one.metadata.name, one]));
const versions = async (namespace: string) => {
  const kinds = ['ConfigMap', 'Secret', 'ServiceAccount'].map((kind) => ({ apiVersion: 'v1', kind, namespace }));
  const lists = await Promise.all(
    [...kinds, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', namespace }].map((of) => cluster.list(of)),
  );
  return lists.flatMap(({ items }) => items.map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion}`));
};
const rowsOf = async () => {
  const tables = [
    'instances',
    'operations',
    'runs',
    'run_tasks',
    'run_events',
    'events',
    'instance_events',
    'work',
    'chart_releases',
    'snapshots',
  ];
  const textOf = async (table: string) => {
    // How far passes over the cell have read an instance's runs is theirs to write at any time.
    const { rows } = await sql<{ text: string }>`
      select coalesce(string_agg((to_jsonb(t) - 'objects_until')::text, ',' order by t::text), '') as text from ${sql.table(table)} t`.execute(
      db,
    );
    return rows[0]?.text;
  };
  return Promise.all(tables.map(textOf));
};

describe('the preview of a modify', () => {
  it('tells each object that would change, field by field, with owners; the modify then makes exactly that', async () => {
    const id = await create();
    await cluster.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: id, name: 'settings' },
      'merge',
      { data: { size: '9', own: 'x' } },
      { fieldManager: 'kubectl-edit' },
    );
    const told = await preview(id, { size: 7, password: 'second-password', extra: 'yes' });
    expect(told).toMatchObject({ instanceId: id, kind: 'modify', changes: true, problems: [], charts: [], restarts: [] });
    expect(told.steps).toEqual([{ verb: 'modify', resource: 'main', planVersion: '1.0', tasks: 9, assumed: [] }]);
    expect(objectIn(told, 'settings')).toMatchObject({
      action: 'change',
      tasks: ['settings', 'patch'],
      fields: [
        { path: 'data.patched', after: 'by size 7', owners: [] },
        { path: 'data.size', before: '9', after: '7', owners: ['kubectl-edit'] },
      ],
    });
    expect(objectIn(told, 'fixed')).toMatchObject({ action: 'unchanged', fields: [] });
    expect(objectIn(told, 'old')).toMatchObject({ action: 'delete' });
    expect(objectIn(told, 'rare')).toMatchObject({ action: 'create' });
    expect(objectIn(told, 'many-a').fields).toContainEqual({ path: 'data', after: { size: '7' }, owners: [] });
    expect(objectIn(told, 'once-(run)')).toMatchObject({ action: 'create' });
    const foreseen = new Map(told.objects.map((one) => [one.name, one]));

    await client.modifyInstance({
      params: { ...place, instanceId: id },
      body: { requestParams: { size: 7, password: 'second-password', extra: 'yes' } },
    });
    await settled(id);
    const made = await maps(id);
    expect((made.get('settings') as KubernetesObject & { data: object }).data).toEqual({
      own: 'x',
      patched: 'by size 7',
      random: expect.any(String) as string,
      size: '7',
    });
    expect(made.has('old')).toBe(false);
    expect([...made.keys()].filter((name) => name.startsWith('once-submit-update-'))).toHaveLength(1);
    expect([...made.keys()].filter((name) => !name.startsWith('kube-')).map((name) => name.replace(/^once-.*/, 'once-(run)'))).toEqual(
      [...foreseen.values()]
        .filter(({ action, kind }) => action !== 'delete' && kind === 'ConfigMap')
        .map(({ name }) => name)
        .toSorted(),
    );
    expect((await preview(id, {})).objects.filter(({ action }) => action !== 'unchanged').map(({ name }) => name)).toEqual(['once-(run)']);
  });

  it('writes nothing: no row, no object, no version of one', async () => {
    const id = await create();
    const [objects, rows] = [await versions(id), await rowsOf()];
    await preview(id, { size: 3, password: 'third-password' });
    expect(await versions(id)).toEqual(objects);
    expect(await rowsOf()).toEqual(rows);
  });

  it('hides secrets, the old one and the new one', async () => {
    const id = await create();
    const told = await preview(id, { password: 'second-password' });
    expect(objectIn(told, 'access').fields).toEqual([
      // What was sent as stringData nobody owns afterwards.
      { path: 'data.password', before: '***', after: '***', owners: [], hidden: true },
      { path: 'metadata.annotations.hint', before: '***', after: '***', owners: ['cellplane'], hidden: true },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/(?:first|second)-password|Zmlyc3Q|c2Vjb25k/);
  });

  it('draws no new random values', async () => {
    const id = await create();
    const told = await preview(id, { size: 2 });
    expect(objectIn(told, 'settings').fields.map(({ path }) => path)).toEqual(['data.patched', 'data.size']);
  });

  it('says what the API server would refuse, in its words, with the field that never changes', async () => {
    const id = await create();
    const told = await preview(id, { immutable: 'two' });
    expect(objectIn(told, 'fixed')).toMatchObject({ action: 'change', refusedCode: 'invalid', immutable: ['data'], fields: [] });
    const message = expect.stringContaining('field is immutable when `immutable` is set') as string;
    expect(told.problems).toEqual([{ code: 'invalid', message }]);
  });

  it('refuses what the modify refuses', async () => {
    const id = await create();
    await expect(preview(id, { size: 'many' })).rejects.toMatchObject({ status: 400, body: { details: [{ field: 'size' }] } });
    await expect(preview('instance-nobody000', {})).rejects.toMatchObject({ status: 404 });
  });

  it('says that a namespace is gone, as the modify would', async () => {
    const id = await create();
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: id });
    await until(
      async () => (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: id }).catch(() => 'gone')) === 'gone' || undefined,
      'no namespace',
    );
    expect(await preview(id, { size: 2 })).toMatchObject({ objects: [], problems: [{ code: 'namespace-gone' }] });
    const anew = await client.previewInstanceChange({ params: { id }, body: { recreateMissing: true } });
    expect(objectIn(anew, 'settings')).toMatchObject({
      action: 'create',
      fields: [
        { path: 'data', after: { size: '1', patched: 'by size 1' } },
        { path: 'metadata', after: { labels: { 'app.kubernetes.io/managed-by': 'cellplane' } } },
      ],
      why: 'Admission was not asked: the namespace is not there yet.',
    });
  });
});

describe('the preview of an upgrade', () => {
  it('says what the other version would change, and what of it the plan declares to restart', async () => {
    const id = await create();
    const spec = previewPlan({
      service: `
    operatorCRDConfiguration:
      upgrade: {restarts: [{kind: ConfigMap, paths: [data.size]}]}`,
    }).replace('data: {a: b}', 'data: {a: c}');
    await client.buildServicePlanSpec({
      body: {
        name: 'Preview',
        environment: 'Dev',
        environmentType: 'DEV',
        fileContent: base64(spec),
        dryrun: false,
        release: true,
        releaseAsPreferred: false,
      },
    });
    const told = await client.previewInstanceChange({ params: { id }, body: { targetVersion: '2.0', requestParams: { size: 5 } } });
    expect(told).toMatchObject({
      kind: 'upgrade',
      problems: [],
      restarts: [{ kind: 'ConfigMap', name: 'settings', fields: ['data.size'] }],
    });
    expect(told.steps).toMatchObject([{ verb: 'modify', planVersion: '2.0' }]);
    expect(objectIn(told, 'settings')).toMatchObject({ action: 'change', restarts: true });
    expect(objectIn(told, 'fixed')).toMatchObject({ action: 'unchanged', restarts: false });
    const before = await maps(id);
    await client.upgradeInstance({
      params: { ...place, instanceId: id },
      body: { resourceId: '', targetTierVersion: '2.0', resourceOverrideConfiguration: null, requestParams: { size: 5 } },
    });
    await settled(id);
    const after = await maps(id);
    for (const name of ['settings', 'fixed'])
      expect(
        diffObjects(before.get(name) ?? null, after.get(name) as KubernetesObject).map((change) => ({
          ...change,
          path: pathText(change.path),
        })),
      ).toEqual(objectIn(told, name).fields);
    await expect(client.previewInstanceChange({ params: { id }, body: { targetVersion: '2.0' } })).rejects.toMatchObject({
      body: { code: 'same-version' },
    });
  });
});

it('says of an output of a step that has never run that it is known later, and takes one that is there as it is', async () => {
  const id = await create();
  const built = await client.buildServicePlanSpec({
    body: {
      name: 'Preview',
      environment: 'Dev',
      environmentType: 'DEV',
      fileContent: base64(previewPlan({ side: true })),
      dryrun: false,
      release: true,
      releaseAsPreferred: false,
    },
  });
  const targetVersion = (
    await client.describeVersionSet({ params: { serviceId: place.serviceId, productTierId: built.productTierID, version: 'latest' } })
  ).version;
  const told = await client.previewInstanceChange({ params: { id }, body: { targetVersion } });
  expect(told.steps.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(['create side', 'modify main']);
  expect(objectIn(told, 'side')).toMatchObject({ action: 'create' });
  expect(objectIn(told, 'uses')).toMatchObject({
    action: 'create',
    fields: [{ path: 'data', after: { host: '(known when it runs)', size: '1' }, later: true }, { path: 'metadata' }],
    why: 'data.host: known when it runs.',
  });
  await client.upgradeInstance({
    params: { ...place, instanceId: id },
    body: { resourceId: '', targetTierVersion: targetVersion, resourceOverrideConfiguration: null },
  });
  await settled(id);
  const again = await preview(id, { size: 4 });
  expect(again.steps.map(({ assumed }) => assumed)).toEqual([[], ['$side.out.host']]);
  expect(objectIn(again, 'uses').fields).toEqual([{ path: 'data.size', before: '1', after: '4', owners: ['cellplane'] }]);
});

describe('a preview', () => {
  it('may be asked for so often, and no more', async () => {
    const limit = new PreviewLimit({ atOnce: 1, perMinute: 2, ofAll: 2, ofCustomers: 1 });
    const of = (userId: string) => ({ userId, orgId: 'org', audience: 'FLEET' as const });
    let finish = () => {};
    const slow = limit.run(of('one'), () => new Promise<void>((done) => (finish = done)));
    await expect(limit.run(of('one'), async () => {})).rejects.toMatchObject({ kind: 'too_many_requests', retryAfter: 5 });
    await limit.run(of('two'), async () => {});
    finish();
    await slow;
    await limit.run(of('one'), async () => {});
    await expect(limit.run(of('one'), async () => {})).rejects.toMatchObject({ code: 'too-many-previews' });
  });

  it('of customers are bounded together for an organization, and leave some for the provider', async () => {
    const limit = new PreviewLimit({ atOnce: 1, perMinute: 9, ofAll: 2, ofCustomers: 1 });
    const customer = (userId: string, orgId: string) => ({ userId, orgId, audience: 'END_CUSTOMER' as const });
    let finish = () => {};
    const slow = limit.run(customer('a', 'org-1'), () => new Promise<void>((done) => (finish = done)));
    await expect(limit.run(customer('b', 'org-1'), async () => {})).rejects.toMatchObject({ code: 'too-many-previews' });
    await expect(limit.run(customer('c', 'org-2'), async () => {})).rejects.toMatchObject({ code: 'too-many-previews' });
    await limit.run({ userId: 'p', orgId: 'org', audience: 'FLEET' }, async () => {});
    finish();
    await slow;
    await limit.run(customer('c', 'org-2'), async () => {});
  });
});

// The last one: its cell does not come back.
it('says that a cell does not answer', async () => {
  const id = await create();
  await simulated.stop();
  await expect(preview(id, { size: 2 })).rejects.toMatchObject({ status: 503, body: { code: 'cell-away' } });
});
