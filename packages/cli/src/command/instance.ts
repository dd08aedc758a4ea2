/** `instance …`. */
import { type Client, createInstancePath, ResponseError } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';
import { findInstance, findPlan, findService, type InstanceRecord, pick, placeOf } from '../lookup.js';
import { readParameters, readTags } from '../parameters.js';
import { showProgress } from '../progress/show.js';

interface CreateOptions extends CommonOptions {
  service: string;
  environment?: string;
  plan: string;
  planVersion?: string;
  resource?: string;
  cloudProvider?: string;
  region?: string;
  param?: string[];
  paramFile?: string;
  tags?: string;
  subscriptionId?: string;
  wait?: boolean;
}

interface InstanceOptions extends CommonOptions {
  param?: string[];
  paramFile?: string;
  tags?: string;
  networkType?: string;
  wait?: boolean;
  yes?: boolean;
  skipFinalSnapshot?: boolean;
}

const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
const PARAM = 'a JSON object, or name=value; may be given several times';

/** Adds the commands. */
export function addInstanceCommands(program: Command, context: Context): void {
  const group = program.command('instance').description('Instances of tenants');
  addCreate(group, context);
  addReads(group, context);
  const wait = (command: Command) => command.option('--wait', 'show the progress until it has ended; exit 1 if it failed');

  wait(
    on(group, context, 'modify', 'Change parameters or tags', async (client, id, options) => {
      const parameters = await readParameters(options.param, options.paramFile);
      const tags = readTags(options.tags);
      if (parameters === undefined && tags === undefined && options.networkType === undefined)
        throw new CommandFailure('bad_request', 'Nothing to change: give --param, --param-file or --tags.');
      const instance = await findInstance(client, id);
      await client.modifyInstance({
        params: placeOf(instance),
        body: {
          resourceId: instance.resourceId ?? '',
          ...(parameters === undefined ? {} : { requestParams: parameters }),
          ...(tags === undefined ? {} : { customTags: tags }),
          ...(options.networkType === undefined ? {} : { network_type: options.networkType }),
        },
      });
    }),
  )
    .option('--param <value>', PARAM, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--tags <k=v,…>', 'tags; they replace the present ones')
    .option('--network-type <type>', 'PUBLIC or INTERNAL');

  wait(
    on(group, context, 'delete', 'Delete an instance and everything it has in the cell', async (client, id, options) => {
      if (options.yes !== true) throw new CommandFailure('bad_request', `This deletes ${id} and its data. Say so with --yes.`);
      const instance = await findInstance(client, id);
      const skipFinalSnapshot = options.skipFinalSnapshot === true;
      if (!skipFinalSnapshot) await warnAboutSnapshot(context, client, instance);
      await client.deleteInstance({ params: placeOf(instance), body: { resourceId: instance.resourceId ?? '', skipFinalSnapshot } });
    }),
  )
    .option('-y, --yes', 'really')
    .option('--skip-final-snapshot', 'without the last snapshot that the plan may ask for');

  for (const verb of ['protect', 'unprotect'] as const) {
    const what = verb === 'protect' ? 'Refuse to delete an instance until it is unprotected' : 'Allow the delete of an instance again';
    group
      .command(verb)
      .argument('<instance>', 'id')
      .description(what)
      .addHelpText('after', `\nExample:\n  cellplane instance ${verb} instance-y24o87zd1`)
      .action(async (id: string, _: unknown, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        const client = await signedIn(context, options);
        const deletionProtection = verb === 'protect';
        await client.updateInstanceMetadata({ params: placeOf(await findInstance(client, id)), body: { deletionProtection } });
        printObject(context, options, { instance_id: id, deletion_protection: deletionProtection });
      });
  }

  for (const verb of ['start', 'stop', 'restart'] as const) {
    wait(
      on(group, context, verb, `Run the plan's ${verb} workflow`, async (client, id) => {
        const instance = await findInstance(client, id);
        const request = { params: placeOf(instance), body: { resourceId: instance.resourceId ?? '' } };
        if (verb === 'start') await client.startInstance(request);
        else if (verb === 'stop') await client.stopInstance(request);
        else await client.restartInstance(request);
      }),
    );
  }
}

/** The answer of a delete cannot say it, so it is said before. */
async function warnAboutSnapshot(context: Context, client: Client, instance: InstanceRecord): Promise<void> {
  const { consumptionResourceInstanceResult: result } = await client.describeInstance({ params: placeOf(instance), query: {} });
  const servesBackups = result.supportedOperations?.some((operation) => operation.verb === 'BACKUP') === true;
  if (result.snapshotBeforeDeletionEnabled !== true || servesBackups) return;
  context.stderr('Warning: Final snapshot: not taken, backups are not served by this version.\n');
}

function addCreate(group: Command, context: Context): void {
  group
    .command('create')
    .description('Create an instance of a plan')
    .requiredOption('--service <name>', 'service, name or id')
    .requiredOption('--plan <name>', 'plan, name or id')
    .option('--environment <name>', 'environment, name or id')
    .option('--version <version>', 'a number, "latest" or "preferred"', 'preferred')
    .option('--resource <name>', 'resource; needed if the plan offers several')
    .option('--cloud-provider <name>', 'aws, gcp, azure …')
    .option('--region <name>', 'region')
    .option('--param <value>', PARAM, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--tags <k=v,…>', 'tags')
    .option('--subscription-id <id>', "the customer's subscription; without it, your own")
    .option('--wait', 'show the progress until it runs; exit 1 if it failed')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane instance create --service Postgres --plan "Postgres Operator" --param numberOfInstances=2 --wait',
    )
    .action(async (own: { version: string }, command: Command) => {
      const options = { ...command.optsWithGlobals<CreateOptions>(), planVersion: own.version };
      const client = await signedIn(context, options);
      const id = await create(client, options);
      if (options.wait === true) return follow(context, client, id, options);
      return printObject(context, options, { instance_id: id, status: 'DEPLOYING' });
    });
}

async function create(client: Client, options: CreateOptions): Promise<string> {
  const parameters = await readParameters(options.param, options.paramFile);
  const tags = readTags(options.tags);
  const service = await findService(client, options.service);
  const { plan } = findPlan(service, options.plan, options.environment);
  const path = { serviceId: service.id, productTierId: plan.productTierID };
  const { version } = await client.describeVersionSet({ params: { ...path, version: options.planVersion ?? 'preferred' } });
  const { ConsumptionDescribeServiceOfferingResult: offered } = await client.describeFleetServiceOffering({
    params: { serviceId: service.id },
    query: { productTierId: plan.productTierID, productTierVersion: version },
  });
  const offering = offered.offerings[0];
  if (offering === undefined) throw new CommandFailure('not_found', `Plan "${plan.name}" has no released version.`);
  const resources = offering.resourceParameters;
  const wanted = options.resource ?? (resources.length === 1 ? resources[0]?.resourceId : undefined);
  if (wanted === undefined)
    throw new CommandFailure('bad_request', `Choose with --resource: ${resources.map((one) => one.name).join(', ')}`);
  const resource = pick('resource', resources, wanted, (one) => [one.resourceId, one.name, one.urlKey]);
  const created = await client.createInstance({
    params: createInstancePath(offered, offering, resource),
    body: {
      productTierVersion: version,
      requestParams: parameters ?? {},
      ...(options.cloudProvider === undefined ? {} : { cloud_provider: options.cloudProvider }),
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(options.subscriptionId === undefined ? {} : { subscriptionId: options.subscriptionId }),
      ...(tags === undefined ? {} : { customTags: tags }),
    },
  });
  return created.id;
}

function addReads(group: Command, context: Context): void {
  group
    .command('list')
    .description('List instances')
    .option('--service <name>', 'only of this service')
    .option('--status <status>', 'only with this status')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { service?: string; status?: string }>();
      const client = await signedIn(context, options);
      const predicate = {
        ...(options.service === undefined ? {} : { serviceName: (await findService(client, options.service)).name }),
        ...(options.status === undefined ? {} : { status: options.status }),
      };
      const filters = Object.keys(predicate).length === 0 ? {} : { filters: { resourceInstance: { predicates: [predicate] } } };
      const { resourceInstanceResults = [] } = await client.searchInventory({ body: { query: 'resourceinstance:i', ...filters } });
      printList(context, options, resourceInstanceResults, {
        ID: (row) => row.id,
        STATUS: (row) => row.status,
        SERVICE: (row) => row.serviceName,
        ENVIRONMENT: (row) => row.serviceEnvironmentName,
        PLAN: (row) => row.productTierName,
        VERSION: (row) => row.productTierVersion,
        RESOURCE: (row) => row.resourceName,
        CLOUD: (row) => row.cloudProvider,
        REGION: (row) => row.regionCode,
      });
    });

  on(group, context, 'describe', 'Show an instance', async (client, id, options) => {
    const instance = await client.describeInstance({ params: placeOf(await findInstance(client, id)), query: {} });
    const result = instance.consumptionResourceInstanceResult;
    printObject(context, options, instance, {
      id: result.id,
      status: result.status,
      ...(instance.statusDescription === undefined || instance.statusDescription === '' ? {} : { reason: instance.statusDescription }),
      service: instance.serviceName,
      environment: instance.serviceEnvName,
      plan: `${instance.productTierName} ${instance.tierVersion}`,
      resource: instance.resourceName,
      place: `${result.cloud_provider} ${result.region}, cell ${instance.deploymentCellID ?? ''}`,
      created: result.created_at,
      parameters: instance.input_params,
      results: result.result_params,
      ...Object.fromEntries(endpointsOf(instance).map((endpoint) => [`endpoint ${endpoint.name}`, endpoint.address])),
      operations: result.supportedOperations?.map((operation) => operation.verb).join(', '),
    });
  });

  on(group, context, 'list-endpoints', 'Show how an instance is reached', async (client, id, options) => {
    const instance = await client.describeInstance({ params: placeOf(await findInstance(client, id)), query: {} });
    printList(context, options, endpointsOf(instance), {
      NAME: (row) => row.name,
      ADDRESS: (row) => row.address,
      NETWORK: (row) => row.network,
      HEALTH: (row) => row.health,
      'IN THE CLUSTER': (row) => row.inCluster,
    });
  });

  group
    .command('watch')
    .argument('<instance>', 'id')
    .description('Show what an instance is doing until nothing more happens by itself')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await follow(context, await signedIn(context, options), id, options);
    });
}

