/** The one place where the rooms meet: a running copy of the control plane, and how it stops. */
import { fileURLToPath } from 'node:url';
import { aboutRoom } from './about/room.js';
import { adoptionRoom } from './adoption/room.js';
import { insertSessionNews } from './audit/record-store.js';
import { auditRoom } from './audit/room.js';
import { type Base, openBase } from './base.js';
import { catalogRoom } from './catalog/room.js';
import { type Cell, type Cells, openCells } from './cells/cell.js';
import { cellsRoom } from './cells/room.js';
import { cellBackend } from './charts/cell-backend.js';
import { helmBackend } from './charts/helm-backend.js';
import { chartsRoom } from './charts/room.js';
import type { Config } from './config.js';
import { databaseTime } from './database/clock.js';
import type { Connection, OpenDatabase } from './database/database.js';
import { answerOnce, deriveRequestHashKey } from './database/idempotency-key.js';
import { databaseRoom } from './database/room.js';
import { watchStorage } from './database/storage-watch.js';
import { diffRoom } from './diff/room.js';
import { driftRoom } from './drift/room.js';
import { domainsRoom } from './domains/room.js';
import { engineRoom } from './engine/room.js';
import { messageOf } from './errors.js';
import { eventsRoom } from './events/room.js';
import { createHelm } from './exec/helm.js';
import { openFirstCell, readCellSettings } from './first-cell.js';
import { startHouse } from './house.js';
import { createApp } from './http/app.js';
import { listen } from './http/listen.js';
import { createMetrics } from './http/metrics.js';
import type { FirstProvider } from './identity/provider.js';
import { identityRoom } from './identity/room.js';
import { instanceInventory } from './instance-api/inventory.js';
import { instanceApiRoom } from './instance-api/room.js';
import { isVerbSeenByMembers } from './instance-api/seen-workflows.js';
import { liveRoom } from './live/room.js';
import { lifecycleRoom } from './lifecycle/room.js';
import { type InstanceDeps, loadSubjectOfRun } from './lifecycle/run-context.js';
import { type Logger, logSink } from './log.js';
import { readiness } from './readiness.js';
import { mailOfNotices } from './notifications/mail.js';
import { newsRoom } from './news/room.js';
import { nodesRoom } from './nodes/room.js';
import { notificationsRoom } from './notifications/room.js';
import { mailRoom, mailSettings } from './mail/room.js';
import { chartDefinitions } from './operator-guard/chart-definitions.js';
import { examineUpgrade, operatorGuardRoom } from './operator-guard/room.js';
import { reconciliationRoom } from './reconciliation/room.js';
import { retentionRoom } from './retention/room.js';
import { mergeRooms, type Room } from './room.js';
import { secretsRoom } from './secrets/room.js';
import { simulatedCharts } from './simulated/charts.js';
import { simulatedRoom } from './simulated/room.js';
import { subscriptionHoldings } from './snapshots/holdings.js';
import { withSnapshots } from './snapshots/inventory.js';
import { snapshotsRoom } from './snapshots/room.js';
import { snapshotPort } from './snapshots/snapshot-port.js';
import { stagesRoom } from './stages/room.js';
import { stageSets } from './stages/stages.js';
import { throughLosses } from './process/start-step.js';
import { customerHoldings } from './snapshots/customer-holdings.js';
import { takeUp } from './subscriptions/members.js';
import { subscriptionsRoom } from './subscriptions/room.js';
import { withUpgrades } from './upgrades/inventory.js';
import { lookAheadOf } from './upgrades/foresight/previewed-upgrade.js';
import { oneUpgrade } from './upgrades/lifecycle-upgrade.js';
import { upgradesRoom } from './upgrades/room.js';
import { usageRoom } from './usage/room.js';
import { budgetsRoom } from './budgets/room.js';
import { workRoom } from './work/room.js';

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

