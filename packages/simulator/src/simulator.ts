import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Cell } from './api/cell.js';
import { startCharts } from './behaviours/charts.js';
import { startBehaviours } from './behaviours/behaviours.js';
import { type Clock, systemClock } from './clock.js';
import type { ControllerDeps } from './controllers/controller.js';
import { startCrdController } from './controllers/crds.js';
import { furnishCell } from './controllers/furniture.js';
import { startGarbageCollector } from './controllers/garbage.js';
import { startNamespaceController } from './controllers/namespaces.js';
import { startQuotaController } from './controllers/quotas.js';
import { readCredentials } from './credentials.js';
import { createHttpServer } from './http/server.js';
import { KindRegistry } from './kinds/registry.js';
import { kubeconfigFor } from './kubeconfig.js';
import { lockDirectory } from './store/lock.js';
import { writePrivate } from './store/private-file.js';
import { Log } from './store/log.js';
import { Store } from './store/store.js';

export interface SimulatorOptions {
  /** Where objects are kept; without it they live in memory only. */
  dataDir?: string;
  /** @default '127.0.0.1' */
  host?: string;
  /** @default an ephemeral port */
  port?: number;
  /** Called with errors that no request sees. @default writes them to stderr */
  log?: (message: string, error?: unknown) => void;
  clock?: Clock;
  /** How fast simulated work goes: 2 is twice as fast. @default 1 */
  speed?: number;
}

export interface Simulator {
  url: string;
  /** A kubeconfig text with the cell's address and token; also in the file `kubeconfig` of the data directory. */
  kubeconfig: string;
  token: string;
  /** The certificate that clients must trust, PEM. */
  certificate: string;
  /** Ends watches and connections, writes what is left to disk. */
  stop(): Promise<void>;
}

/** Starts a simulated cell. Rejects where the data directory is in use or damaged, or the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? ((message, error) => console.error(message, error ?? ''));
  const speed = options.speed ?? 1;
  const unlock = options.dataDir === undefined ? async () => {} : await lockDirectory(options.dataDir);
  const cleanups: (() => void | Promise<void>)[] = [unlock];
  const undo = async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  try {
    const opened = options.dataDir === undefined ? { store: new Store(), log: undefined } : await Log.open(options.dataDir);
    if (opened.log) cleanups.push(() => opened.log?.close());
    const host = options.host ?? '127.0.0.1';
    const credentials = await readCredentials(options.dataDir, host, clock.now(), log);
    const { token, certificate } = credentials;
    const cell: Cell = { store: opened.store, kinds: new KindRegistry(), clock, certificate, admission: [] };
    const deps: ControllerDeps = {
      cell,
      onError: (error) => log('a controller of the simulated cell failed', error),
      scaled: (ms) => ms / speed,
    };
    for (const start of [startCrdController, startNamespaceController, startGarbageCollector, startQuotaController, startBehaviours]) {
      const controller = start(deps);
      cleanups.push(() => controller.stop());
    }
    furnishCell(cell);
    const charts = startCharts(deps);
    const http = createHttpServer({
      cell,
      credentials,
      flushed: async () => opened.log?.flushed(),
      requireWritable: async () => opened.log?.requireWritable(),
      extra: charts,
      onError: (error) => log('the simulated cell failed to answer', error),
    });
    await new Promise<void>((resolve, reject) => {
      http.server.once('error', reject);
      http.server.listen(options.port ?? 0, host, () => {
        http.server.off('error', reject);
        resolve();
      });
    });
    cleanups.push(async () => {
      http.stopStreams();
      const closed = new Promise<void>((resolve) => void http.server.close(() => resolve()));
      http.server.closeIdleConnections();
      const force = setTimeout(() => http.server.closeAllConnections(), 1000);
      await closed;
      clearTimeout(force);
    });
    const { port } = http.server.address() as AddressInfo;
    const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const kubeconfig = kubeconfigFor(url, token, certificate);
    if (options.dataDir !== undefined) await writePrivate(join(options.dataDir, 'kubeconfig'), kubeconfig);
    return { url, token, certificate, kubeconfig, stop: undo };
  } catch (error) {
    await undo();
    throw error;
  }
}