function endpointsOf(instance: Awaited<ReturnType<Client['describeInstance']>>) {
  const topologies = Object.values(instance.consumptionResourceInstanceResult.detailedNetworkTopology ?? {});
  return topologies.flatMap((topology) =>
    Object.entries(topology.additionalEndpoints ?? {}).map(([name, endpoint]) => ({
      resource: topology.resourceName,
      name,
      address: [endpoint.endpoint, ...(endpoint.openPorts.length === 0 ? [] : [endpoint.openPorts.join(',')])].join(':'),
      network: endpoint.networkingType,
      health: endpoint.healthStatus,
      inCluster: topology.inClusterEndpoints?.[name] ?? '',
    })),
  );
}

function on(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (client: Client, id: string, options: InstanceOptions) => Promise<void>,
): Command {
  const isRead = name === 'describe' || name === 'list-endpoints';
  return group
    .command(name)
    .argument('<instance>', 'id')
    .description(description)
    .addHelpText(
      'after',
      `\nExample:\n  cellplane instance ${name} instance-y24o87zd1${name === 'delete' ? ' --yes --wait' : isRead ? ' -o json' : ' --wait'}`,
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<InstanceOptions>();
      const client = await signedIn(context, options);
      await work(client, id, options);
      if (isRead) return;
      if (options.wait === true && name === 'delete') await followToTheEnd(context, client, id, options);
      else if (options.wait === true) await follow(context, client, id, options);
      else say(context, options, `Accepted: ${name} of ${id}. Follow it with: cellplane instance watch ${id}`);
    });
}

