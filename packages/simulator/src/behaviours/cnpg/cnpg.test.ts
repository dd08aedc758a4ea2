import { describe, expect, it } from 'vitest';
import { type TestCell, testCell } from '../../cell.testing.js';
import { arrayAt, at, isObject, type JsonObject, stringAt } from '../../json.js';

const GROUP = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const CLUSTER = `${GROUP}/clusters/pg`;
const HEALTHY = 'Cluster in healthy state';
const merge = { 'content-type': 'application/merge-patch+json' };
const phase = (object: JsonObject) => stringAt(object, 'status', 'phase');

async function withOperator(cell: TestCell): Promise<void> {
  await cell.call('POST', '/simulator/charts', { name: 'cloudnative-pg', version: '0.28.2' });
  await cell.call('POST', '/simulator/charts', { name: 'plugin-barman-cloud', version: '0.6.0' });
  for (const crd of [
    'clusters.postgresql.cnpg.io',
    'backups.postgresql.cnpg.io',
    'objectstores.barmancloud.cnpg.io',
    'databases.postgresql.cnpg.io',
  ]) {
    await cell.until(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd}`, (object) =>
      arrayAt(object, 'status', 'conditions').some((one) => at(one, 'type') === 'Established' && at(one, 'status') === 'True'),
    );
  }
  await cell.call('POST', '/api/v1/namespaces', { metadata: { name: 'db' } });
}

const cluster = (spec: JsonObject = {}, name = 'pg') => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name },
  spec: { instances: 1, storage: { size: '1Gi', storageClass: 'gp3' }, ...spec },
});

describe('the simulated CloudNativePG operator', () => {
  it('brings a Cluster up with what belongs to it', async () => {
    const cell = await testCell();
    await withOperator(cell);
    expect((await cell.call('POST', `${GROUP}/clusters`, cluster())).code).toBe(201);
    const up = await cell.until(CLUSTER, (object) => phase(object) === HEALTHY);
    expect(up.status).toMatchObject({
      instances: 1,
      readyInstances: 1,
      currentPrimary: 'pg-1',
      writeService: 'pg-rw',
      topology: { instances: { 'pg-1': {} }, nodesUsed: 1, successfullyExtracted: true },
    });
    expect(at(up, 'status', 'observedGeneration')).toBeUndefined();
    for (const path of ['pods/pg-1', 'persistentvolumeclaims/pg-1', 'services/pg-rw', 'services/pg-ro', 'services/pg-r', 'secrets/pg-app'])
      expect((await cell.call('GET', `/api/v1/namespaces/db/${path}`)).code, path).toBe(200);
  });

  it('scales, restarts for a parameter, hibernates and wakes', async () => {
    // Slow enough that a busy machine sees the restart, too.
    const cell = await testCell({ speed: 6 });
    await withOperator(cell);
    await cell.call('POST', `${GROUP}/clusters`, cluster());
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY);
    await cell.call('PATCH', CLUSTER, { spec: { instances: 3 } }, merge);
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY && at(object, 'status', 'readyInstances') === 3);
    await cell.call('PATCH', CLUSTER, { spec: { instances: 2 } }, merge);
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY && at(object, 'status', 'instances') === 2);
    await cell.call('PATCH', CLUSTER, { spec: { postgresql: { parameters: { max_connections: '200' } } } }, merge);
    await cell.until(CLUSTER, (object) => phase(object) === 'Primary instance is being restarted in-place');
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY && at(object, 'status', 'readyInstances') === 2);
    await cell.call('PATCH', CLUSTER, { metadata: { annotations: { 'cnpg.io/hibernation': 'on' } } }, merge);
    await cell.until(CLUSTER, (object) =>
      arrayAt(object, 'status', 'conditions').some((one) => at(one, 'type') === 'cnpg.io/hibernation' && at(one, 'status') === 'True'),
    );
    expect((await cell.call('GET', '/api/v1/namespaces/db/pods?labelSelector=cnpg.io/cluster=pg')).body.items).toEqual([]);
    expect(arrayAt((await cell.call('GET', '/api/v1/namespaces/db/persistentvolumeclaims')).body, 'items')).toHaveLength(2);
    await cell.call('PATCH', CLUSTER, { metadata: { annotations: { 'cnpg.io/hibernation': 'off' } } }, merge);
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY && at(object, 'status', 'readyInstances') === 2);
  });

  it('backs up to a store and restores from it elsewhere, and not from what is not there', async () => {
    const cell = await testCell();
    await withOperator(cell);
    const store = {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: 'store' },
      spec: { configuration: { destinationPath: 's3://backups/pg/' } },
    };
    const plugin = { name: 'barman-cloud.cloudnative-pg.io', parameters: { barmanObjectName: 'store' } };
    await cell.call('POST', '/apis/barmancloud.cnpg.io/v1/namespaces/db/objectstores', store);
    await cell.call('POST', `${GROUP}/clusters`, cluster({ plugins: [{ ...plugin, isWALArchiver: true }] }));
    const backup = {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Backup',
      metadata: { name: 'b' },
      spec: { method: 'plugin', pluginConfiguration: { name: plugin.name }, cluster: { name: 'pg' } },
    };
    await cell.call('POST', `${GROUP}/backups`, backup);
    const done = await cell.until(`${GROUP}/backups/b`, (object) => phase(object) === 'completed');
    const backupId = stringAt(done, 'status', 'backupId');
    expect(backupId).toMatch(/^\d{8}T\d{6}$/);
    expect(done.status).toMatchObject({ backupName: `backup-${backupId.replace('T', '')}`, method: 'plugin' });
    await cell.call('DELETE', CLUSTER);
    const restored = (name: string, serverName: string) =>
      cluster(
        {
          bootstrap: { recovery: { source: 'origin', recoveryTarget: { backupID: backupId } } },
          externalClusters: [{ name: 'origin', plugin: { name: plugin.name, parameters: { barmanObjectName: 'store', serverName } } }],
        },
        name,
      );
    await cell.call('POST', `${GROUP}/clusters`, restored('copy', 'pg'));
    await cell.until(`${GROUP}/clusters/copy`, (object) => phase(object) === HEALTHY);
    await cell.call('POST', `${GROUP}/clusters`, restored('stray', 'nobody'));
    const waiting = await cell.until(
      `${GROUP}/clusters/stray`,
      (object) =>
        stringAt(object, 'status', 'phaseReason') !== '' && stringAt(object, 'status', 'phaseReason').includes('no target backup'),
    );
    expect(phase(waiting)).toBe('Setting up primary');
  });

  it('never gets a missing image up, and says why in an event', async () => {
    const cell = await testCell();
    await withOperator(cell);
    await cell.call('POST', `${GROUP}/clusters`, cluster({ imageName: 'registry.example.com/does-not-exist:15' }));
    await cell.until(CLUSTER, (object) => phase(object) === 'Setting up primary');
    await cell.until('/api/v1/namespaces/db/events', (list) =>
      arrayAt(list, 'items').some(
        (event) => isObject(event) && event.reason === 'BackOff' && String(event.message).includes('does-not-exist'),
      ),
    );
    expect(phase((await cell.call('GET', CLUSTER)).body)).toBe('Setting up primary');
  });

  it('takes all that belongs to a Cluster away with it', async () => {
    const cell = await testCell();
    await withOperator(cell);
    await cell.call('POST', `${GROUP}/clusters`, cluster());
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY);
    await cell.call('DELETE', CLUSTER);
    for (const plural of ['pods', 'persistentvolumeclaims', 'services'])
      await cell.until(`/api/v1/namespaces/db/${plural}`, (list) => arrayAt(list, 'items').length === 0);
    expect((await cell.call('GET', CLUSTER)).code).toBe(404);
  });

  it('installs charts once, upgrades them and never downgrades', async () => {
    const cell = await testCell();
    const versions = async (version: string) =>
      arrayAt((await cell.call('POST', '/simulator/charts', { name: 'cloudnative-pg', version })).body, 'releases').map((one) =>
        at(one, 'version'),
      );
    expect(await versions('0.28.1')).toEqual(['0.28.1']);
    expect(await versions('0.28.2')).toEqual(['0.28.2']);
    expect(await versions('0.27.0')).toEqual(['0.28.2']);
    expect((await cell.call('POST', '/simulator/charts', { name: 'nothing', version: '1' })).body.message).toBe(
      'chart "nothing" is not simulated; simulated charts: cloudnative-pg, plugin-barman-cloud, widget-operator',
    );
  });

  it('promotes a replica where the primary is taken away, and makes a new one where its volume is', async () => {
    const cell = await testCell();
    await withOperator(cell);
    await cell.call('POST', `${GROUP}/clusters`, cluster({ instances: 2 }));
    const ready = (object: JsonObject) => phase(object) === HEALTHY && at(object, 'status', 'readyInstances') === 2;
    await cell.until(CLUSTER, ready);
    await cell.call('DELETE', '/api/v1/namespaces/db/pods/pg-1');
    const after = await cell.until(CLUSTER, (object) => ready(object) && stringAt(object, 'status', 'currentPrimary') === 'pg-2');
    expect(after.status).toMatchObject({ instanceNames: ['pg-1', 'pg-2'], timelineID: 2 });
    const roleOf = async (pod: string) =>
      at((await cell.call('GET', `/api/v1/namespaces/db/pods/${pod}`)).body, 'metadata', 'labels', 'cnpg.io/instanceRole');
    expect([await roleOf('pg-1'), await roleOf('pg-2')]).toEqual(['replica', 'primary']);
    await cell.call('DELETE', '/api/v1/namespaces/db/persistentvolumeclaims/pg-2');
    await cell.call('DELETE', '/api/v1/namespaces/db/pods/pg-2');
    const recreated = await cell.until(CLUSTER, (object) => ready(object) && stringAt(object, 'status', 'currentPrimary') === 'pg-1');
    expect(at(recreated, 'status', 'instanceNames')).toEqual(['pg-1', 'pg-3']);
  });

  it('restarts every instance for the restart annotation, without a change of primary', async () => {
    const cell = await testCell();
    await withOperator(cell);
    await cell.call('POST', `${GROUP}/clusters`, cluster({ instances: 2 }));
    const ready = (object: JsonObject) => phase(object) === HEALTHY && at(object, 'status', 'readyInstances') === 2;
    await cell.until(CLUSTER, ready);
    const uids = async () =>
      Promise.all(
        ['pg-1', 'pg-2'].map(async (pod) => at((await cell.call('GET', `/api/v1/namespaces/db/pods/${pod}`)).body, 'metadata', 'uid')),
      );
    const before = await uids();
    await cell.call('PATCH', CLUSTER, { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'run-1' } } }, merge);
    // The pods are other ones now, and up.
    const after = await cell.until(CLUSTER, ready).then(async () => {
      for (const pod of ['pg-1', 'pg-2'])
        await cell.until(
          `/api/v1/namespaces/db/pods/${pod}`,
          (object) => at(object, 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt') === 'run-1',
        );
      return cell.until(CLUSTER, ready);
    });
    expect(at(after, 'status', 'currentPrimary')).toBe('pg-1');
    expect((await uids()).filter((uid) => before.includes(uid))).toEqual([]);
  });

  it('makes databases, refuses one of an unknown role in the words of PostgreSQL, and lets them go with their Cluster', async () => {
    const cell = await testCell();
    await withOperator(cell);
    await cell.call('POST', `${GROUP}/clusters`, cluster({ bootstrap: { initdb: { database: 'app', owner: 'app' } } }));
    const database = (name: string, owner: string) => ({
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Database',
      metadata: { name: `pg-${name}` },
      spec: { name, owner, cluster: { name: 'pg' } },
    });
    await cell.call('POST', `${GROUP}/databases`, database('shop', 'app'));
    await cell.call('POST', `${GROUP}/databases`, database('bad', 'nobody'));
    const shop = await cell.until(`${GROUP}/databases/pg-shop`, (object) => at(object, 'status', 'applied') === true);
    expect(shop.status).toEqual({ applied: true, observedGeneration: 1 });
    const bad = await cell.until(`${GROUP}/databases/pg-bad`, (object) => at(object, 'status', 'applied') === false);
    expect(bad.status).toEqual({
      applied: false,
      message: 'while creating database "bad": ERROR: role "nobody" does not exist (SQLSTATE 42704)',
    });
    await cell.call('DELETE', CLUSTER);
    await cell.call('DELETE', '/api/v1/namespaces/db');
    await cell.untilGone('/api/v1/namespaces/db');
  });

  it('does not archive where another Cluster did', async () => {
    const cell = await testCell();
    await withOperator(cell);
    const plugin = { name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true, parameters: { barmanObjectName: 'store' } };
    await cell.call('POST', '/apis/barmancloud.cnpg.io/v1/namespaces/db/objectstores', {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: 'store' },
      spec: { configuration: { destinationPath: 's3://backups/pg/' } },
    });
    await cell.call('POST', `${GROUP}/clusters`, cluster({ instances: 2, plugins: [plugin] }));
    const backup = (name: string, target: JsonObject) => ({
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Backup',
      metadata: { name },
      spec: { method: 'plugin', pluginConfiguration: { name: plugin.name }, cluster: { name: 'pg' }, ...target },
    });
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY && at(object, 'status', 'readyInstances') === 2);
    await cell.call('POST', `${GROUP}/backups`, backup('a', {}));
    await cell.call('POST', `${GROUP}/backups`, backup('b', { target: 'primary' }));
    const podOf = async (name: string) =>
      at(await cell.until(`${GROUP}/backups/${name}`, (object) => phase(object) === 'completed'), 'status', 'instanceID', 'podName');
    expect([await podOf('a'), await podOf('b')]).toEqual(['pg-2', 'pg-1']);
    await cell.call('DELETE', CLUSTER);
    await cell.untilGone(CLUSTER);
    const recovery = {
      bootstrap: { recovery: { source: 'origin' } },
      externalClusters: [{ name: 'origin', plugin: { name: plugin.name, parameters: { barmanObjectName: 'store', serverName: 'pg' } } }],
    };
    await cell.call('POST', `${GROUP}/clusters`, cluster({ ...recovery, plugins: [plugin] }));
    await cell.until(CLUSTER, (object) => stringAt(object, 'status', 'phaseReason').includes('Expected empty archive'));
    await cell.call(
      'PATCH',
      CLUSTER,
      { spec: { plugins: [{ ...plugin, parameters: { barmanObjectName: 'store', serverName: 'pg-2' } }] } },
      merge,
    );
    await cell.until(CLUSTER, (object) => phase(object) === HEALTHY);
  });
});
