/** `service …` and `environment …`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { findEnvironment, findService } from '../lookup.js';
import { confirm } from './confirm.js';

/** Adds the commands. */
export function addServiceCommands(program: Command, context: Context): void {
  const service = program.command('service');
  service
    .command('list')
    .description('List services')
    .addHelpText('after', '\nExample:\n  cellplane service list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { services } = await (await signedIn(context, options)).listServices({});
      const rows = services.map((one) => ({ service_id: one.id, ...one }));
      printList(context, options, rows, {
        ID: (row) => row.id,
        NAME: (row) => row.name,
        DESCRIPTION: (row) => row.description,
        ENVIRONMENTS: (row) => row.serviceEnvironments.map((one) => one.name).join(', '),
      });
    });
  service
    .command('describe')
    .argument('<service>', 'name or id')
    .description('Show a service with its environments and plans')
    .addHelpText('after', '\nExample:\n  cellplane service describe Postgres')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const found = await findService(await signedIn(context, options), wanted);
      printObject(
        context,
        options,
        { service_id: found.id, ...found },
        {
          id: found.id,
          name: found.name,
          description: found.description,
          created: found.createdAt,
          ...Object.fromEntries(
            found.serviceEnvironments.map((one) => [
              `environment ${one.name} (${one.type})`,
              one.servicePlans.map((plan) => `${plan.name} (${plan.productTierID})`).join(', ') || 'no plans',
            ]),
          ),
        },
      );
    });
  service
    .command('delete')
    .argument('<service>', 'name or id')
    .description('Delete a service that has no instances')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane service delete Postgres --yes')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      await confirm(context, options, `This deletes the service ${wanted} with its environments and plans.`);
      const client = await signedIn(context, options);
      const found = await findService(client, wanted);
      await client.deleteService({ params: { id: found.id } });
      say(context, options, `Service ${found.name} (${found.id}) is deleted.`);
    });

  const environment = program.command('environment');
  environment
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
        PLANS: (row) => row.servicePlans.length,
      });
    });
  environment
    .command('describe')
    .arguments('<service> <environment>')
    .description('Show an environment')
    .addHelpText('after', '\nExample:\n  cellplane environment describe Postgres Dev')
    .action(async (wanted: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const found = await findService(client, wanted);
      const { id } = findEnvironment(found, name);
      const environment = await client.describeServiceEnvironment({ params: { serviceId: found.id, id } });
      printObject(context, options, { environment_id: id, service_id: found.id, ...environment }, environment);
    });
}