/** A deleted instance may be gone before anybody can look at it; that is what was wanted. */
async function followToTheEnd(context: Context, client: Client, id: string, options: CommonOptions): Promise<void> {
  try {
    await follow(context, client, id, options);
  } catch (error) {
    if (!(error instanceof ResponseError) || error.status !== 404) throw error;
    printObject(context, options, { instance_id: id, status: 'DELETED' });
  }
}

/** Live progress; JSON readers get the last state only. @throws CommandFailure if it ended in failure */
async function follow(context: Context, client: Client, id: string, options: CommonOptions): Promise<void> {
  const screen = options.output === 'json' ? { ...context.screen, isTerminal: false, write: () => {} } : context.screen;
  const last = await showProgress(client.followInstance(id), screen);
  if (last === undefined || !last.final)
    throw new CommandFailure('interrupted', `The server ended the display of ${id}; what was accepted goes on.`);
  printObject(context, options, last, {
    instance_id: id,
    status: last.status,
    ...Object.fromEntries(
      last.status === 'DELETED' ? [] : Object.entries(last.endpoints).map(([name, address]) => [`endpoint ${name}`, address]),
    ),
  });
  if (last.status === 'FAILED' || last.run?.phase === 'Failed')
    throw new CommandFailure('failed', last.statusDescription ?? last.run?.message ?? `${id} is ${last.status}.`);
}
