import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../packages/server/src/database/database.js';
import { sql } from '../packages/server/src/database/database.js';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import {
  type BuiltPlan,
  type ControlPlane,
  buildPlan,
  createInstance,
  instanceParams,
  startControlPlane,
  until,
  untilSettled,
  untilStatus,
} from './control-plane.testing.js';
import { clusterEnvironment, DELETED_MS, kubectl, kubectlSucceeds } from './real-cluster.testing.js';

// Its tables are looked into once: to let a snapshot's days pass.
const database: OpenDatabase = await testDatabase();

// One journey, told in order: every test needs what those before it left. Three instances: `source`, and `copy` and
// `earlier`, restored from it; what takes long on the one goes on while the tests are at another.
describe('the whole life of an instance on a real cluster with the real operator', () => {
  let plane: ControlPlane;
  let plan: BuiltPlan;
  let source = '';
  let copy = '';
  let earlier = '';
  let copyEndpoint = '';
  let manual = '';
  let triggered = '';
  let final = '';

  const parameters = { storageSize: '1Gi', backupEndpoint: 'http://10.96.0.90:9000', databaseName: 'orders' };
  const of = (id: string) => instanceParams(plan, id);
  const cluster = (id: string, path: string) => kubectl('-n', id, 'get', `clusters.postgresql.cnpg.io/${id}`, '-o', `jsonpath=${path}`);
  const primary = (id: string) => cluster(id, '{.status.currentPrimary}');
  const psql = async (id: string, query: string, name = 'orders') =>
    kubectl('-n', id, 'exec', await primary(id), '-c', 'postgres', '--', 'psql', '-Atq', '-d', name, '-c', query);
  const rows = (id: string) => psql(id, 'select count(*) from journey');
  const names = async (id: string, kind: string, ...more: string[]) =>
    (await kubectl('-n', id, 'get', kind, '-o', 'name', ...more))
      .split('\n')
      .filter(Boolean)
      .map((name) => name.slice(name.indexOf('/') + 1));
  const describeOf = async (id: string) =>
    (await plane.client.describeInstance({ params: of(id), query: {} })).consumptionResourceInstanceResult;
  const endpointOf = async (id: string) => Object.values((await describeOf(id)).detailedNetworkTopology ?? {})[0]?.clusterEndpoint ?? '';
  const snapshotOf = async (id: string, snapshotId: string) =>
    (await plane.client.listSnapshots({ params: plan, query: {} })).snapshots.find(
      (one) => one.snapshotId === snapshotId && one.sourceInstanceId === id,
    );
  const untilComplete = (id: string, snapshotId: string) =>
    until(
      `snapshot ${snapshotId} is complete`,
      async () => {
        const found = await snapshotOf(id, snapshotId);
        if (found?.status === 'FAILED') throw new Error(`snapshot ${snapshotId} failed: ${found.statusDescription ?? ''}`);
        return found?.status === 'COMPLETE';
      },
      180_000,
      async () => JSON.stringify(await snapshotOf(id, snapshotId)),
    );
  /** After an operation that leaves the status alone: nothing runs any more. */
  const untilQuiet = (id: string) =>
    until(
      `no operation runs on ${id}`,
      async () => {
        const { workflowExecutions } = await plane.client.listWorkflowExecutions({ params: { ...plan, instanceId: id }, query: {} });
        return workflowExecutions.every((one) => one.status === 'SUCCEEDED' || one.status === 'FAILED');
      },
      180_000,
    );
  const gone = async (id: string) => {
    expect((await untilSettled(plane.client, id, DELETED_MS))?.status ?? 'DELETED').toBe('DELETED');
    expect(await kubectlSucceeds('get', 'namespace', id)).toBe(false);
  };

  beforeAll(async () => {
    plane = await startControlPlane({ ...clusterEnvironment(), DATABASE_URL: database.url });
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
      await plane.client.setSecret({ params: { environmentType: 'dev', name }, body: { value: 'test' } });
    plan = await buildPlan(plane.client, 'Postgres, all its life', { file: 'examples/postgres-operator/spec.yaml' });
  });
  afterAll(async () => {
    if (plane === undefined) return;
    for (const id of [source, copy, earlier].filter(Boolean))
      await kubectl('delete', 'namespace', id, '--ignore-not-found', '--wait=false');
    await plane.stop();
  });

  it('offers every operation of the plan', async () => {
    source = await createInstance(plane.client, plan, parameters);
    await untilStatus(plane.client, source, 'RUNNING', 300_000);
    await psql(source, 'create table journey as select generate_series(1, 1234) as row');
    const offered = (
      await plane.client.describeInstance({ params: of(source), query: {} })
    ).consumptionResourceInstanceResult.supportedOperations
      ?.map((one) => one.verb)
      .toSorted();
    for (const verb of ['ADD_CAPACITY', 'BACKUP', 'FAILOVER', 'MODIFY', 'REMOVE_CAPACITY', 'RESTART', 'START', 'STOP', 'createDatabase'])
      expect(offered, verb).toContain(verb);
  });

  it('takes a manual and an automated snapshot through the backup plugin, and stays RUNNING', async () => {
    manual = (await plane.client.createInstanceSnapshot({ params: of(source), body: {} })).snapshotId;
    expect((await describeOf(source)).status).toBe('RUNNING');
    await untilComplete(source, manual);
    const snapshot = await snapshotOf(source, manual);
    expect(snapshot).toMatchObject({
      snapshotType: 'ManualSnapshot',
      snapshotMetadata: { backupId: expect.stringMatching(/^\d{8}T\d{6}$/), serverName: source },
    });
    expect(snapshot?.expiryTime).toBeUndefined();
    expect(await kubectl('-n', source, 'get', `backups.postgresql.cnpg.io/${manual}`, '-o', 'jsonpath={.status.phase}')).toBe('completed');

    await untilQuiet(source);
    triggered = (await plane.client.triggerInstanceSnapshot({ params: of(source) })).snapshotId;
    await untilComplete(source, triggered);
    expect((await snapshotOf(source, triggered))?.snapshotType).toBe('AutomatedSnapshot');
    expect((await snapshotOf(source, triggered))?.expiryTime).toBeDefined();
    await untilQuiet(source);
  });

  it('begins a restore into a new instance', async () => {
    await psql(source, 'delete from journey where row > 100; insert into journey values (-1)');
    copy = (await plane.client.restoreSnapshot({ params: { ...plan, snapshotId: manual }, body: {} })).id;
    expect(copy).not.toBe(source);
    expect((await describeOf(copy)).status).toBe('DEPLOYING');
  });

  it('hibernates: the pods go, the volumes stay', async () => {
    await plane.client.stopInstance({ params: of(source), body: {} });
    await untilStatus(plane.client, source, 'STOPPED', 120_000);
    expect(await names(source, 'pods', '-l', 'cnpg.io/podRole=instance')).toEqual([]);
    expect(await names(source, 'persistentvolumeclaims')).toEqual([`${source}-1`]);
  });

  it('backs up a stopped one and leaves it stopped', async () => {
    const { snapshotId } = await plane.client.createInstanceSnapshot({ params: of(source), body: {} });
    await untilComplete(source, snapshotId);
    await untilQuiet(source);
    expect((await describeOf(source)).status).toBe('STOPPED');
    expect(await names(source, 'pods', '-l', 'cnpg.io/podRole=instance')).toEqual([]);
    await plane.client.deleteSnapshot({ params: { ...plan, snapshotId } });
    await until('its Backup is deleted', async () => (await snapshotOf(source, snapshotId)) === undefined, 60_000);
    expect(await names(source, 'backups.postgresql.cnpg.io')).not.toContain(snapshotId);
  });

  it('wakes with its rows', async () => {
    await plane.client.startInstance({ params: of(source), body: {} });
    await untilStatus(plane.client, source, 'RUNNING', 180_000);
    expect(await rows(source)).toBe('101');
  });

  it('begins a restore to a point in time', async () => {
    await psql(source, 'insert into journey values (-2)');
    const time = await psql(source, `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
    // Recovery ends before the first change after the wanted time, so there must be one, and it must have been archived.
    await psql(source, 'insert into journey values (-3)');
    const segment = await psql(source, 'select pg_walfile_name(pg_switch_wal())');
    await until(
      `${segment} is archived`,
      async () => (await psql(source, `select count(*) from pg_ls_archive_statusdir() where name = '${segment}.ready'`)) === '0',
      120_000,
    );
    earlier = (await plane.client.restoreInstanceToTime({ params: of(source), body: { targetRestoreTime: time } })).id;
    expect((await describeOf(earlier)).status).toBe('DEPLOYING');
  });

  it('has restored the rows of then, and none of later', async () => {
    await untilStatus(plane.client, copy, 'RUNNING', 300_000);
    expect(await rows(copy)).toBe('1234');
    expect(await psql(copy, 'select count(*) from journey where row < 0')).toBe('0');
    expect(await rows(source)).toBe('103');
    copyEndpoint = await endpointOf(copy);
    expect(copyEndpoint).toContain(copy);
    expect(copyEndpoint).not.toBe(await endpointOf(source));
    expect(await names(copy, 'services')).toContain(`${copy}-writer`);
  });

  it('takes a last snapshot before a delete', async () => {
    await psql(copy, 'insert into journey select generate_series(2001, 2010)');
    await plane.client.deleteInstance({ params: of(copy), body: {} });
    await gone(copy);
    const left = (await plane.client.listSnapshots({ params: plan, query: {} })).snapshots.filter((one) => one.sourceInstanceId === copy);
    expect(left).toMatchObject([{ origin: 'final', status: 'COMPLETE' }]);
    final = left[0]?.snapshotId ?? '';
    expect(left[0]?.expiryTime).toBeDefined();
  });

  it('begins to restore it into the deleted source', async () => {
    const restored = await plane.client.restoreSnapshot({
      params: { ...plan, snapshotId: final },
      body: { restoreToSourceInstance: true },
    });
    expect(restored.id).toBe(copy);
  });

  it("creates a database by the plan's own operation, and says why one cannot be", async () => {
    const execute = (requestParams: Record<string, unknown>) =>
      plane.client.executeWorkflowVerb({
        params: { ...plan, instanceId: source, verb: 'createDatabase' },
        body: { requestParams, waitForCompletionSeconds: 60 },
      });
    const made = await execute({ name: 'shop' });
    expect(made).toMatchObject({ status: 'SUCCEEDED', outputs: { database: 'shop', owner: 'orders', applied: true } });
    expect(await psql(source, 'select current_database()', 'shop')).toBe('shop');
    const failed = await execute({ name: 'bad', owner: 'nobody' });
    expect(failed.status).toBe('FAILED');
    expect(failed.failureMessage).toContain('role "nobody" does not exist');
    expect((await execute({ name: 'bad', owner: 'orders' })).status).toBe('SUCCEEDED');
    await expect(execute({})).rejects.toMatchObject({ status: 400 });
    expect((await describeOf(source)).status).toBe('RUNNING');
  });

  it('adds capacity, and a later modify keeps it', async () => {
    // The replica's copy begins with a checkpoint, which PostgreSQL would spread over minutes after what the databases wrote.
    await psql(source, 'checkpoint');
    await plane.client.addCapacity({ params: of(source), body: { capacityToBeAdded: 1 } });
    await untilStatus(plane.client, source, 'RUNNING', 240_000);
    expect(await cluster(source, '{.status.instances}/{.status.readyInstances}')).toBe('2/2');
    await plane.client.modifyInstance({ params: of(source), body: { requestParams: { backupBucket: 'backups' } } });
    await untilStatus(plane.client, source, 'RUNNING', 240_000);
    expect(await cluster(source, '{.spec.instances}/{.status.readyInstances}')).toBe('2/2');
  });

  it('fails over to the replica', async () => {
    const failed = await primary(source);
    await plane.client.failoverInstance({ params: of(source), body: { failedReplicaID: failed } });
    await untilStatus(plane.client, source, 'RUNNING', 240_000);
    const promoted = await primary(source);
    expect(promoted).not.toBe(failed);
    expect(await psql(source, 'select pg_is_in_recovery()')).toBe('f');
    expect(await rows(source)).toBe('103');
    expect(await cluster(source, '{.status.readyInstances}')).toBe('2');
  });

  it('removes capacity', async () => {
    await plane.client.removeCapacity({ params: of(source), body: { capacityToBeRemoved: 1 } });
    await untilStatus(plane.client, source, 'RUNNING', 180_000);
    expect(await cluster(source, '{.status.instances}/{.status.readyInstances}')).toBe('1/1');
    expect(await rows(source)).toBe('103');
  });

  it('restarts', async () => {
    const before = await psql(source, 'select pg_postmaster_start_time()');
    await plane.client.restartInstance({ params: of(source), body: {} });
    await untilStatus(plane.client, source, 'RUNNING', 180_000);
    // The operator may call the cluster healthy before it has begun to restart, so PostgreSQL itself is asked until it has.
    await until(
      'PostgreSQL was started anew',
      async () => {
        const now = await psql(source, 'select pg_postmaster_start_time()').catch((error: unknown) => {
          if (
            /shutting down|starting up|not (?:yet )?accepting|terminating|closed the connection|No such file|Connection refused|not found/.test(
              String(error),
            )
          )
            return before;
          throw error;
        });
        return now !== before;
      },
      120_000,
    );
    expect(await rows(source)).toBe('103');
  });

  it('keeps the last automated snapshot past its time, lets it expire with its Backup once there is a newer one, and leaves the manual one', async () => {
    await sql`update snapshots set expires_at = now() where id = ${triggered}`.execute(database.db);
    await until('it is missed', async () => (await describeOf(source)).backupStatus?.noGoodBackupSince !== undefined, 60_000);
    expect(await names(source, 'backups.postgresql.cnpg.io')).toContain(triggered);
    const newer = (await plane.client.triggerInstanceSnapshot({ params: of(source) })).snapshotId;
    await untilComplete(source, newer);
    await until('it has expired', async () => (await snapshotOf(source, triggered)) === undefined, 60_000);
    await untilQuiet(source);
    expect(await names(source, 'backups.postgresql.cnpg.io')).toEqual([manual, newer].toSorted());
    expect((await describeOf(source)).backupStatus?.noGoodBackupSince).toBeUndefined();
    expect(await snapshotOf(source, manual)).toMatchObject({ status: 'COMPLETE' });
    expect((await describeOf(source)).status).toBe('RUNNING');
  });

  it('has restored it: the same endpoint, the last rows', async () => {
    await untilStatus(plane.client, copy, 'RUNNING', 300_000);
    expect(await endpointOf(copy)).toBe(copyEndpoint);
    expect(await rows(copy)).toBe('1244');
    // It can be backed up again: it archives under another name than the deleted one did.
    const { snapshotId } = await plane.client.createInstanceSnapshot({ params: of(copy), body: {} });
    await untilComplete(copy, snapshotId);
    await untilQuiet(copy);
  });

  it('has restored the point in time: what was written before it and nothing after', async () => {
    await untilStatus(plane.client, earlier, 'RUNNING', 300_000);
    expect(await psql(earlier, 'select row from journey where row < 0 order by row desc')).toBe('-1\n-2');
    expect(await rows(earlier)).toBe('102');
  });

  it('takes no last snapshot where it is told not to, and keeps the manual one', async () => {
    for (const id of [source, copy, earlier]) await plane.client.deleteInstance({ params: of(id), body: { skipFinalSnapshot: true } });
    for (const id of [source, copy, earlier]) await gone(id);
    const { snapshots } = await plane.client.listSnapshots({ params: plan, query: {} });
    expect(snapshots.filter((one) => one.sourceInstanceId === source).map((one) => one.snapshotId)).toEqual([manual]);
    const finals = snapshots.filter((one) => one.sourceInstanceId === copy && one.origin === 'final');
    expect(finals.map((one) => one.snapshotId)).toEqual([final]);
  });

  it('deletes a manual snapshot whose instance is gone, and leaves no namespace behind', async () => {
    await plane.client.deleteSnapshot({ params: { ...plan, snapshotId: manual } });
    await until('it is deleted', async () => (await snapshotOf(source, manual)) === undefined, 90_000);
    await until('its namespace is gone', async () => !(await kubectlSucceeds('get', 'namespace', source)), 60_000);
    const { snapshots } = await plane.client.listSnapshots({ params: plan, query: {} });
    expect(snapshots.filter((one) => one.sourceInstanceId === source)).toEqual([]);
  });
});
