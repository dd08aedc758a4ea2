import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChartRepository, startRenumbered } from './chart-repository.testing.js';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  instanceParams,
  startControlPlane,
  until,
  untilSettled,
  untilStatus,
} from './control-plane.testing.js';
import { clusterEnvironment, DELETED_MS, helm, kubectl, kubectlSucceeds, withoutOperators } from './real-cluster.testing.js';
import { CHART, firstVersion, NEXT_CHART, secondVersion } from './second-version.testing.js';

const CHARTS = 'https://cloudnative-pg.github.io/charts';

/** Writes one row after the other into a database of an instance, each by a psql of its own, until it is stopped. */
class Writer {
  /** Rows whose commit was told, with the time of the answer on this machine, in milliseconds. */
  readonly told: { row: number; at: number }[] = [];
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(private readonly write: (row: number) => Promise<boolean>) {
    this.done = this.loop();
  }

  private async loop(): Promise<void> {
    for (let row = 1; !this.stopped; row += 1) if (await this.write(row)) this.told.push({ row, at: Date.now() });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  /** The longest time between two answers since a moment, and how long the usual one was. Milliseconds. */
  gaps(since: number): { longest: number; usual: number } {
    const gaps = this.told.flatMap(({ at }, index) => (at < since || index === 0 ? [] : [at - (this.told[index - 1]?.at ?? at)]));
    const sorted = gaps.toSorted((one, other) => one - other);
    return { longest: sorted.at(-1) ?? 0, usual: sorted[Math.floor(sorted.length / 2)] ?? 0 };
  }
}

// One journey, told in order: every test needs what those before it left.
describe('three live databases come to version 2 of the example plan', () => {
  let charts: ChartRepository;
  let plane: ControlPlane;
  let plan: BuiltPlan;
  const ids: string[] = [];
  const writers = new Map<string, Writer>();
  const replicas = [1, 1, 2];
  let begun = 0;

  const parameters = { storageSize: '1Gi', backupEndpoint: 'http://10.96.0.90:9000', databaseName: 'orders' };
  const cluster = (id: string, path: string) => kubectl('-n', id, 'get', `clusters.postgresql.cnpg.io/${id}`, '-o', `jsonpath=${path}`);
  const psql = async (id: string, query: string) =>
    kubectl(
      '-n',
      id,
      'exec',
      await cluster(id, '{.status.currentPrimary}'),
      '-c',
      'postgres',
      '--',
      'psql',
      '-Atq',
      '-d',
      'orders',
      '-c',
      query,
    );
  const described = async (id: string) => plane.client.describeInstance({ params: instanceParams(plan, id), query: {} });

  beforeAll(async () => {
    await withoutOperators();
    const environment = clusterEnvironment();
    const mirror = (environment['CELLPLANE_CHART_MIRRORS'] ?? '').split(',').find((one) => one.startsWith(`${CHARTS}=`));
    charts = await startRenumbered(mirror?.slice(CHARTS.length + 1) ?? CHARTS, [
      { name: 'cloudnative-pg', version: CHART, also: NEXT_CHART },
      { name: 'plugin-barman-cloud', version: '0.6.0' },
    ]);
    plane = await startControlPlane({ ...environment, CELLPLANE_CHART_MIRRORS: `${CHARTS}=${charts.url}` });
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
      await plane.client.setSecret({ params: { environmentType: 'dev', name }, body: { value: 'test' } });
    plan = await buildPlan(plane.client, 'Postgres that is upgraded', { text: firstVersion });
  });
  afterAll(async () => {
    for (const writer of writers.values()) await writer.stop();
    if (plane === undefined) return;
    for (const id of ids) await kubectl('delete', 'namespace', id, '--ignore-not-found', '--wait=false');
    await plane.stop();
    await charts.close();
  });

  it('has them, of the first version, and rows are written', async () => {
    for (const numberOfInstances of replicas) ids.push(await createInstance(plane.client, plan, { ...parameters, numberOfInstances }));
    for (const id of ids) await untilStatus(plane.client, id, 'RUNNING', 400_000);
    for (const id of ids) {
      await psql(id, 'create table journey (row int primary key)');
      const write = (row: number) =>
        psql(id, `insert into journey values (${row})`).then(
          () => true,
          () => false,
        );
      writers.set(id, new Writer(write));
    }
    for (const writer of writers.values()) await until('rows are written', async () => writer.told.length >= 5, 60_000);
    expect((await helm('list', '-n', 'cellplane-operators', '-o', 'json')).includes(`cloudnative-pg-${CHART}`)).toBe(true);
  });

  it('upgrades all three at once: chart, added resource, the parameter, the check', async () => {
    expect((await buildPlan(plane.client, 'Postgres that is upgraded', { text: secondVersion() })).version).toBe('2.0');
    begun = Date.now();
    for (const id of ids) {
      const body = { resourceId: '', resourceOverrideConfiguration: null, targetTierVersion: '2.0' };
      const answer = await plane.client.upgradeInstance({ params: instanceParams(plan, id), body });
      expect(answer).toMatchObject({ tierVersion: '1.0', consumptionResourceInstanceResult: { status: 'DEPLOYING' } });
    }
    for (const id of ids) await untilStatus(plane.client, id, 'RUNNING', 500_000);
    for (const id of ids) {
      expect((await described(id)).tierVersion).toBe('2.0');
      expect(await kubectl('-n', id, 'get', 'configmap', `${id}-limits`, '-o', 'jsonpath={.data.statementTimeout}')).toBe('30s');
      const { operations } = await plane.client.listInstanceOperations({ params: { id }, query: {} });
      expect(operations[0]).toMatchObject({ kind: 'upgrade', status: 'SUCCEEDED', fromVersion: '1.0', toVersion: '2.0' });
      expect(operations[0]?.runs.map((run) => `${run.verb} ${run.resourceKey}`)).toEqual([
        'create limits',
        'modify CNPG',
        'checkServing CNPG',
      ]);
    }
    expect((await helm('list', '-n', 'cellplane-operators', '-o', 'json')).includes(`cloudnative-pg-${NEXT_CHART}`)).toBe(true);
  });

  it('lost no row that was told to be there, and says how long each did not answer', async () => {
    for (const [index, id] of ids.entries()) {
      await until(
        `the parameter is in effect on ${id}`,
        async () => (await psql(id, 'show shared_buffers').catch(() => '')) === '48MB',
        240_000,
      );
      const writer = writers.get(id);
      if (writer === undefined) throw new Error(`nobody writes to ${id}`);
      const sofar = writer.told.length;
      await until('rows are written again', async () => writer.told.length > sofar + 3, 60_000);
      await writer.stop();
      const there = new Set((await psql(id, 'select row from journey')).split('\n').map(Number));
      const lost = writer.told.filter(({ row }) => !there.has(row));
      const { longest, usual } = writer.gaps(begun);
      console.log(
        `upgrade of ${id} (${replicas[index]} instance${replicas[index] === 1 ? '' : 's'}): ${writer.told.length} rows told, ${lost.length} lost; ` +
          `longest time without an answer ${(longest / 1000).toFixed(1)} s, usual ${(usual / 1000).toFixed(2)} s`,
      );
      expect(lost).toEqual([]);
    }
  });

  it('takes one back to version 1: its added resource goes, its rows stay', async () => {
    const [id = ''] = ids;
    const rows = await psql(id, 'select count(*) from journey');
    await plane.client.upgradeInstance({ params: instanceParams(plan, id), body: { targetTierVersion: '1.0' } });
    await untilStatus(plane.client, id, 'RUNNING', 300_000);
    expect((await described(id)).tierVersion).toBe('1.0');
    expect(await kubectlSucceeds('-n', id, 'get', 'configmap', `${id}-limits`)).toBe(false);
    // The operator may restart PostgreSQL after it has called the cluster healthy.
    await until('its rows are there', async () => (await psql(id, 'select count(*) from journey').catch(() => '')) === rows, 240_000);
    // The operator is shared: what others need is not taken back.
    expect((await helm('list', '-n', 'cellplane-operators', '-o', 'json')).includes(`cloudnative-pg-${NEXT_CHART}`)).toBe(true);
  });

  it('deletes them by the version that each is on', async () => {
    for (const id of ids) await plane.client.deleteInstance({ params: instanceParams(plan, id), body: { skipFinalSnapshot: true } });
    for (const id of ids) expect((await untilSettled(plane.client, id, DELETED_MS))?.status ?? 'DELETED').toBe('DELETED');
    for (const id of ids) await until(`namespace ${id} is gone`, async () => !(await kubectlSucceeds('get', 'namespace', id)), 60_000);
  });
});
