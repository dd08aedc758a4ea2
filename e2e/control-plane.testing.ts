/** A control plane as a process of its own, as a user starts it, and the few steps that every journey begins with. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, type InstanceProgress, ResponseError, createClient, createInstancePath } from '@cellplane/api';

const command = fileURLToPath(new URL('../packages/cli/bin/cellplane.mjs', import.meta.url));
/** Of the provider. */
export const PROVIDER = { email: 'provider@example.com', password: 'a-long-enough-password' };

/** A running control plane and a signed-in client. */
export interface ControlPlane {
  url: string;
  dataDir: string;
  client: Client;
  process: ChildProcess;
  /** What the server wrote so far. */
  log(): string;
  /** SIGKILL, and a new process on the same data directory. `meanwhile`: what is waited for while there is none. */
  crashAndRestart(meanwhile?: () => Promise<void>): Promise<void>;
  /** SIGTERM; resolves with the exit code. Removes the data directory. */
  stop(): Promise<number | null>;
}

/** Starts `cellplane serve` with a data directory of its own and waits until it is ready. `settings`: also by the address that it will have. */
export async function startControlPlane(
  settings: Record<string, string> | ((url: string) => Record<string, string>) = {},
): Promise<ControlPlane> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cellplane-e2e-'));
  // PostgreSQL's account must get through, else its files would lie, and stay, elsewhere.
  await chmod(dataDir, 0o711);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = typeof settings === 'function' ? settings(url) : settings;
  let token = '';
  let output = '';
  const launch = () => {
    const child = spawn(process.execPath, [command, 'serve'], {
      env: {
        ...process.env,
        CELLPLANE_DATA_DIR: dataDir,
        CELLPLANE_PORT: String(port),
        CELLPLANE_PROVIDER_EMAIL: PROVIDER.email,
        CELLPLANE_PROVIDER_PASSWORD: PROVIDER.password,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-200_000)));
    return child;
  };
  const plane: ControlPlane = {
    url,
    dataDir,
    client: createClient({ baseUrl: url, token: () => token }),
    process: launch(),
    log: () => output,
    async crashAndRestart(meanwhile) {
      const gone = once(plane.process, 'exit');
      plane.process.kill('SIGKILL');
      await gone;
      try {
        await meanwhile?.();
      } finally {
        plane.process = launch();
      }
      await ready();
    },
    async stop() {
      const gone = plane.process.exitCode === null ? once(plane.process, 'exit') : Promise.resolve([plane.process.exitCode]);
      plane.process.kill('SIGTERM');
      const [code] = (await gone) as [number | null];
      await rm(dataDir, { recursive: true, force: true });
      return code;
    },
  };
  const ready = () =>
    until(
      'the control plane is ready',
      async () => {
        if (plane.process.exitCode !== null)
          throw new Error(`the control plane ended with code ${plane.process.exitCode}:\n${output.slice(-4000)}`);
        return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;
      },
      180_000,
      () => output.slice(-2000),
    );
  await ready();
  token = (await plane.client.signin({ body: PROVIDER })).jwtToken;
  return plane;
}

/** Probes again until it is true. Throws after the time, in milliseconds, with what `explain` says then. */
export async function until(
  what: string,
  probe: () => Promise<boolean>,
  timeoutMs: number,
  explain: () => string | Promise<string> = () => '',
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}. ${await explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the build of a plan gives the steps after it. */
export interface BuiltPlan {
  serviceId: string;
  environmentId: string;
  productTierId: string;
  version: string;
}

/** Builds a spec file (or text) and releases it as preferred. */
export async function buildPlan(
  client: Client,
  product: string,
  spec: { file: string } | { text: string },
  { environment = 'Dev', environmentType = 'DEV' } = {},
): Promise<BuiltPlan> {
  const text = 'file' in spec ? await readFile(fileURLToPath(new URL(`../${spec.file}`, import.meta.url)), 'utf8') : spec.text;
  const fileContent = Buffer.from(text).toString('base64');
  const built = await client.buildServicePlanSpec({
    body: {
      name: product,
      fileContent,
      environment,
      environmentType,
      release: true,
      releaseAsPreferred: true,
      dryrun: false,
    },
  });
  const { tierVersionSets } = await client.listVersionSets({
    params: { serviceId: built.serviceID, productTierId: built.productTierID },
    query: {},
  });
  const version = tierVersionSets[0]?.version;
  if (version === undefined) throw new Error('the build made no version');
  return { serviceId: built.serviceID, environmentId: built.serviceEnvironmentID, productTierId: built.productTierID, version };
}

/** Creates an instance of the plan's first resource, the way clients do it: by the url keys of the offering. */
export async function createInstance(client: Client, plan: BuiltPlan, requestParams: Record<string, unknown>): Promise<string> {
  const service = await client.describeServiceOffering({ params: { serviceId: plan.serviceId }, query: {} });
  const offering = service.offerings.find((candidate) => candidate.productTierID === plan.productTierId);
  const resource = offering?.resourceParameters[0];
  if (offering === undefined || resource === undefined) throw new Error('the plan is not offered');
  const created = await client.createInstance({
    params: createInstancePath(service, offering, resource),
    // Where the cell stands, whatever cluster it is.
    body: { requestParams },
  });
  return created.id;
}

/** Path parameters of the instance operations. */
export function instanceParams(plan: BuiltPlan, instanceId: string) {
  return { serviceId: plan.serviceId, environmentId: plan.environmentId, instanceId };
}

/** Follows an instance until nothing more will change by itself, and returns how it ended. A deleted instance ends as undefined. */
export async function untilSettled(client: Client, instanceId: string, timeoutMs: number): Promise<InstanceProgress | undefined> {
  let last: InstanceProgress | undefined;
  await until(
    `instance ${instanceId} has settled`,
    async () => {
      try {
        last = await client.describeInstanceProgress({ params: { id: instanceId } });
      } catch (error) {
        if (!(error instanceof ResponseError) || error.status !== 404) throw error;
        last = undefined;
        return true;
      }
      return last.final;
    },
    timeoutMs,
    () => JSON.stringify(last?.run?.waitingFor ?? last, null, 1),
  );
  return last;
}

/** Follows an instance to its end, which must be this status; else throws with what it says of itself. */
export async function untilStatus(client: Client, instanceId: string, status: string, timeoutMs: number): Promise<InstanceProgress> {
  const ended = await untilSettled(client, instanceId, timeoutMs);
  if (ended?.status !== status)
    throw new Error(`instance ${instanceId} is ${ended?.status ?? 'gone'}, not ${status}: ${ended?.statusDescription ?? ''}`);
  return ended;
}

/** A port that was free a moment ago, below those that the operating system gives to whoever asks for any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((answer) => {
      server.once('error', () => answer(false));
      server.listen(port, '127.0.0.1', () => answer(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