async function start(options: ServerOptions, stops: (() => Promise<void>)[]): Promise<Omit<Server, 'stop'>> {
  const { config, log, version, signal } = options;
  const onStarted = (stop: () => Promise<void>) => void stops.push(stop);
  const settings = await readCellSettings(config);
  const base = await openBase(options, onStarted);
  const { database, background, embedded, sealer, provider } = base;
  const cells = openCells({ db: background.db, sealer, log });
  onStarted(() => cells.close());
  const cellDeps = { db: background.db, sealer, log, cells, config, signal, ownsDatabase: embedded !== undefined };
  const { cell, ensure } = await openFirstCell(cellDeps, settings, onStarted);

  const { rooms, identity, audit, progress, changes, nodeStreams, look } = listRooms(base, { cells, cell, ensureCell: ensure, version });
  const house = mergeRooms(rooms);
  await startHouse(house, { log, works: config.work, onStarted });

  const storage = watchStorage(
    database.db,
    embedded === undefined ? undefined : { dataDir: config.dataDir, trouble: () => embedded.trouble() },
  );
  const closing = new AbortController();
  const keyed = { db: database.db, hashKey: deriveRequestHashKey(base.masterKey) };
  const app = createApp({
    handlers: house.handlers,
    identity,
    log,
    readiness: () => readiness({ database, embedded, storage, cells: () => cells.list() }),
    storage,
    metrics: createMetrics(house),
    operator: { orgId: provider.orgId, ...(config.metricsToken === undefined ? {} : { metricsToken: config.metricsToken }) },
    once: (request, handler, answerOf) => answerOnce(keyed, request, handler, answerOf),
    audit: audit.record,
    events: progress,
    changes,
    nodeStreams,
    look,
    closing: closing.signal,
    trustedProxies: config.trustedProxies,
    site: fileURLToPath(new URL('../../web/dist/site/', import.meta.url)),
    about: { version, simulated: cell.kind === 'simulated' },
  });
  signal?.throwIfAborted();
  const listening = await listen(app, config.host, config.port, log);
  onStarted(async () => {
    closing.abort();
    await listening.close(1_000);
  });
  log.info({ url: listening.url, cell: cell.key, database: embedded === undefined ? 'external' : 'embedded' }, 'ready');
  return { url: listening.url, provider, cell, database };
}

