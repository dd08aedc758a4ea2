/** The way of a plan through a simulation: build, create, what else it offers, delete; and what that came to. */
import type { InstanceProgress } from '@cellplane/api';
import { type Client, createInstancePath, ResponseError } from '@cellplane/api/client';
import type { CompiledResource } from '@cellplane/plan';
import { CommandFailure } from '../failure.js';
import { seconds } from '../progress/lines.js';
import { madeUpValues, splitGiven } from './made-up-values.js';
import { type Operation, operationsOf, type Place, words } from './operations.js';
import type { SimulateInput } from './input.js';
import { notMade, type Tried, verdict } from './verdict.js';
import { type Watched, watchNew, watchOperation } from './watch.js';

/** Simulates the plan. @returns whether everything succeeded. @throws ResponseError, CommandFailure for what is the caller's */
export async function journey(client: Client, input: SimulateInput): Promise<boolean> {
  const journal = new Journal(input);
  const { say } = journal;
  say('!', 'Simulated: no cluster, no operator, no container. What is shown is how the plan behaves, not the operator.');
  await setSecrets(client, input, say);
  const built = await client.buildServicePlanSpec({
    body: {
      name: 'Simulation',
      fileContent: input.spec.toString('base64'),
      environment: 'Dev',
      environmentType: 'DEV',
      release: true,
      releaseAsPreferred: true,
      // What is not served is told, and shows in the verdict.
      allowUnserved: true,
    },
  });
  say('✓', `Plan "${input.plan.name}" built`);
  for (const warning of built.warnings ?? []) say('!', `${warning.path}: ${warning.message}`);
  const { model } = input.plan.deployment;
  if (model !== 'HOSTED') {
    say('!', `${MODELS[model] ?? model}: simulated in the provider's own cell, as if the account were there`);
    journal.told.push(`outside a simulation no instance of a plan of the deployment model ${model} can be created yet`);
  }
  const { path, resource, others } = await offeredResource(client, input, built);
  const given = splitGiven(resource, input.parameters);
  const invented = madeUpValues(resource.parameters, given.own, { file: input.file });
  for (const [key, value] of Object.entries(invented))
    say('!', `${words({ [key]: value })} is made up: it is required and has no default. Your own: --param ${key}=<value>`);
  const requestParams = { ...invented, ...given.own };
  const missing = notMade(input.plan, resource);
  const conclude = () => {
    const { well, lines } = verdict({ tried: journal.tried, notMade: missing, told: journal.told, others });
    input.screen.write(`\n  ${well ? '✓' : '✗'} ${lines.join('\n  ')}\n`);
    return well;
  };

  const partly = missing.length === 0 ? {} : { success: `RUNNING without ${missing.join(', ')}` };
  say('▸', `create of ${resource.name}`);
  const began = Date.now();
  const created = await refusalOf(client.createInstance({ params: path, body: { requestParams } }));
  if ('refused' in created) {
    journal.failed('create', `refused: ${created.refused}`);
    return conclude();
  }
  const { id } = created.answer;
  const place = { serviceId: built.serviceID, environmentId: built.serviceEnvironmentID, instanceId: id };
  const isUp = journal.ended(
    { name: 'create', status: 'RUNNING', ...partly },
    await watchNew({ client, instanceId: id }, journal.options),
    began,
  );
  if (isUp) await showEndpoints(client, place, say);
  if (input.all) {
    const state = { status: isUp ? 'RUNNING' : journal.status, isStuck: journal.isStuck };
    const operations = await operationsFor(client, { place, resource, input, parameters: requestParams, ofWorkflows: given.ofWorkflows });
    for (const operation of operations) await tryOperation({ client, place, journal, state }, operation);
    await tryOperation({ client, place, journal, state }, await deletion(client, place, input));
  }
  return conclude();
}

const MODELS: Record<string, string> = {
  BYOA: 'The plan deploys into the account of each customer (BYOA)',
  ON_PREM: 'The plan deploys on the premises of each customer',
  ON_PREM_COPILOT: 'The plan deploys on the premises of each customer (copilot)',
};

