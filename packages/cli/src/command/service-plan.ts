/** `service-plan …`: plans and their versions. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { ALLOW_UNSERVED } from './allow-unserved.js';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { confirm } from './confirm.js';
import { findPlan, findService, type Plan, type Service } from '../lookup.js';

interface PlanOptions extends CommonOptions {
  environment?: string;
  planVersion?: string;
  releaseAsPreferred?: boolean;
  allowUnserved?: boolean;
  releaseDescription?: string;
  yes?: boolean;
}

interface FoundPlan {
  client: Client;
  service: Service;
  plan: Plan;
  params: { serviceId: string; productTierId: string };
}

/** Adds the commands. */
export function addServicePlanCommands(program: Command, context: Context): void {
  const group = program.command('service-plan');
  group
    .command('list')
    .description('List plans of all services')
    .addHelpText('after', '\nExample:\n  cellplane service-plan list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { services } = await (await signedIn(context, options)).listServices({});
      const rows = services.flatMap((service) =>
        service.serviceEnvironments.flatMap((environment) =>
          environment.servicePlans.map((plan) => ({
            ...plan,
            serviceId: service.id,
            serviceName: service.name,
            environment: environment.name,
          })),
        ),
      );
      const named = rows.map((row) => ({ plan_id: row.productTierID, service_id: row.serviceId, ...row }));
      printList(context, options, named, {
        ID: (row) => row.productTierID,
        NAME: (row) => row.name,
        SERVICE: (row) => row.serviceName,
        ENVIRONMENT: (row) => row.environment,
        MODEL: (row) => row.modelType,
        TENANCY: (row) => row.tierType,
      });
    });

  on(group, context, 'describe', 'Show a plan: what was built last', async ({ client, service, plan, params }, options) => {
    const [tier, { resources }] = await Promise.all([
      client.describeProductTier({ params: { serviceId: service.id, id: plan.productTierID } }),
      client.listResources({ params, query: {} }),
    ]);
    printObject(
      context,
      options,
      { plan_id: tier.id, service_id: service.id, ...tier, resources },
      {
        id: tier.id,
        name: tier.name,
        description: tier.description,
        service: service.name,
        tenancy: tier.tierType,
        ...Object.fromEntries(
          resources.map((resource) => [
            `resource ${resource.name} (${resource.id})`,
            `${resource.resourceType}; workflows: ${resource.operatorCRDConfiguration?.workflows?.map((workflow) => workflow.verb).join(', ') || 'none'}`,
          ]),
        ),
      },
    );
  });

  on(group, context, 'list-versions', 'List versions, newest first', async ({ client, params }, options) => {
    const { tierVersionSets } = await client.listVersionSets({ params, query: {} });
    printList(context, options, tierVersionSets, {
      VERSION: (row) => row.version,
      STATUS: (row) => row.status,
      NAME: (row) => row.name,
      RELEASED: (row) => row.releasedAt,
      INSTANCES: (row) => row.instanceCount,
    });
  });

  on(group, context, 'describe-version', 'Show a version', async ({ client, params }, options) => {
    const set = await client.describeVersionSet({ params: { ...params, version: options.planVersion ?? 'preferred' } });
    printObject(context, options, set);
  }).option('-v, --version <version>', 'a number, "latest" or "preferred"', 'preferred');

  on(group, context, 'set-default', 'Make a version the preferred one', async ({ client, params }, options) => {
    const set = await client.promoteVersionSet({
      params: { ...params, version: options.planVersion ?? 'latest' },
      query: options.allowUnserved === true ? { allowUnserved: true } : {},
    });
    printObject(context, options, set, { version: set.version, status: set.status });
  })
    .requiredOption('-v, --version <version>', 'a number or "latest"')
    .option('--allow-unserved', ALLOW_UNSERVED);

  on(group, context, 'release', 'Release what was built last as a new version', async ({ client, service, plan, params }, options) => {
    const tier = await client.describeProductTier({ params: { serviceId: service.id, id: plan.productTierID } });
    const model = await client.describeServiceModel({ params: { serviceId: service.id, id: tier.serviceModelId } });
    await client.releaseServiceApi({
      params: { serviceId: service.id, id: model.serviceApiId },
      body: {
        productTierId: plan.productTierID,
        versionSetType: 'Major',
        isPreferred: options.releaseAsPreferred === true,
        ...(options.allowUnserved === true ? { allowUnserved: true } : {}),
        ...(options.releaseDescription === undefined ? {} : { versionSetName: options.releaseDescription }),
      },
    });
    const newest = (await client.listVersionSets({ params, query: {} })).tierVersionSets[0];
    printObject(context, options, newest ?? {}, { version: newest?.version, status: newest?.status, name: newest?.name });
  })
    .option('--release-as-preferred', 'make it the version that new instances get')
    .option('--allow-unserved', ALLOW_UNSERVED)
    .option('--release-description <text>', 'name of the version');

  on(group, context, 'delete', 'Delete a plan that has no instances', async ({ client, service, plan }, options) => {
    await confirm(context, options, `This deletes the plan ${plan.name} of ${service.name} with its versions.`);
    await client.deleteProductTier({ params: { serviceId: service.id, id: plan.productTierID } });
    say(context, options, `Plan ${plan.name} (${plan.productTierID}) is deleted.`);
  }).option('-y, --yes', 'really');
}

/** A command on one plan, named by service and plan. */
function on(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (found: FoundPlan, options: PlanOptions) => Promise<void>,
): Command {
  return group
    .command(name)
    .description(description)
    .arguments('<service> <plan>')
    .option('--environment <name>', 'name or id; needed if several environments have the plan')
    .addHelpText('after', `\nExample:\n  cellplane service-plan ${name} Postgres "Postgres Operator"`)
    .action(async (wantedService: string, wantedPlan: string, own: { version?: string }, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, wantedService);
      const { plan } = findPlan(service, wantedPlan, options.environment);
      const version = own.version === undefined ? {} : { planVersion: own.version };
      await work(
        { client, service, plan, params: { serviceId: service.id, productTierId: plan.productTierID } },
        { ...options, ...version },
      );
    });
}
