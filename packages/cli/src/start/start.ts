import { setTimeout } from 'node:timers/promises';
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
import { type SignIns, startCredentials } from './credentials.js';
import { journeyToRunning } from './journey.js';
import { type ServerProcess, startServer } from './server-process.js';
import { summary } from './summary.js';

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
 * `npm start`: a server with the embedded defaults, the example plan, two customers, an instance of one of them, and its way to RUNNING
 * before your eyes. A second start finds what the first one made, and takes up again what failed. Returns the exit code: 0 if the
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
    const signIns = await startCredentials(config.dataDir, config.provider);
    const began = Date.now();
    const server = await startServer({
      dataDir: config.dataDir,
      host: config.host,
      port: config.port,
      embedded: config.databaseUrl === undefined,
      env: { CELLPLANE_PROVIDER_EMAIL: signIns.email, CELLPLANE_PROVIDER_PASSWORD: signIns.password },
      interruption: interrupted,
    });
    try {
      const database = config.databaseUrl === undefined ? 'embedded PostgreSQL' : 'your PostgreSQL';
      screen.write(`  ✓ Server ready after ${seconds(Date.now() - began)}: ${database}, ${cellText(cluster)}\n`);
      return await whileServing(
        options,
        server,
        signIns,
        { dataDir: config.dataDir, isSimulated: config.kubeconfig === undefined },
        interrupted,
      );
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
  signIns: SignIns,
  cell: { dataDir: string; isSimulated: boolean },
  interrupted: Interruption,
): Promise<number> {
  const { screen } = options;
  const stopping = whenAborted(interrupted.signal);
  const journey = journeyToRunning(server.url, signIns, screen).catch(async (error: unknown) => {
    // A server that died answers nothing any more; why it died is the cause to tell.
    if (error instanceof ConnectionError) await Promise.race([server.ended, setTimeout(LAST_WORDS_MS, undefined, { ref: false })]);
    throw error;
  });
  const outcome = await Promise.race([journey, server.ended, stopping]);
  const running = outcome.progress?.status === 'RUNNING';
  screen.write(summary({ server, signIns, outcome, isEnding: options.once, ...cell }));
  if (options.once) return running ? 0 : 1;
  screen.write('  Ctrl-C stops it; the next start goes on from here.\n\n');
  // It stays up where the instance does not run, too: what cures it needs the server.
  return Promise.race([server.ended, stopping]).catch((error: unknown) => {
    if (error instanceof Interrupted) return 0;
    throw error;
  });
}
