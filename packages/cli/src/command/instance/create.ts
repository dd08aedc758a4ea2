/** `instance create`. */
import { type Client, createInstancePath } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findPlan, findService, pick } from '../../lookup.js';
import { collect, PARAM, readParameters, readTags } from '../../parameters.js';
import { follow } from '../follow.js';

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
  breakpoints?: string;
  wait?: boolean;
}

export function addInstanceCreate(group: Command, context: Context): void {
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
    .option('--breakpoints <list>', 'hold before these: a resource, resource:task, resource:stage or a task; separated by commas')
    .option('--wait', 'show the progress until it runs; exit 1 if it failed')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane instance create --service Postgres --plan "Postgres Operator" --param numberOfInstances=2 --wait',
    )
    .action(async (own: { version: string }, command: Command) => {
      const options = { ...command.optsWithGlobals<CreateOptions>(), planVersion: own.version };
      const client = await signedIn(context, options);
      const id = await create(client, options);
      if (options.wait === true) return follow(context, id, options);
      return printObject(context, options, { instance_id: id, status: 'DEPLOYING' });
    });
}

async function create(client: Client, options: CreateOptions): Promise<string> {
  const parameters = await readParameters(options.param, options.paramFile);
  const tags = readTags(options.tags);
  const breakpoints = readBreakpoints(options.breakpoints);
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
      ...(breakpoints === undefined ? {} : { workflowBreakpoints: breakpoints }),
    },
  });
  return created.id;
}

/** `db,db:applycluster,cache` → one entry for each resource, with its events. */
function readBreakpoints(text: string | undefined): { id: string; events?: string[] }[] | undefined {
  if (text === undefined) return undefined;
  const found = new Map<string, string[]>();
  const whole = new Set<string>();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [id = '', event] = part.split(':').map((one) => one.trim());
    if (id === '' || event === '')
      throw new CommandFailure('bad_request', `--breakpoints "${part}" must be a resource, resource:task or a task.`);
    found.set(id, [...(found.get(id) ?? []), ...(event === undefined ? [] : [event])]);
    if (event === undefined) whole.add(id);
  }
  return [...found].flatMap(([id, events]) => [...(whole.has(id) ? [{ id }] : []), ...(events.length === 0 ? [] : [{ id, events }])]);
}
