/** `environment …`: environments of services, and promotion between them. */
import type { Client } from '@cellplane/api';
import { ResponseError } from '@cellplane/api/client';
import { Command, Option } from 'commander';
import { type CommonOptions, type Context, printList, printObject, signedIn } from '../../context.js';
import { findEnvironment, findService, type Service } from '../../lookup.js';
import { confirm } from '../confirm.js';
import { addPromoteCommand, type PromotionPreview, syncText } from './environment-promote.js';
import { given } from './given.js';
import { addDeletionsCommand, alsoSnapshots, deleteQuery, type DeleteOptions, untilDeleted, withDeleteOptions } from './deletion.js';

interface EnvironmentOptions extends CommonOptions {
  name?: string;
  type?: string;
  source?: string;
  description?: string;
  visibility?: string;
  autoApprove?: string;
  yes?: boolean;
}

/** Adds the commands. */
export function addEnvironmentCommands(program: Command, context: Context): void {
  const group = program.command('environment');
  group
    .command('list')
    .description('List environments of all services')
    .addHelpText('after', '\nExample:\n  cellplane environment list -o json')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { services } = await (await signedIn(context, options)).listServices({});
      const rows = services.flatMap((one) =>
        one.serviceEnvironments.map((env) => ({
          environment_id: env.id,
          service_id: one.id,
          serviceId: one.id,
          serviceName: one.name,
          ...env,
        })),
      );
      printList(context, options, rows, {
        ID: (row) => row.id,
        NAME: (row) => row.name,
        TYPE: (row) => row.type,
        SERVICE: (row) => row.serviceName,
        SOURCE: (row) => row.sourceEnvironmentName,
        SYNC: (row) => row.promoteStatus,
        PLANS: (row) => row.servicePlans.length,
      });
    });
  group
    .command('describe')
    .arguments('<service> <environment>')
    .description('Show an environment')
    .addHelpText('after', '\nExample:\n  cellplane environment describe Postgres Dev')
    .action(async (wanted: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const found = await findService(client, wanted);
      const { id } = findEnvironment(found, name);
      await show(context, options, client, { serviceId: found.id, id });
    });
  group
    .command('health')
    .arguments('<service> <environment>')
    .description('How the instances of an environment are, by cloud, region and cell')
    .addHelpText('after', '\nExample:\n  cellplane environment health Postgres Prod')
    .action(async (wanted: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, wanted);
      const environment = findEnvironment(service, name);
      const health = await client.describeServiceHealth({ query: { serviceID: service.id, serviceEnvironmentID: environment.id } });
      const places = Object.values(health.cloudProviderHealthSummary).flatMap((cloud) =>
        Object.values(cloud.regionalHealthSummary).flatMap((region) =>
          Object.values(region.deploymentCellHealthSummary).map((cell) => [
            `${cloud.cloudProvider} ${region.region}, cell ${cell.hostClusterID}`,
            cell.message,
          ]),
        ),
      );
      printObject(context, options, health, { status: health.status, instances: health.message, ...Object.fromEntries(places) });
    });
  group
    .command('create')
    .arguments('<service> <name>')
    .description('Make an environment; with a source, plans are promoted to it from there')
    .option('--type <type>', 'DEV, QA, STAGING, CANARY, PROD, PRIVATE or GLOBAL', 'DEV')
    .option('--source <environment>', 'name or id of the environment that it takes from')
    .option('--description <text>', 'what it is for', '')
    .option('--visibility <visibility>', 'PUBLIC or PRIVATE; without it PUBLIC for PROD')
    .addOption(autoApprove())
    .addHelpText('after', '\nExample:\n  cellplane environment create Postgres Prod --type PROD --source Dev')
    .action(async (wanted: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<EnvironmentOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, wanted);
      const id = await client.createServiceEnvironment({
        params: { serviceId: service.id },
        body: {
          name,
          description: options.description ?? '',
          deploymentConfigId: 'default',
          ...given({ type: options.type, ...changes(options, service) }),
        },
      });
      await show(context, options, client, { serviceId: service.id, id });
    });
  group
    .command('update')
    .arguments('<service> <environment>')
    .description('Change an environment; its key in paths stays')
    .option('--name <name>', 'its new name')
    .option('--source <environment>', 'name or id of the environment that it takes from')
    .option('--description <text>', 'what it is for')
    .option('--visibility <visibility>', 'PUBLIC or PRIVATE')
    .addOption(autoApprove())
    .addHelpText('after', '\nExample:\n  cellplane environment update Postgres Prod --source Staging')
    .action(async (wanted: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<EnvironmentOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, wanted);
      const params = { serviceId: service.id, id: findEnvironment(service, name).id };
      const { name: newName, description } = options;
      await client.updateServiceEnvironment({ params, body: given({ name: newName, description, ...changes(options, service) }) });
      await show(context, options, client, params);
    });
  addPromoteCommand(group, context);
  addDeletionsCommand(group, context, 'environment', 'cellplane environment deletions');
  withDeleteOptions(group.command('delete'))
    .arguments('<service> <environment>')
    .description('Delete an environment that has no instances')
    .addHelpText('after', '\nExample:\n  cellplane environment delete Postgres Staging --yes')
    .action(async (wanted: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DeleteOptions>();
      await confirm(context, options, `This deletes the environment ${name} of ${wanted} with its plans.${alsoSnapshots(options)}`);
      const client = await signedIn(context, options);
      const service = await findService(client, wanted);
      const environment = findEnvironment(service, name);
      await client.deleteServiceEnvironment({ params: { serviceId: service.id, id: environment.id }, query: deleteQuery(options) });
      await untilDeleted(context, options, client, {
        targetId: environment.id,
        what: `Environment ${environment.name} (${environment.id})`,
      });
    });
}