/** What is tried and told. */
class Journal {
  readonly tried: Tried[] = [];
  /** What the server says of the simulation, each once. */
  readonly told: string[] = [];
  /** The instance's status when it was last looked at. */
  status = 'UNKNOWN';
  /** An operation was given up while it ran: nothing else can begin. */
  isStuck = false;
  readonly #input: SimulateInput;
  constructor(input: SimulateInput) {
    this.#input = input;
  }

  readonly say = (mark: string, text: string): void => this.#input.screen.write(`  ${mark} ${text}\n`);

  get options() {
    const { screen, limitMs, outcome } = this.#input;
    return { screen, limitMs, outcome };
  }

  notRun(name: string, why: string): void {
    this.tried.push({ name, result: 'not run', why });
  }

  failed(name: string, why: string): void {
    this.say('✗', `${name}: ${why}`);
    this.tried.push({ name, result: 'failed', why });
  }

  /** Tells how a watched operation ended. @returns whether it succeeded */
  ended(
    { name, status: wanted, success }: Pick<Operation, 'name' | 'status' | 'success'>,
    { progress, overdue }: Watched,
    began: number,
    fault?: string,
  ): boolean {
    const took = `after ${seconds(Date.now() - began)}, simulated`;
    this.status = progress?.status ?? 'UNKNOWN';
    this.#tellWarnings(progress);
    if (overdue !== undefined) {
      this.isStuck = true;
      this.failed(name, `given up ${took}: ${overdue}`);
      return false;
    }
    const well = this.status === wanted && (progress?.run === undefined || progress.run.phase === 'Succeeded') && fault === undefined;
    if (well) {
      this.say('✓', `${name}: ${success ?? this.status} ${took}`);
      this.tried.push({ name, result: 'done' });
      return true;
    }
    const why = fault ?? withoutWarnings(progress?.statusDescription) ?? progress?.run?.message ?? '';
    this.say(
      '✗',
      `${name}: ${progress?.run?.phase === 'Succeeded' || this.status === 'FAILED' ? this.status : `FAILED (the instance is ${this.status})`} ${took}`,
    );
    if (why !== '') this.say(' ', `  ${why}`);
    this.tried.push({ name, result: 'failed', why });
    return false;
  }

  /** Each once: they stay with the instance. */
  #tellWarnings(progress: InstanceProgress | undefined): void {
    for (const [, warning = ''] of (progress?.statusDescription ?? '').matchAll(WARNING)) {
      if (this.told.includes(warning)) continue;
      this.told.push(warning);
      this.say('!', warning);
    }
  }
}

/** A warning of an instance, as its description has it. */
const WARNING = /Warning: (?:simulated: )?([^]*?)\.(?= Warning: |$)/g;

function withoutWarnings(description: string | undefined): string | undefined {
  const text = description?.replace(/ ?Warning: [^]*$/, '').trim();
  return text === '' ? undefined : text;
}

interface State {
  status: string;
  isStuck: boolean;
}

async function tryOperation(on: { client: Client; place: Place; journal: Journal; state: State }, operation: Operation): Promise<void> {
  const { client, place, journal, state } = on;
  const { name, status, from, impossible, fault } = operation;
  if (impossible !== undefined) return journal.notRun(name, impossible);
  if (state.isStuck) return journal.notRun(name, 'the operation before was given up while it ran');
  // A delete is the way out of everything.
  if (status !== 'DELETED' && state.status !== from) return journal.notRun(name, `the instance is ${state.status}, not ${from}`);
  journal.say('▸', `${name}${operation.with === undefined || operation.with === '' ? '' : ` ${operation.with}`}`);
  const began = Date.now();
  let made: unknown;
  const begin = async () => (made = await operation.begin());
  const watched = await refusalOf(
    operation.makesInstance
      ? begin().then((id) => watchNew({ client, instanceId: String(id) }, journal.options))
      : watchOperation({ client, instanceId: place.instanceId }, { ...operation, begin }, journal.options),
  );
  if ('refused' in watched) {
    if (operation.mayBeRefused) journal.notRun(name, watched.refused);
    else journal.failed(name, `refused: ${watched.refused}`);
    return;
  }
  const well = journal.ended(operation, watched.answer, began, watched.answer.overdue === undefined ? await fault?.() : undefined);
  Object.assign(state, { status: operation.makesInstance ? state.status : journal.status, isStuck: journal.isStuck });
  if (operation.makesInstance && !journal.isStuck) {
    const restored = { ...place, instanceId: String(made) };
    const other = { client, place: restored, journal, state: { ...state, status: journal.status } };
    await tryOperation(other, {
      name: `delete of what ${name} made`,
      status: 'DELETED',
      from: 'RUNNING',
      begin: () => client.deleteInstance({ params: restored, body: { skipFinalSnapshot: !well } }),
    });
    journal.status = state.status;
    state.isStuck = journal.isStuck;
  }
}

