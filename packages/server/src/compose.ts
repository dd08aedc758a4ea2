/** The one place where the parts meet: a running copy of the control plane, and how it stops. */
import type { Handlers } from '@cellplane/api';
import { planHandlers } from './catalog/plan-handlers.js';
import { serviceHandlers } from './catalog/service-handlers.js';
import { findingHandlers } from './catalog/findings.js';
import { workflowDefinitionHandlers } from './catalog/workflow-definition.js';
import { type Cell, checkCell, openCells } from './cells/cell.js';
import { cellBackend } from './charts/cell-backend.js';
import { openCharts } from './charts/charts.js';
import { readDefaultKubeconfig, useClusterCell } from './cells/default-cell.js';
import { readFactsFile, useFacts } from './cells/facts.js';
import { cellHandlers } from './cells/handlers.js';
import { ensureSimulatedCell, stopSimulatedCell, suddenEndOf } from './simulated/cell.js';
import type { Config } from './config.js';
import { databaseTime, startDatabaseClock } from './database/clock.js';
import { type Connection, type OpenDatabase, openDatabase } from './database/database.js';
import { type EmbeddedPostgres, startEmbedded } from './database/embedded/embedded.js';
import { answerOnce, sweepIdempotencyKeys } from './database/idempotency-key.js';
import { bringForward } from './database/migrate.js';
import { watchStorage } from './database/storage-watch.js';
import { migrateDoorbell } from './engine/wake-up-jobs.js';
import { type Engine, startEngine } from './engine/engine.js';
import { offerRun } from './engine/insert-run.js';
import { messageOf } from './errors.js';
import { createHelm } from './exec/helm.js';
import { keepWorkFolders } from './exec/keep-work-folders.js';
import { createApp } from './http/app.js';
import { listen } from './http/listen.js';
import { createMetrics } from './http/metrics.js';
import { createIdentity } from './identity/identity.js';
import { identityHandlers } from './identity/handlers.js';
import { ensureFirstProvider, type FirstProvider } from './identity/provider.js';
import { sweepSignIns } from './identity/sweep.js';
import { deriveSigningKey } from './identity/token.js';
import { capacityHandlers } from './instance-api/capacity-handlers.js';
import { customerInstanceHandlers } from './instance-api/customer-handlers.js';
import { customWorkflowHandlers } from './instance-api/custom-workflow-handlers.js';
import { endOperation } from './lifecycle/end-operation.js';
import { foreignNamesIn } from './lifecycle/foreign-names.js';
import { keptObject } from './lifecycle/kept-objects.js';
import { instanceInventory } from './instance-api/inventory.js';
import { instanceHandlers } from './instance-api/provider-handlers.js';
import { openLiveProgress } from './instance-api/live-progress.js';
import type { InstanceDeps } from './lifecycle/run-context.js';
import { openRunViews } from './instance-api/run-views.js';
import { simulatedOperator } from './simulated/operator.js';
import { instanceStages } from './stages/stages.js';
import { workflowHandlers } from './instance-api/run-handlers.js';
import { onSuddenEnd } from './last-resort.js';
import { type Logger, logSink } from './log.js';
import { lookGauges } from './reconciliation/metrics.js';
import { lookHandlers } from './reconciliation/handlers.js';
import { createReconciler } from './reconciliation/reconciler.js';
import { readiness } from './readiness.js';
import { createSealer } from './secrets/envelope.js';
import { claimMasterKey, loadMasterKey } from './secrets/master-key.js';
import { secretHandlers } from './secrets/handlers.js';
import { sweepDueWork } from './snapshots/due-work.js';
import { withSnapshots } from './snapshots/inventory.js';
import { snapshotGauges } from './snapshots/metrics.js';
import { snapshotHandlers } from './snapshots/handlers.js';
import type { SnapshotDeps } from './snapshots/snapshot.js';
import { snapshotPort } from './snapshots/snapshot-port.js';
import { startStep, throughLosses } from './start-step.js';
import { subscriptionHandlers } from './subscriptions/handlers.js';
import { every } from './timer.js';

