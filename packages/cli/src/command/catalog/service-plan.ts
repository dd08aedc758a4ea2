/** `service-plan …`: plans and their versions. */
import type { Command } from 'commander';
import { ALLOW_UNSERVED } from '../allow-unserved.js';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { confirm } from '../confirm.js';
import { differenceLines } from './difference-text.js';
import { addFeatureCommands } from './feature.js';
import { given } from './given.js';
import { on } from './plan-command.js';
import { addDeletionsCommand, alsoSnapshots, deleteQuery, untilDeleted, withDeleteOptions } from './deletion.js';

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

  on(group, context, 'diff-versions', 'Show what two versions differ in', async ({ client, params }, options) => {
    const { planVersion: version = 'preferred', to: anotherVersion = 'latest' } = options;
    const found = await client.diffVersionSets({ params: { ...params, version, anotherVersion } });
    if (options.output === 'json') return printObject(context, options, found);
    if (options.output === 'text')
      return printList(context, options, found.differences, {
        RESOURCE: ({ resource }) => resource,
        AREA: ({ area }) => area,
        NAME: ({ name }) => name,
        CHANGE: ({ change }) => change,
        FIELDS: ({ fields }) => fields.map(({ path }) => path).join(', '),
      });
    say(context, options, `From ${found.version} to ${found.anotherVersion}:`);
    const lines = differenceLines(found.differences);
    for (const line of lines.length === 0 ? ['nothing that an instance sees'] : lines) say(context, options, line);
  })
    .option('-v, --version <version>', 'the version to begin from: a number, "latest" or "preferred"', 'preferred')
    .option('--to <version>', 'the version to compare it with', 'latest');

  on(group, context, 'release-notes', 'Show the release notes of a version, or write them', async ({ client, params }, options) => {
    const of = { params: { ...params, version: options.planVersion ?? 'preferred' } };
    const { set: releaseNotes } = options;
    const found =
      releaseNotes === undefined
        ? await client.describeVersionSetMetadata(of)
        : await client.updateVersionSetMetadata({ ...of, body: { releaseNotes } });
    printObject(context, options, found, { version: found.version, 'release notes': found.releaseNotes });
  })
    .option('-v, --version <version>', 'a number, "latest" or "preferred"', 'preferred')
    .option('--set <text>', 'what they shall be');

  on(group, context, 'set-default', 'Make a version the preferred one', async ({ client, params }, options) => {
    const set = await client.promoteVersionSet({
      params: { ...params, version: options.planVersion ?? 'latest' },
      query: options.allowUnserved === true ? { allowUnserved: true } : {},
    });
    printObject(context, options, set, { version: set.version, status: set.status });
  })
    .requiredOption('-v, --version <version>', 'a number or "latest"')
    .option('--allow-unserved', ALLOW_UNSERVED);

  on(group, context, 'deprecate', 'Deprecate a version: no new instance is made of it', async ({ client, params }, options) => {
    const set = await client.deprecateVersionSet({ params: { ...params, version: options.planVersion ?? '' } });
    printObject(context, options, set, { version: set.version, status: set.status });
  }).requiredOption('-v, --version <version>', 'a number; not the preferred one');

  on(group, context, 'spec', 'Print the spec that a version was built from', async ({ client, params }, options) => {
    const { planVersion: version } = options;
    const spec = await client.getVersionSetSpec({ params, query: given({ version }) });
    if (options.output === 'json') printObject(context, options, spec);
    else context.screen.write(spec.specContent.endsWith('\n') ? spec.specContent : `${spec.specContent}\n`);
  }).option('-v, --version <version>', 'a number, "latest" or "preferred"', 'preferred');

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

  on(group, context, 'inputs', 'Show what a create and a modify take, as JSON Schema', async ({ client, params }, options) => {
    const { planVersion: version } = options;
    const inputs = await client.describePlanInputs({ params, query: given({ version }) });
    const rows = inputs.resources.flatMap((resource) =>
      Object.entries(propertiesOf(resource.create)).map(([key, value]) => ({ resource, key, value })),
    );
    if (options.output === 'json') printObject(context, options, inputs);
    else
      printList(context, options, rows, {
        RESOURCE: (row) => row.resource.name,
        KEY: (row) => row.key,
        TYPE: (row) => row.value.type ?? 'any',
        NEEDED: (row) => (requiredOf(row.resource.create).includes(row.key) ? 'yes' : ''),
        DEFAULT: (row) => (row.value.default === undefined ? '' : JSON.stringify(row.value.default)),
        DESCRIPTION: (row) => row.value.description ?? row.value.title ?? '',
      });
  }).option('-v, --version <version>', 'a number; without it the preferred one');

  addFeatureCommands(group, context);

  addDeletionsCommand(group, context, 'plan', 'cellplane service-plan deletions');
  withDeleteOptions(
    on(group, context, 'delete', 'Delete a plan that has no instances', async ({ client, service, plan }, options) => {
      await confirm(context, options, `This deletes the plan ${plan.name} of ${service.name} with its versions.${alsoSnapshots(options)}`);
      await client.deleteProductTier({ params: { serviceId: service.id, id: plan.productTierID }, query: deleteQuery(options) });
      await untilDeleted(context, options, client, { targetId: plan.productTierID, what: `Plan ${plan.name} (${plan.productTierID})` });
    }),
  );
}

interface Property {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
}

function propertiesOf(schema: Record<string, unknown>): Record<string, Property> {
  return (schema['properties'] ?? {}) as Record<string, Property>;
}

function requiredOf(schema: Record<string, unknown>): string[] {
  return (schema['required'] ?? []) as string[];
}
