import { once } from 'node:events';
import type { InstanceProgress } from '@cellplane/api';
import { type Client, createClient } from '@cellplane/api/client';
import { readConfig } from '@cellplane/server';
import { seconds } from '../progress/lines.js';
import { type Screen, showProgress } from '../progress/show.js';
import { startCredentials } from './credentials.js';
import { buildExample, createExampleInstance, findExampleInstance, setExampleSecrets } from './example.js';
import { type ServerProcess, startServer } from './server-process.js';

export interface StartOptions {
  /** End when the instance runs, instead of staying up. */
  once: boolean;
  screen: Screen;
}

/**
 * `npm start`: a server with the embedded defaults, the example plan, an instance of it, and its way to RUNNING before your
 * eyes. A second start finds what the first one made. Returns the exit code: 0 if the instance runs.
 */
export async function start(options: StartOptions): Promise<number> {
  const { screen } = options;
  const say = (mark: string, text: string) => screen.write(`  ${mark} ${text}\n`);
  const interrupted = new AbortController();
  // SIGHUP is a closed terminal: the server is in a group of its own and would stay behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

  const config = readConfig(process.env);
  const credentials = await startCredentials(config.dataDir, config.provider);
  const began = Date.now();
  screen.write('\nCellplane\n\n');
  const server = await startServer({
    dataDir: config.dataDir,
    host: config.host,
    port: config.port,
    env: { CELLPLANE_PROVIDER_EMAIL: credentials.email, CELLPLANE_PROVIDER_PASSWORD: credentials.password },
  });
  const stopping = once(interrupted.signal, 'abort').then(() => undefined);
  try {
    const database = config.databaseUrl === undefined ? 'embedded PostgreSQL' : 'your PostgreSQL';
    const cell =
      config.kubeconfig === undefined
        ? 'a simulated cell (no real cluster: nothing outside this machine is touched)'
        : `the cluster of ${config.kubeconfig}`;
    say('✓', `Server ready after ${seconds(Date.now() - began)}: ${database}, ${cell}`);

    const journey = journeyToRunning(server, credentials, options, say);
    const outcome = await Promise.race([journey, server.ended, stopping]);
    if (outcome === undefined) return 130;
    const running = outcome.progress?.status === 'RUNNING';
    const simulatedIn = config.kubeconfig === undefined ? config.dataDir : undefined;
    summary(screen, server, credentials, outcome, options.once || !running, simulatedIn);
    if (options.once || !running) return running ? 0 : 1;
    screen.write('  Ctrl-C stops it; the next start goes on from here.\n\n');
    await Promise.race([stopping, server.ended]);
    return 0;
  } finally {
    await server.stop();
  }
}

interface Outcome {
  instanceId: string;
  progress: InstanceProgress | undefined;
}

async function journeyToRunning(
  server: ServerProcess,
  credentials: { email: string; password: string },
  options: StartOptions,
  say: (mark: string, text: string) => void,
): Promise<Outcome> {
  let token: string | undefined;
  const client: Client = createClient({ baseUrl: server.url, token: () => token });
  token = (await client.signin({ body: credentials })).jwtToken;

  const secrets = await setExampleSecrets(client);
  if (secrets.length > 0) say('✓', `Secrets set, with example values: ${secrets.join(', ')}`);
  const plan = await buildExample(client);
  say('✓', `Plan "${plan.planName}" built: version ${plan.version}${plan.isNewVersion ? '' : ' (unchanged)'}`);
  for (const warning of plan.warnings) say('!', warning);

  const began = Date.now();
  const existing = await findExampleInstance(client, plan);
  const instanceId = existing ?? (await createExampleInstance(client, plan));
  say(
    existing === undefined ? '▸' : '✓',
    existing === undefined ? `Instance ${instanceId} is being created` : `Instance ${instanceId} is there from an earlier start`,
  );
  const progress = await showProgress(client.followInstance(instanceId), options.screen);
  const status = progress?.status ?? 'UNKNOWN';
  say(
    status === 'RUNNING' ? '✓' : '✗',
    `Instance ${instanceId} is ${status}${existing === undefined ? ` after ${seconds(Date.now() - began)}` : ''}`,
  );
  if (status !== 'RUNNING' && progress?.statusDescription !== undefined) say(' ', progress.statusDescription);
  return { instanceId, progress };
}

function summary(
  screen: Screen,
  server: ServerProcess,
  credentials: { email: string; password: string },
  outcome: Outcome,
  isEnding: boolean,
  simulatedIn: string | undefined,
): void {
  const kubectl =
    simulatedIn === undefined ? '' : `                kubectl --kubeconfig ${simulatedIn}/simulated-cell/kubeconfig get clusters -A\n`;
  const endpoints = Object.entries(outcome.progress?.endpoints ?? {});
  const width = Math.max(0, ...endpoints.map(([name]) => name.length));
  screen.write('\n');
  for (const [name, address] of endpoints) screen.write(`  ${name.padEnd(width)}  ${address}\n`);
  if (isEnding) {
    screen.write(`\n  Server log    ${server.logFile}\n\n  The server stops now; "npm start" goes on from here.\n\n`);
    return;
  }
  screen.write(
    `\n  Server        ${server.url}\n  Sign-in       ${credentials.email} / ${credentials.password}\n  Server log    ${server.logFile}\n`,
  );
  screen.write(
    `\n  Look around:  npx cellplane login --email ${credentials.email} --password ${credentials.password}\n                npx cellplane instance describe ${outcome.instanceId}\n${kubectl}\n`,
  );
}