export interface Server {
  url: string;
  provider: FirstProvider;
  /** The default deployment cell, as it was when the server started. */
  cell: Cell;
  database: OpenDatabase;
  /** Drains: no new requests, runs let go, child processes ended, PostgreSQL last. Within 5 s. Never rejects. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  config: Config;
  log: Logger;
  version: string;
  /** The server cannot go on (its data directory was taken by another one). */
  onFatal: (error: Error) => void;
  /** Watches the event loop, given where the database is; answers what ends that. @default nothing watches it */
  watchLoop?: (connection: Connection) => () => Promise<void>;
  /** Calls the start off: what was started is stopped, and `startServer` rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** How often Idempotency-Keys older than a day are removed. Milliseconds. */
const KEY_SWEEP_MS = 600_000;
/** How often sessions, counts of sign-ins and the like that are over are removed. Milliseconds. */
const SIGN_IN_SWEEP_MS = 60_000;
/** How often cells are asked whether they are there, and the simulated one is started again. Milliseconds. */
const CELL_CHECK_MS = 15_000;
const SIMULATED_CHECK_MS = 2_000;
/** How often operators that the simulated cell does not know are stood in for. Milliseconds. */
const SIMULATED_WORK_MS = 300;
/** How often it is asked whether a cell is to be compared with the database. Milliseconds. */
const LOOK_TICK_MS = 1_000;
/** How often periodic backups and snapshots that shall go are looked for. Milliseconds. */
const DUE_WORK_MS = 1_000;

/**
 * Starts everything, in the order in which it depends on each other; what was started is stopped if a later part fails. Where the
 * database went away meanwhile, all of it begins again: what was opened with the old PostgreSQL is of no use with the new one.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  return throughLosses(options, () => startOnce(options));
}

async function startOnce(options: ServerOptions): Promise<Server> {
  const stops: (() => Promise<void>)[] = [];
  const undo = async () => {
    for (const stop of stops.splice(0).toReversed()) {
      await stop().catch((error: unknown) => options.log.warn({ error: messageOf(error) }, 'a part did not stop cleanly'));
    }
  };
  try {
    const parts = await start(options, stops);
    let stopped: Promise<void> | undefined;
    return { ...parts, stop: () => (stopped ??= undo()) };
  } catch (error) {
    await undo();
    throw error;
  }
}

async function start(
  { config, log, version, onFatal, watchLoop, signal }: ServerOptions,
  stops: (() => Promise<void>)[],
): Promise<Omit<Server, 'stop'>> {
  // Looked at before anything is started: a mistake in it is told at once.
  const cluster = config.kubeconfig === undefined ? undefined : await readDefaultKubeconfig(config.kubeconfig);
  const facts = config.cellFacts === undefined ? undefined : await readFactsFile(config.cellFacts);
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbedded({ dataDir: config.dataDir, log, onLost: onFatal, ...(signal === undefined ? {} : { signal }) })
      : undefined;
  if (embedded !== undefined) stops.push(() => embedded.stop());
  const open = () => startStep(signal, openDatabase(connectionOf(config, embedded), { log }), (late) => late.close());
  const database = await open();
  stops.push(() => database.close());
  const { db } = database;
  // What goes on by itself has connections of its own: however many requests wait for a row, leases are renewed and runs go on.
  const background = await open();
  stops.push(() => background.close());
  await startStep(signal, bringForward(connectionOf(config, embedded), log));
  await startStep(signal, migrateDoorbell(database, log));
  if (watchLoop !== undefined) stops.push(watchLoop(connectionOf(config, embedded)));

  const masterKey = await loadMasterKey(config, (message) => log.warn({}, message));
  const sealer = createSealer(masterKey);
  await claimMasterKey(db, sealer);
  const provider = await ensureFirstProvider(db, config.provider);
  if (provider.passwordChanged)
    log.info({ user: provider.userId }, 'the password of the provider was replaced: all its sessions have ended');

  const cells = openCells({ db: background.db, sealer, log });
  stops.push(() => cells.close());
  const cellDeps = { db: background.db, sealer, log };
  const defaultCell = () =>
    cluster === undefined ? ensureSimulatedCell(cellDeps, config.dataDir, signal) : useClusterCell(cellDeps, cluster, config.cellPlaces);
  const firstCell = await defaultCell();
  await useFacts(cellDeps.db, firstCell.id, facts);
  // Other servers may share a simulated cell only with a database of their own; else it was started for us.
  if (embedded !== undefined && firstCell.kind === 'simulated') {
    const forget = onSuddenEnd(await suddenEndOf(firstCell));
    stops.push(async () => {
      await stopSimulatedCell(firstCell, 1_500);
      forget();
    });
  }
  const cell = await startStep(signal, checkCell(cellDeps, cells, firstCell.id, { anewPlaces: config.cellPlaces === undefined }));
  if (cell.status !== 'RUNNING') log.warn({ cell: cell.key }, `deployment cell ${cell.key} does not answer: ${cell.statusMessage}`);

  const folders = await keepWorkFolders(config.dataDir, log);
  stops.push(() => folders.stop());
  const charts = openCharts({
    db: background.db,
    sealer,
    log,
    backend: cellBackend({ cells, helm: createHelm({ ...config, folders }), now: () => databaseTime(background.db) }),
  });
  stops.push(() => charts.stop());
  const running: { engine?: Engine } = {};
  const instances: InstanceDeps = {
    db,
    sealer,
    log,
    cells,
    charts,
    endpointDomain: config.endpointDomain,
    simulation: config.simulation,
    snapshots: snapshotPort({ sealer, log, now: databaseTime }),
    wake: (runId) => {
      if (running.engine !== undefined) running.engine.wake(runId);
      // This copy does not work: another one does.
      else
        offerRun(db, runId).catch((error: unknown) =>
          log.warn({ run: runId, error: messageOf(error) }, 'a run could not be offered; a sweep will find it'),
        );
    },
  };
  const snapshots: SnapshotDeps = { instances, now: databaseTime, backupsPerCell: config.backupsPerCell };
  const atWork: InstanceDeps = { ...instances, db: background.db };
  if (config.work) {
    const clock = await startDatabaseClock(background.db, log);
    stops.push(() => clock.stop());
    const engine = await startEngine({
      database: background,
      clock,
      cells,
      stages: instanceStages(atWork),
      onRunEnded: (tx, ended) => endOperation(atWork, tx, ended),
      refuseTainted: (instanceId, texts) => foreignNamesIn(atWork, instanceId, texts),
      keptObject: (runId, object) => keptObject(atWork, runId, object),
      sealer,
      log,
    });
    running.engine = engine;
    stops.push(() => engine.stop());
  }

  const loops = [
    every(KEY_SWEEP_MS, log, 'old idempotency keys could not be removed', () => sweepIdempotencyKeys(background.db)),
    every(SIGN_IN_SWEEP_MS, log, 'old sessions could not be removed', () => sweepSignIns(background.db)),
    every(CELL_CHECK_MS, log, 'cells could not be checked', async () => {
      // Beside each other: a cell that does not answer, or whose row somebody holds, keeps no other one waiting.
      const checks = (await cells.list()).map((one) => checkCell(cellDeps, cells, one.id));
      for (const check of await Promise.allSettled(checks)) if (check.status === 'rejected') throw check.reason;
    }),
  ];
  if (config.work) {
    const reconciler = createReconciler({ db: background.db, cells, log, intervalMs: config.reconcileMs });
    const work: SnapshotDeps = { ...snapshots, instances: atWork };
    loops.push(
      every(LOOK_TICK_MS, log, 'cells could not be compared with the database', () => reconciler.tick()),
      every(DUE_WORK_MS, log, 'due work on snapshots could not be looked at', async () => void (await sweepDueWork(work))),
    );
    stops.push(() => reconciler.stop());
  }
  if (cell.kind === 'simulated') {
    const simulated = simulatedOperator(atWork, cell.id, config.simulatedOperators);
    if (config.work) loops.push(every(SIMULATED_WORK_MS, log, 'a simulated operator could not work', simulated));
    loops.push(
      every(SIMULATED_CHECK_MS, log, 'the simulated cell could not be started again', async () => {
        const answers = await (await cells.anyClient(cell.id)).raw('/version', { timeoutMs: 2_000 }).then(
          () => true,
          () => false,
        );
        if (!answers) await defaultCell();
      }),
    );
  }
  stops.push(async () => void (await Promise.all(loops.map((loop) => loop.stop()))));

  const identity = createIdentity({ db, signingKey: deriveSigningKey(masterKey) });
  const inventory = withSnapshots(instanceInventory(instances), snapshots);
  const runs = openRunViews(instances);
  const handlers: Handlers = {
    ...identityHandlers(identity),
    ...serviceHandlers({ db, inventory, sources: config }),
    ...planHandlers({ db, inventory }),
    ...secretHandlers({ db, sealer }),
    ...subscriptionHandlers({ db }),
    ...cellHandlers({ db, providerOrgId: provider.orgId }),
    ...lookHandlers({ db, providerOrgId: provider.orgId }),
    ...instanceHandlers(instances),
    ...snapshotHandlers(snapshots),
    ...workflowHandlers(instances, runs),
    ...customWorkflowHandlers(instances, runs),
    ...capacityHandlers(instances),
    ...customerInstanceHandlers(instances),
    ...workflowDefinitionHandlers({ db }),
    ...findingHandlers({ db, inventory, sources: config }),
  };
  const storage = watchStorage(db, embedded === undefined ? undefined : { dataDir: config.dataDir, trouble: () => embedded.trouble() });
  const metrics = createMetrics();
  metrics.addCounter('cellplane_log_lines_dropped_total', 'Lines of the log that could not be written', () => logSink().dropped());
  for (const { name, help, read } of snapshotGauges(db)) metrics.addGauge(name, help, read);
  for (const { name, help, read } of lookGauges(db)) metrics.addGauges(name, help, 'cell', read);
  const closing = new AbortController();
  const app = createApp({
    handlers,
    identity,
    log,
    readiness: () => readiness({ database, embedded, storage, cells: () => cells.list() }),
    storage,
    metrics,
    operator: { orgId: provider.orgId, ...(config.metricsToken === undefined ? {} : { metricsToken: config.metricsToken }) },
    once: (request, handler, answerOf) => answerOnce(db, request, handler, answerOf),
    events: openLiveProgress(instances, runs),
    closing: closing.signal,
    trustedProxies: config.trustedProxies,
    about: { version, simulated: cell.kind === 'simulated' },
  });
  signal?.throwIfAborted();
  const listening = await listen(app, config.host, config.port, log);
  stops.push(async () => {
    closing.abort();
    await listening.close(1_000);
  });
  log.info({ url: listening.url, cell: cell.key, database: embedded === undefined ? 'external' : 'embedded' }, 'ready');
  return { url: listening.url, provider, cell, database };
}

function connectionOf(config: Config, embedded: EmbeddedPostgres | undefined) {
  return embedded?.connection ?? { url: config.databaseUrl ?? '' };
}
