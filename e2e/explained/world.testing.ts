/** The whole server on a simulated cell, over the real wire, with the command line beside it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@cellplane/api';
import { type Context, run } from '@cellplane/cli';
import { connect, loadKubeconfig, type KubernetesClient, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { offerPlan } from '../../bench/offer.js';
import { startServer } from '../../packages/server/src/compose.js';
import { readConfig } from '../../packages/server/src/config.js';
import { type OpenDatabase, sql } from '../../packages/server/src/database/database.js';
import { until } from '../../packages/server/src/engine/engine.testing.js';
import { silentLogger } from '../../packages/server/src/log.js';
import { openWire, type Wire } from './wire.testing.js';

const SIGN_IN = { email: 'ops@example.com', password: 'a password of tests' };

export interface Place {
  serviceId: string;
  environmentId: string;
  instanceId: string;
}

/** Somebody else on the cluster: an operator, an admin. */
export interface Others {
  client: KubernetesClient;
  /** Waits until the object is there. */
  find: (key: ObjectKey) => Promise<KubernetesObject>;
  setStatus: (key: ObjectKey, status: object) => Promise<void>;
  change: (key: ObjectKey, metadata: object) => Promise<void>;
}

export interface ExplainedWorld {
  client: Client;
  /** Ids of the instances made here; each has a namespace of its name. */
  instances: string[];
  others: Others;
  wire: Wire;
  /** Builds a plan of a service of its own and creates an instance. */
  create(spec: string): Promise<Place>;
  namespaceOf(instanceId: string): Promise<string>;
  /** What a command prints. */
  command(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** The cell of a world: how others reach it, and how the server does. */
interface TestedCell {
  text: string;
  /** Kubeconfig file for the server. */
  path: string;
  wire?: Wire;
  stop(): Promise<void>;
}

/** A simulated cell of its own, with a wire between it and the server. */
async function simulated(folder: string): Promise<TestedCell> {
  const cell = await startSimulator({ log: () => {}, speed: 5 });
  const wire = await openWire(Number(new URL(cell.url).port));
  const path = join(folder, 'kubeconfig');
  await writeFile(path, cell.kubeconfig.replaceAll(cell.url, `https://127.0.0.1:${wire.port}`));
  const stop = async () => {
    await wire.close();
    await cell.stop();
  };
  return { text: cell.kubeconfig, path, wire, stop };
}

/** A server on a simulated cell, or on the cluster of a kubeconfig file. */
export async function openExplainedWorld(database: OpenDatabase, cluster?: string): Promise<ExplainedWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-explained-'));
  const cell: TestedCell =
    cluster === undefined
      ? await simulated(folder)
      : { text: await readFile(cluster, 'utf8'), path: cluster, stop: () => Promise.resolve() };
  const config = readConfig({
    DATABASE_URL: database.url,
    CELLPLANE_PORT: '0',
    CELLPLANE_DATA_DIR: folder,
    CELLPLANE_KUBECONFIG: cell.path,
    CELLPLANE_PROVIDER_EMAIL: SIGN_IN.email,
    CELLPLANE_PROVIDER_PASSWORD: SIGN_IN.password,
  });
  const server = await startServer({ config, log: silentLogger, version: '0.0.0', onFatal: () => {} });
  const pair = await createClient({ baseUrl: server.url }).signin({ body: SIGN_IN });
  const client = createClient({ baseUrl: server.url, token: () => pair.jwtToken });
  // Past the wire: others see the cell whatever the server sees.
  const direct = connect(loadKubeconfig({ text: cell.text }));
  let services = 0;
  const instances: string[] = [];
  return {
    client,
    instances,
    get wire() {
      if (cell.wire === undefined) throw new Error('only a simulated cell has a wire that can be cut');
      return cell.wire;
    },
    others: othersOf(direct),
    async create(spec) {
      const { where, create } = await offerPlan(client, spec, `Explained ${++services}`);
      const id = await create(client);
      instances.push(id);
      return where(id);
    },
    namespaceOf: async (instanceId) => {
      const { rows } = await sql<{ namespace: string }>`select namespace from instances where id = ${instanceId}`.execute(database.db);
      return rows[0]?.namespace ?? '';
    },
    async command(...args) {
      let out = '';
      const context = commandContext(server.url, pair, (text) => (out += text));
      await run(context, '0.0.0', args);
      return out;
    },
    async stop() {
      await server.stop();
      await direct.close();
      await cell.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function commandContext(url: string, pair: { jwtToken: string; refreshToken: string }, write: (text: string) => void): Context {
  const session = { email: SIGN_IN.email, token: pair.jwtToken, refreshToken: pair.refreshToken };
  return {
    env: { CELLPLANE_SERVER: url },
    sessions: { read: () => Promise.resolve(session), write: () => Promise.resolve(), exclusively: (work) => work() },
    screen: { write, isTerminal: false, columns: 400, rows: 100, color: false },
    stderr: write,
    readInput: () => Promise.resolve(''),
    isInteractive: false,
    userAgent: 'cellplane/test',
  };
}

function othersOf(client: KubernetesClient): Others {
  const find = (key: ObjectKey) => until(() => client.get(key).catch(() => undefined), `${key.kind}/${key.name}`);
  return {
    client,
    find,
    async setStatus(key, status) {
      const object = await find(key);
      await client.replace({ ...object, status }, { subresource: 'status' });
    },
    async change(key, metadata) {
      await find(key);
      await client.patch(key, 'merge', { metadata });
    },
  };
}
