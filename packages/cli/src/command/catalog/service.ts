/** `service …`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, signedIn } from '../../context.js';
import { findService } from '../../lookup.js';
import { confirm } from '../confirm.js';
import { given } from './given.js';
import { addDeletionsCommand, alsoSnapshots, deleteQuery, type DeleteOptions, untilDeleted, withDeleteOptions } from './deletion.js';

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
    .command('create')
    .argument('<name>', 'name of the product')
    .description('Make a service without plans; a build of a spec makes one by itself')
    .option('--description <text>', 'what it is', '')
    .option('--logo-url <url>', 'its picture')
    .addHelpText('after', '\nExample:\n  cellplane service create Postgres --description "Databases for everybody"')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { description: string; logoUrl?: string }>();
      const client = await signedIn(context, options);
      const id = await client.createService({
        body: { name, description: options.description, ...(options.logoUrl === undefined ? {} : { serviceLogoURL: options.logoUrl }) },
      });
      printObject(context, options, { service_id: id, id, name }, { id, name });
    });
  service
    .command('update')
    .argument('<service>', 'name or id')
    .description('Change name, description or logo of a service')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what it is')
    .option('--logo-url <url>', 'its picture')
    .addHelpText('after', '\nExample:\n  cellplane service update Postgres --description "Databases for everybody"')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { name?: string; description?: string; logoUrl?: string }>();
      const client = await signedIn(context, options);
      const { id } = await findService(client, wanted);
      const { name, description, logoUrl: serviceLogoURL } = options;
      await client.updateService({ params: { id }, body: given({ name, description, serviceLogoURL }) });
      const found = await client.describeService({ params: { id } });
      printObject(context, options, { service_id: id, ...found }, { id, name: found.name, description: found.description });
    });
  addDeletionsCommand(service, context, 'service', 'cellplane service deletions');
  withDeleteOptions(service.command('delete'))
    .argument('<service>', 'name or id')
    .description('Delete a service that has no instances')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane service delete Postgres --yes\n  cellplane service delete Postgres --delete-snapshots --yes',
    )
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DeleteOptions>();
      await confirm(context, options, `This deletes the service ${wanted} with its environments and plans.${alsoSnapshots(options)}`);
      const client = await signedIn(context, options);
      const found = await findService(client, wanted);
      await client.deleteService({ params: { id: found.id }, query: deleteQuery(options) });
      await untilDeleted(context, options, client, { targetId: found.id, what: `Service ${found.name} (${found.id})` });
    });
}