function autoApprove(): Option {
  return new Option('--auto-approve <yes or no>', 'whether customers subscribe to its plans without approval').choices(['yes', 'no']);
}

function changes({ source, visibility, autoApprove: approve }: EnvironmentOptions, service: Service) {
  return {
    visibility,
    sourceEnvironmentId: source === undefined ? undefined : findEnvironment(service, source).id,
    autoApproveSubscription: approve === undefined ? undefined : approve === 'yes',
  };
}

function nameOf(service: Service, environmentId: string): string {
  return service.serviceEnvironments.find(({ id }) => id === environmentId)?.name ?? '';
}

async function show(context: Context, options: CommonOptions, client: Client, params: { serviceId: string; id: string }): Promise<void> {
  const { promotionStatus = [], ...environment } = await client.describeServiceEnvironment({ params });
  const { services } = await client.listServices({});
  const service = services.find(({ id }) => id === params.serviceId);
  const source = environment.sourceEnvironmentId;
  const above = source === undefined ? undefined : await lookAt(client, { ...params, id: source });
  const below = promotionStatus.length === 0 ? undefined : await lookAt(client, params);
  const own = above?.targets.find(({ environmentId }) => environmentId === params.id);
  printObject(
    context,
    options,
    {
      environment_id: params.id,
      service_id: params.serviceId,
      ...environment,
      promotionStatus,
      ...given({ takes: own, gives: below?.targets }),
    },
    {
      ...environment,
      ...(own === undefined ? {} : { [`takes from ${above?.environmentName} (${source})`]: syncText(own) }),
      ...Object.fromEntries(
        promotionStatus.map(({ targetEnvironmentID, status }) => {
          const target = below?.targets.find(({ environmentId }) => environmentId === targetEnvironmentID);
          const name = service === undefined ? '' : nameOf(service, targetEnvironmentID);
          return [`promoted to ${name} (${targetEnvironmentID})`, target === undefined ? status : syncText(target)];
        }),
      ),
    },
  );
}

/** What a promotion would do; nothing where there is nothing to promote yet. */
async function lookAt(client: Client, params: { serviceId: string; id: string }): Promise<PromotionPreview | undefined> {
  try {
    return await client.previewPromotion({ params, query: {} });
  } catch (error) {
    if (error instanceof ResponseError && error.body.code === 'nothing-released') return undefined;
    throw error;
  }
}
