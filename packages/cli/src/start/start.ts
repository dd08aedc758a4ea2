import { setTimeout } from 'node:timers/promises';
import type { InstanceProgress } from '@cellplane/api';
import { ConnectionError } from '@cellplane/api/client';
import {
  askCluster,
  type ClusterSeen,
  Interrupted,
  type Interruption,
  interruption,
  onParentGone,
  readConfig,
  whenAborted,
} from '@cellplane/server/launch';
import { seconds } from '../progress/lines.js';
import type { Screen } from '../progress/screen.js';
import { agreeOnCluster } from './cluster-consent.js';
import { type Credentials, startCredentials } from './credentials.js';
import { journeyToRunning, type Outcome } from './journey.js';
import { type ServerProcess, startServer } from './server-process.js';

/** How long the end of a server that no longer answers is waited for. Milliseconds. */
const LAST_WORDS_MS = 2_000;

export interface StartOptions {
  /** End when the instance runs, instead of staying up. */
  once: boolean;
  /** Install into the cluster of CELLPLANE_KUBECONFIG without asking. */
  yes: boolean;
  screen: Screen;
  /** Asks a person; absent where there is none. */
  ask?: ((question: string) => Promise<string>) | undefined;
}

/**
 * `npm start`: a server with the embedded defaults, the example plan, an instance of it, and its way to RUNNING before your
 * eyes. A second start finds what the first one made, and takes up again what failed. Returns the exit code: 0 if the
 * instance runs, or if the server was stopped after it had stayed up.
 */
export async function start(options: StartOptions): Promise<number> {
  const { screen } = options;
  const config = readConfig(process.env);
  screen.write('\nCellplane\n\n');
  // Before anything is started: without a cluster nothing below would work, and no cluster is changed unasked.
  const cluster = config.kubeconfig === undefined ? undefined : await askCluster(config.kubeconfig);
  if (cluster !== undefined) await agreeOnCluster(cluster, { dataDir: config.dataDir, given: options.yes, ask: options.ask });

  const interrupted = interruption(onParentGone);
  try {
    const credentials = await startCredentials(config.dataDir, config.provider);
    const began = Date.now();
    const server = await startServer({
      dataDir: config.dataDir,
      host: config.host,
      port: config.port,
      embedded: config.databaseUrl === undefined,
      env: { CELLPLANE_PROVIDER_EMAIL: credentials.email, CELLPLANE_PROVIDER_PASSWORD: credentials.password },
      interruption: interrupted,
    });
    try {
      const database = config.databaseUrl === undefined ? 'embedded PostgreSQL' : 'your PostgreSQL';
      screen.write(`  ✓ Server ready after ${seconds(Date.now() - began)}: ${database}, ${cellText(cluster)}\n`);
      const simulatedIn = config.kubeconfig === undefined ? config.dataDir : undefined;
      return await whileServing(options, server, credentials, simulatedIn, interrupted);
    } finally {
      await server.stop();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    screen.write('\n  Stopped; the next start goes on from here.\n\n');
    return interrupted.exitCode();
  } finally {
    interrupted.dispose();
  }
}

function cellText(cluster: ClusterSeen | undefined): string {
  if (cluster === undefined) return 'a simulated cell (no real cluster: nothing outside this machine is touched)';
  return `the cluster ${cluster.server}${cluster.context === '' ? '' : ` (context ${cluster.context})`}`;
}

async function whileServing(
  options: StartOptions,
  server: ServerProcess,
  credentials: Credentials,
  simulatedIn: string | undefined,
  interrupted: Interruption,
): Promise<number> {
  const { screen } = options;
  const stopping = whenAborted(interrupted.signal);
  const journey = journeyToRunning(server.url, credentials, screen).catch(async (error: unknown) => {
    // A server that died answers nothing any more; why it died is the cause to tell.
    if (error instanceof ConnectionError) await Promise.race([server.ended, setTimeout(LAST_WORDS_MS, undefined, { ref: false })]);
    throw error;
  });
  const outcome = await Promise.race([journey, server.ended, stopping]);
  const running = outcome.progress?.status === 'RUNNING';
  summary(screen, server, credentials, outcome, options.once, simulatedIn);
  if (options.once) return running ? 0 : 1;
  screen.write('  Ctrl-C stops it; the next start goes on from here.\n\n');
  // It stays up where the instance does not run, too: what cures it needs the server.
  return Promise.race([server.ended, stopping]).catch((error: unknown) => {
    if (error instanceof Interrupted) return 0;
    throw error;
  });
}

function summary(
  screen: Screen,
  server: ServerProcess,
  credentials: Credentials,
  outcome: Outcome,
  isEnding: boolean,
  simulatedIn: string | undefined,
): void {
  const kubectl =
    simulatedIn === undefined ? '' : `                kubectl --kubeconfig ${simulatedIn}/simulated-cell/kubeconfig get clusters -A\n`;
  screen.write('\n');
  for (const line of endpointLines(outcome.progress)) screen.write(`  ${line}\n`);
  if (isEnding) {
    screen.write(`\n  Server log    ${server.logFile}\n\n  The server stops now; "npm start" goes on from here.\n\n`);
    return;
  }
  screen.write(
    `\n  Server        ${server.url}\n  Sign-in       ${credentials.email} / ${credentials.password}\n  Server log    ${server.logFile}\n`,
  );
  const at = server.url === 'http://127.0.0.1:8080' ? '' : ` --server ${server.url}`;
  screen.write(
    `\n  Look around:  npx cellplane login${at} --email ${credentials.email} --password ${credentials.password}\n                npx cellplane instance describe ${outcome.instanceId}${at}\n${kubectl}\n`,
  );
}

function endpointLines(progress: InstanceProgress | undefined): string[] {
  const endpoints = Object.entries(progress?.endpoints ?? {});
  const width = Math.max(0, ...endpoints.map(([name]) => name.length));
  return endpoints.map(([name, address]) => `${name.padEnd(width)}  ${address}`);
}
