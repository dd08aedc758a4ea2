/**
 * `cellplane simulate`: a plan tried without a cluster. A server of its own in a folder of its own, the simulated cell, an
 * instance with default values, its way through the plan's workflows; then all of it is thrown away.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceProgress } from '@cellplane/api';
import { type Client, createClient, createInstancePath } from '@cellplane/api/client';
import type { ApiParameter, CompiledPlan } from '@cellplane/plan';
import { CommandFailure } from '../failure.js';
import { seconds } from '../progress/lines.js';
import { type Screen, showProgress } from '../progress/show.js';
import { startServer } from '../start/server-process.js';

export interface SimulateInput {
  /** The spec's bytes, and the plan that they compile to. */
  spec: Buffer;
  plan: CompiledPlan;
  /** Names in `$secret.NAME` that are given example values. */
  secrets: string[];
  parameters: Record<string, unknown>;
  resource?: string;
  /** What operators that the simulated cell does not know do. */
  outcome: 'succeed' | 'fail' | 'hang';
  /** Every operation that the plan offers, and the delete at the end. */
  all: boolean;
  screen: Screen;
  /** Ends it before its time. */
  signal: AbortSignal;
}

/** Runs the simulation. @returns whether every operation succeeded. @throws ResponseError, ServerEnded */
export async function simulate(input: SimulateInput): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cellplane-simulate-'));
  // As root, PostgreSQL runs under another account, which must get through to its files: else they would lie, and stay, elsewhere.
  await chmod(dataDir, 0o711);
  const credentials = { email: 'simulation@cellplane.local', password: randomBytes(12).toString('base64url') };
  try {
    const server = await startServer({
      dataDir,
      host: '127.0.0.1',
      port: 0,
      env: {
        CELLPLANE_DATA_DIR: dataDir,
        CELLPLANE_PROVIDER_EMAIL: credentials.email,
        CELLPLANE_PROVIDER_PASSWORD: credentials.password,
        CELLPLANE_SIMULATED_OPERATORS: input.outcome,
        // Whatever the caller's own server uses is none of ours.
        DATABASE_URL: '',
        CELLPLANE_KUBECONFIG: '',
        CELLPLANE_MASTER_KEY: '',
        CELLPLANE_MASTER_KEY_FILE: '',
      },
    });
    try {
      let token: string | undefined;
      const client = createClient({ baseUrl: server.url, token: () => token });
      token = (await client.signin({ body: credentials })).jwtToken;
      return await Promise.race([journey(client, input), server.ended, interrupted(input.signal)]);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function interrupted(signal: AbortSignal): Promise<never> {
  const failure = new CommandFailure('interrupted', 'The simulation was interrupted.');
  return new Promise((_, reject) => {
    if (signal.aborted) reject(failure);
    signal.addEventListener('abort', () => reject(failure));
  });
}

async function journey(client: Client, input: SimulateInput): Promise<boolean> {
  const say = (mark: string, text: string) => input.screen.write(`  ${mark} ${text}\n`);
  say('!', 'Simulated: no cluster, no operator, no container. What is shown is how the plan behaves, not the operator.');
  for (const name of input.secrets) {
    await client.setSecret({ params: { environmentType: 'DEV', name }, body: { value: `simulated-${name.toLowerCase()}` } });
  }
  if (input.secrets.length > 0) say('✓', `Secrets set, with made-up values: ${input.secrets.join(', ')}`);
  const built = await client.buildServicePlanSpec({
    body: {
      name: 'Simulation',
      fileContent: input.spec.toString('base64'),
      environment: 'Dev',
      environmentType: 'DEV',
      release: true,
      releaseAsPreferred: true,
      // What is not served is told, and shows in what follows.
      allowUnserved: true,
    },
  });
  say('✓', `Plan "${input.plan.name}" built`);
  for (const warning of built.warnings ?? []) say('!', `${warning.path}: ${warning.message}`);
  const { path, resourceName } = await offeredResource(client, built.serviceID, built.productTierID, input.resource);
  const { id } = await client.createInstance({ params: path, body: { requestParams: input.parameters } });
  const place = { serviceId: built.serviceID, environmentId: built.serviceEnvironmentID, instanceId: id };
  say('▸', `create of ${resourceName}: ${id}`);
  if (!(await ended(client, id, 'create', 'RUNNING', input.screen))) return false;
  await showResults(client, place, say);
  if (!input.all) return true;
  const parameters = input.plan.resources.find((resource) => resource.name === resourceName)?.parameters ?? [];
  return operations(client, place, input, changeOne(parameters, input.parameters));
}

/** Everything else that the plan offers, in the order in which a customer would meet it. */
async function operations(client: Client, place: Place, input: SimulateInput, change: Record<string, number>): Promise<boolean> {
  const described = await client.describeInstance({ params: place, query: {} });
  const offered = new Set(described.consumptionResourceInstanceResult.supportedOperations?.map((operation) => operation.verb));
  const request = { params: place, body: {} };
  const verbs: [verb: string, status: string, begin: () => Promise<unknown>][] = [
    ['modify', 'RUNNING', () => client.modifyInstance({ params: place, body: { requestParams: change } })],
    ['restart', 'RUNNING', () => client.restartInstance(request)],
    ['stop', 'STOPPED', () => client.stopInstance(request)],
    ['start', 'RUNNING', () => client.startInstance(request)],
  ];
  for (const [verb, status, begin] of verbs) {
    if (!offered.has(verb.toUpperCase())) {
      input.screen.write(`  – ${verb}: the plan has no such workflow\n`);
      continue;
    }
    const changed = verb === 'modify' ? Object.entries(change).map(([key, value]) => ` ${key}=${value}`) : [];
    input.screen.write(`  ▸ ${verb}${changed.join('')}\n`);
    await begin();
    if (!(await ended(client, place.instanceId, verb, status, input.screen))) return false;
  }
  input.screen.write('  ▸ delete\n');
  if (input.plan.enableDeletionProtection) await client.updateInstanceMetadata({ params: place, body: { deletionProtection: false } });
  await client.deleteInstance({ params: place, body: {} });
  return ended(client, place.instanceId, 'delete', 'DELETED', input.screen);
}

/** The first number that may change, one more or one less, so that there is something to do; without one, nothing. */
export function changeOne(parameters: ApiParameter[], given: Record<string, unknown>): Record<string, number> {
  for (const { key, type, modifiable, isList, options, regex, limits, defaultValue } of parameters) {
    if (!modifiable || isList || options !== undefined || regex !== undefined || !/^(U?Int|Float)/i.test(type)) continue;
    const present = Number(given[key] ?? defaultValue ?? Number.NaN);
    const next = [present + 1, present - 1].find((value) => value >= (limits?.min ?? 0) && value <= (limits?.max ?? Infinity));
    if (next !== undefined) return { [key]: next };
  }
  return {};
}

interface Place {
  serviceId: string;
  environmentId: string;
  instanceId: string;
}

async function ended(client: Client, id: string, verb: string, wanted: string, screen: Screen): Promise<boolean> {
  const began = Date.now();
  const last: InstanceProgress | undefined = await showProgress(client.followInstance(id), screen);
  const well = last?.status === wanted;
  screen.write(`  ${well ? '✓' : '✗'} ${verb}: ${last?.status ?? 'UNKNOWN'} after ${seconds(Date.now() - began)}, simulated\n`);
  // Warnings are the same after each operation: once is enough.
  if (last?.statusDescription !== undefined && (!well || verb === 'create')) screen.write(`    ${last.statusDescription}\n`);
  return well;
}

async function showResults(client: Client, place: Place, say: (mark: string, text: string) => void): Promise<void> {
  const described = await client.describeInstance({ params: place, query: {} });
  const { detailedNetworkTopology = {} } = described.consumptionResourceInstanceResult;
  for (const topology of Object.values(detailedNetworkTopology))
    for (const [name, endpoint] of Object.entries(topology.additionalEndpoints ?? {}))
      say(' ', `endpoint ${name}: ${[endpoint.endpoint, ...endpoint.openPorts].join(':')} (simulated: nothing listens there)`);
}

async function offeredResource(client: Client, serviceId: string, planId: string, wanted: string | undefined) {
  const service = await client.describeServiceOffering({ params: { serviceId }, query: {} });
  const offering = service.offerings.find((one) => one.productTierID === planId);
  const resources = offering?.resourceParameters ?? [];
  const resource = wanted === undefined ? resources[0] : resources.find((one) => [one.resourceId, one.name, one.urlKey].includes(wanted));
  if (offering === undefined || resource === undefined) {
    const names = resources.map((one) => one.name).join(', ') || 'none';
    throw new CommandFailure('not_found', `The plan offers no resource${wanted === undefined ? '' : ` "${wanted}"`}. There is: ${names}`);
  }
  return {
    resourceName: resource.name,
    path: createInstancePath(service, offering, resource),
  };
}