async function refusalOf<T>(asked: Promise<T>): Promise<{ answer: T } | { refused: string }> {
  try {
    return { answer: await asked };
  } catch (error) {
    if (!(error instanceof ResponseError) || (error.status >= 500 && error.status !== 501)) throw error;
    return { refused: error.message };
  }
}

async function deletion(client: Client, params: Place, input: SimulateInput): Promise<Operation> {
  return {
    name: 'delete',
    status: 'DELETED',
    from: 'RUNNING',
    begin: async () => {
      if (input.plan.enableDeletionProtection) await client.updateInstanceMetadata({ params, body: { deletionProtection: false } });
      await client.deleteInstance({ params, body: {} });
    },
  };
}

async function operationsFor(
  client: Client,
  of: {
    place: Place;
    resource: CompiledResource;
    input: SimulateInput;
    parameters: Record<string, unknown>;
    ofWorkflows: Record<string, Record<string, unknown>>;
  },
): Promise<Operation[]> {
  const { consumptionResourceInstanceResult: result } = await client.describeInstance({ params: of.place, query: {} });
  const topologies = Object.values(result.detailedNetworkTopology ?? {});
  return operationsOf({
    client,
    place: of.place,
    resource: of.resource,
    file: of.input.file,
    parameters: of.parameters,
    ofWorkflows: of.ofWorkflows,
    offered: new Map(result.supportedOperations?.map(({ verb, id }) => [verb, id])),
    replicas: topologies.flatMap(({ nodes = [] }) => nodes.flatMap(({ id }) => (id === undefined ? [] : [id]))),
  });
}

async function setSecrets(client: Client, input: SimulateInput, say: Journal['say']): Promise<void> {
  for (const name of input.secrets) {
    await client.setSecret({ params: { environmentType: 'DEV', name }, body: { value: `simulated-${name.toLowerCase()}` } });
  }
  if (input.secrets.length > 0) say('✓', `Secrets set, with made-up values: ${input.secrets.join(', ')}`);
}

async function showEndpoints(client: Client, place: Place, say: Journal['say']): Promise<void> {
  const described = await client.describeInstance({ params: place, query: {} });
  const { detailedNetworkTopology = {} } = described.consumptionResourceInstanceResult;
  for (const topology of Object.values(detailedNetworkTopology))
    for (const [name, endpoint] of Object.entries(topology.additionalEndpoints ?? {}))
      say(' ', `endpoint ${name}: ${[endpoint.endpoint, ...endpoint.openPorts].join(':')} (simulated: nothing listens there)`);
}

async function offeredResource(
  client: Client,
  { plan, resource: wanted }: SimulateInput,
  built: { serviceID: string; productTierID: string },
) {
  const service = await client.describeServiceOffering({ params: { serviceId: built.serviceID }, query: {} });
  const offering = service.offerings.find((one) => one.productTierID === built.productTierID);
  const resources = offering?.resourceParameters ?? [];
  const offered = wanted === undefined ? resources[0] : resources.find((one) => [one.resourceId, one.name, one.urlKey].includes(wanted));
  const resource = plan.resources.find((one) => one.name === offered?.name);
  if (offering === undefined || offered === undefined || resource === undefined) {
    const names = resources.map((one) => one.name).join(', ') || 'none';
    throw new CommandFailure('not_found', `The plan offers no resource${wanted === undefined ? '' : ` "${wanted}"`}. There is: ${names}`);
  }
  return {
    resource,
    path: createInstancePath(service, offering, offered),
    others: resources.filter((one) => one !== offered).map((one) => one.name),
  };
}