/** All rooms, in the order in which they start, and what the HTTP application takes from some of them by name. */
function listRooms(
  { config, log, database, background, masterKey, sealer, provider, folders }: Base,
  { cells, cell, ensureCell, version }: { cells: Cells; cell: Cell; ensureCell: () => Promise<unknown>; version: string },
) {
  const { db } = database;
  const both = { db, background: background.db };
  const providerOrgId = provider.orgId;
  const engine = engineRoom({ database, background, cells, sealer, log, works: config.work });
  const work = workRoom({ ...both, sealer, log });
  const helm = createHelm({ ...config, folders });
  const backend = cellBackend({
    cells,
    helm: helmBackend({ cells, helm, now: () => databaseTime(background.db) }),
    simulated: simulatedCharts({ cells }),
  });
  const guard = { db: background.db, cells, definitionsOf: chartDefinitions({ cells, helm }) };
  const charts = chartsRoom({ ...both, sealer, log, work: work.work, backend, examine: examineUpgrade(guard) });
  const instances: InstanceDeps = {
    db,
    sealer,
    log,
    cells,
    charts: charts.charts,
    endpointDomain: config.endpointDomain,
    simulation: config.simulation,
    stageSets,
    snapshots: snapshotPort({ sealer, log, now: databaseTime }),
    wake: engine.wake,
  };
  // Work in the background takes nothing from the connections of requests.
  const atWork: InstanceDeps = { ...instances, db: background.db };
  const snapshots = { instances, now: databaseTime, backupsPerCell: config.backupsPerCell };
  const inventory = withUpgrades(withSnapshots(instanceInventory(instances), snapshots), { db });
  const mail = mailRoom({ ...both, sealing: sealer, log, settings: mailSettings(config) });
  const upgrades = { instances, one: oneUpgrade(instances), lookAhead: lookAheadOf(snapshots) };
  const customers = { outbox: mail.outbox, holdings: customerHoldings, signUp: config.signUp, providerOrgId };
  const sso = { log, portalUrl: config.portalUrl, arePrivateAllowed: config.ssoPrivateAddresses };
  const identity = identityRoom({
    ...both,
    masterKey,
    sealing: sealer,
    customers,
    sso,
    relyingParty: config.relyingParty,
    onSession: takeUp,
    onSessionNews: insertSessionNews,
  });
  const audit = auditRoom({ ...both, log, masterKey, doors: identity.identity.doors, providerOrgId, days: config.auditDays });
  const domains = domainsRoom({ ...both, portalUrl: config.portalUrl, doors: identity.identity.doors, providerOrgId });
  const instanceApi = instanceApiRoom(instances, (...args) => background.listen(...args));
  const nodes = nodesRoom({ db, sealer, cells });
  const live = liveRoom(
    { db: background.db, listen: (...args) => background.listen(...args), log, providerOrgId, isSeenByMembers: isVerbSeenByMembers },
    instanceApi.progress,
  );
  const rooms: Room[] = [
    {
      name: 'log',
      counters: [
        { name: 'cellplane_log_lines_dropped_total', help: 'Lines of the log that could not be written', read: () => logSink().dropped() },
      ],
    },
    aboutRoom({ version, simulated: cell.kind === 'simulated', env: process.env }),
    databaseRoom(both),
    eventsRoom({ background, log, works: config.work }),
    mail,
    identity,
    domains,
    secretsRoom({ db, sealer }),
    catalogRoom({ db, inventory, sources: config }, { db: background.db, inventory }),
    subscriptionsRoom({ ...both, outbox: mail.outbox, holdings: subscriptionHoldings }),
    newsRoom({ ...both, outbox: mail.outbox, log }),
    cellsRoom({ db, background, cells, log, providerOrgId }),
    work,
    charts,
    // Before the rooms whose loops begin runs, so that it stops after them.
    engine,
    simulatedRoom({
      operator: { ...atWork, subjectOf: (run) => loadSubjectOfRun(atWork, run) },
      cell,
      outcome: config.simulatedOperators,
      ensure: ensureCell,
    }),
    lifecycleRoom(atWork),
    stagesRoom(atWork),
    snapshotsRoom(snapshots, { ...snapshots, instances: atWork }),
    diffRoom(snapshots),
    upgradesRoom(upgrades, { ...upgrades, instances: atWork, one: oneUpgrade(atWork) }),
    instanceApi,
    nodes,
    live,
    notificationsRoom({ ...both, sealer, log, privateTargets: config.webhookPrivateTargets, post: mailOfNotices(mail.outbox) }),
    audit,
    reconciliationRoom({ db, providerOrgId }, { db: background.db, cells, log, intervalMs: config.reconcileMs }),
    operatorGuardRoom({ ...guard, db, sealer, providerOrgId }),
    adoptionRoom({ instances, providerOrgId }),
    driftRoom(
      { db, sealer, log, cells },
      { db: background.db, sealer, log, cells, intervalMs: config.driftMs, requestsPerMinute: config.driftRequests },
    ),
    usageRoom({ db }, { db: background.db, log, cells, intervalMs: config.usageMs }),
    budgetsRoom({ db, background: background.db, intervalMs: config.usageMs }),
    retentionRoom({
      ...both,
      log,
      history: config.historyDays,
      deletedDays: config.deletedDays,
      auditDays: config.auditDays,
      providerOrgId,
      actsAfter: stageSets.all.map((set) => set.actsAfter),
    }),
  ];
  return {
    rooms,
    identity: identity.identity,
    audit,
    progress: instanceApi.progress,
    changes: live.changes,
    nodeStreams: nodes.nodeStreams,
    look: domains.look,
  };
}
