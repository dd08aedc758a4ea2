/** Instances on a fake cluster with a real engine and database, for tests of their life. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '@cellplane/api';
import { base64, testCatalog } from '../catalog/catalog.testing.js';
import { type OfferedResource, planPlace, planVersion, resourceIdsOf } from '../catalog/catalog.js';
import { openCells } from '../cells/cell.js';
import { type ChartBackend, chartWork } from '../charts/chart-work.js';
import { openCharts } from '../charts/charts.js';
import { useSimulatedCell } from '../cells/default-cell.js';
import { startDatabaseClock } from '../database/clock.js';
import { type OpenDatabase, sql } from '../database/database.js';
import { migrateJobQueue } from '../engine/wake-up-jobs.js';
import { type Engine, startEngine } from '../engine/engine.js';
import { until } from '../engine/engine.testing.js';
import type { RunEnded } from '../engine/model.js';
import { FakeCluster } from '../engine/fake-cluster.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { type CreateInput, createInstance } from './requests/create-instance.js';
import { endOperation } from './end-operation.js';
import { foreignNamesIn } from './foreign-names.js';
import { keptObject } from './kept-objects.js';
import { instanceInventory } from '../instance-api/inventory.js';
import { noSnapshots } from './snapshot-port.js';
import type { InstanceDeps } from './run-context.js';
import { openWork } from '../work/work.js';
import { instanceStages, stageSets } from '../stages/stages.js';
import { lockInstances, selectInstance } from '../instances/store.js';

export interface World {
  /** `charts.stop` ends the installations under way. */
  deps: InstanceDeps & { charts: { stop(): Promise<void> } };
  cluster: FakeCluster;
  caller: Caller;
  engine: Engine;
  /** Charts as they were installed. */
  installed: string[];
  /** Fails the installation of charts while it is set. */
  charts: { failure?: { message: string; retriable: boolean } };
  /** Builds a spec as a plan of a service of its own, and answers what a create names. */
  offer(spec: string, environmentType?: string): Promise<OfferedResource>;
  /** Builds another spec as the next, preferred version of an offered plan; answers the version. */
  offerNext(offered: OfferedResource, spec: string): Promise<string>;
  create(offered: OfferedResource, more?: Partial<CreateInput>): Promise<string>;
  /** Waits for one of the statuses and answers the row. */
  reach(id: string, ...statuses: string[]): Promise<NonNullable<Awaited<ReturnType<typeof selectInstance>>>>;
}

/** Access, namespaces and Services are served; plans' own kinds are added by the test. `runEnded`: another room's hook. */
export async function openWorld(database: OpenDatabase, more: { runEnded?: RunEnded } = {}): Promise<World> {
  const { db } = database;
  await migrateJobQueue(database, silentLogger);
  const cluster = new FakeCluster();
  cluster.serve('v1', 'Namespace', 'namespaces', false);
  for (const [apiVersion, kind, plural] of [
    ['v1', 'ServiceAccount', 'serviceaccounts'],
    ['v1', 'Service', 'services'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'roles'],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'],
  ] as const) {
    cluster.serve(apiVersion, kind, plural);
  }
  const sealer = createSealer(randomBytes(32));
  const rows = openCells({ db, sealer, log: silentLogger });
  await useSimulatedCell({ db, sealer, log: silentLogger }, { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' });
  const installed: string[] = [];
  const charts: World['charts'] = {};
  const backend: ChartBackend = {
    installed: async () => '0.0.1',
    install: async (_, chart) => {
      if (charts.failure !== undefined) throw Object.assign(new Error(charts.failure.message), { retriable: charts.failure.retriable });
      installed.push(`${chart.chart} ${chart.version}`);
      return { version: chart.version };
    },
  };
  const work = openWork({ db, sealer, log: silentLogger, kinds: () => [chartWork({ backend, log: silentLogger })] });
  const running: { engine?: Engine } = {};
  const deps: World['deps'] = {
    db,
    sealer,
    log: silentLogger,
    cells: { ...rows, client: () => Promise.resolve(cluster.client()), anyClient: () => Promise.resolve(cluster.client()) },
    charts: { ...openCharts({ db, sealer, log: silentLogger, backend, work }), stop: () => work.stop() },
    simulation: false,
    endpointDomain: 'cells.test',
    snapshots: noSnapshots,
    stageSets,
    wake: (runId) => running.engine?.wake(runId),
  };
  const engine = await startEngine({
    database,
    clock: await startDatabaseClock(db, silentLogger),
    cells: deps.cells,
    stages: instanceStages(deps),
    lockSubjects: lockInstances,
    onRunEnded: async (tx, ended) => {
      await endOperation(deps, tx, ended);
      await more.runEnded?.(tx, ended);
    },
    checkTexts: (instanceId, texts) => foreignNamesIn(deps, instanceId, texts),
    expectedObject: (runId, object) => keptObject(deps, runId, object),
    sealer,
    log: silentLogger,
  });
  running.engine = engine;
  const { caller, handlers } = await testCatalog(db, instanceInventory(deps));
  return {
    deps,
    cluster,
    caller,
    engine,
    installed,
    charts,
    offer: async (spec, environmentType = 'DEV') => {
      const body = {
        name: `Service ${randomBytes(4).toString('hex')}`,
        environment: environmentType,
        environmentType,
        fileContent: base64(spec),
        dryrun: false,
        release: false,
        releaseAsPreferred: true,
      };
      const built = await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
      const place = await planPlace(db, caller.orgId, built.productTierID);
      const [[resourceKey, resourceId] = ['', '']] = Object.entries(await resourceIdsOf(db, built.productTierID));
      return { place, resourceKey, resourceId };
    },
    offerNext: async ({ place }, spec) => {
      const body = {
        name: place.serviceName,
        environment: place.environmentName,
        environmentType: place.environmentType,
        fileContent: base64(spec),
        dryrun: false,
        release: false,
        releaseAsPreferred: true,
      };
      await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
      return (await planVersion(db, caller.orgId, place.planId, 'latest')).version;
    },
    create: async (offered, more) => {
      const input = { offered, planVersion: '', cloudProvider: '', region: '', networkType: '', parameters: {}, tags: [], ...more };
      return (await createInstance(deps, caller, input)).id;
    },
    reach: (id, ...statuses) =>
      until(
        async () => {
          const row = await selectInstance(db, id);
          if (row !== undefined && statuses.includes(row.status)) return row;
          if (row !== undefined && !statuses.includes('FAILED') && row.status === 'FAILED')
            throw new Error(`${id} FAILED: ${row.statusMessage}`);
          return undefined;
        },
        `${id} to be ${statuses.join(' or ')}`,
      ),
  };
}

/** Everything in the tables of instances and runs, as text: to look for what must not be in clear. */
export async function everythingStored(database: OpenDatabase): Promise<string> {
  const tables = [
    'instances',
    'operations',
    'runs',
    'run_tasks',
    'run_stages',
    'run_events',
    'run_observations',
    'chart_releases',
    'work',
    'deployment_cells',
    'secret',
  ];
  const texts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ text: string }>`select row_to_json(t)::text as text from ${sql.table(table)} t`.execute(database.db);
      return rows.map((row) => row.text);
    }),
  );
  return texts.flat().join('\n');
}
