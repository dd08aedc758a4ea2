/** `domain …`: domains for customers' portals. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';
import { given } from './given.js';

interface DomainOptions extends CommonOptions {
  domain?: string;
  environmentType?: string;
  name?: string;
  description?: string;
  yes?: boolean;
}

type PortalDomain = Awaited<ReturnType<Client['listPortalDomains']>>['customDomains'][number];

/** Adds the commands. */
export function addDomainCommands(program: Command, context: Context): void {
  const group = program.command('domain');
  group
    .command('list')
    .description('List domains, and what DNS said of each')
    .addHelpText('after', '\nExample:\n  cellplane domain list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DomainOptions>();
      const { customDomains } = await (await signedIn(context, options)).listPortalDomains({});
      printList(context, options, customDomains, {
        ENVIRONMENT: (row) => row.environmentType,
        DOMAIN: (row) => row.customDomain,
        STATUS: (row) => row.status,
        'LEADS TO': (row) => row.clusterEndpoint,
        FOUND: (row) => row.statusMessage,
      });
    });
  group
    .command('describe')
    .argument('<environment type>', 'PROD, DEV, …')
    .description('Show a domain with the DNS records that it needs')
    .addHelpText('after', '\nExample:\n  cellplane domain describe PROD')
    .action(async (type: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DomainOptions>();
      show(context, options, await find(await signedIn(context, options), type));
    });
  group
    .command('create')
    .description("Name the domain of a type of environment's portal")
    .requiredOption('--domain <name>', 'such as portal.example.com')
    .option('--environment-type <type>', 'PROD, DEV, …', 'PROD')
    .option('--name <name>', 'what you call it; without it the domain')
    .option('--description <text>', 'what it is for', '')
    .addHelpText('after', '\nExample:\n  cellplane domain create --domain portal.example.com --environment-type PROD')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DomainOptions>();
      const client = await signedIn(context, options);
      const { domain = '', environmentType = 'PROD', name = domain, description = '' } = options;
      await client.createPortalDomain({ body: { customDomain: domain, environmentType, name, description } });
      show(context, options, await find(client, environmentType));
    });
  group
    .command('update')
    .argument('<environment type>', 'PROD, DEV, …')
    .description('Change a domain')
    .option('--domain <name>', 'another one')
    .option('--name <name>', 'what you call it')
    .option('--description <text>', 'what it is for')
    .addHelpText('after', '\nExample:\n  cellplane domain update PROD --domain shop.example.com')
    .action(async (type: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DomainOptions>();
      const client = await signedIn(context, options);
      const { domain: customDomain, name, description } = options;
      await client.updatePortalDomain({ params: { environmentType: type }, body: given({ customDomain, name, description }) });
      show(context, options, await find(client, type));
    });
  group
    .command('check')
    .argument('<environment type>', 'PROD, DEV, …')
    .description('Look a domain up in DNS now')
    .addHelpText('after', '\nExample:\n  cellplane domain check PROD')
    .action(async (type: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DomainOptions>();
      const client = await signedIn(context, options);
      show(context, options, await client.checkPortalDomain({ params: { environmentType: type } }));
    });
  group
    .command('delete')
    .argument('<environment type>', 'PROD, DEV, …')
    .description('Forget a domain')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane domain delete PROD --yes')
    .action(async (type: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DomainOptions>();
      await confirm(context, options, `This forgets the domain of ${type}.`);
      await (await signedIn(context, options)).deletePortalDomain({ params: { environmentType: type } });
      say(context, options, `The domain of ${type} is forgotten.`);
    });
}

/** @throws CommandFailure not_found */
async function find(client: Client, type: string): Promise<PortalDomain> {
  const { customDomains } = await client.listPortalDomains({});
  const found = customDomains.find(({ environmentType }) => environmentType === type.trim().toUpperCase());
  if (found === undefined) throw new CommandFailure('not_found', `${type} has no domain.`, [{ command: ['domain', 'list'] }]);
  return found;
}

function show(context: Context, options: CommonOptions, domain: PortalDomain): void {
  printObject(context, options, domain, {
    domain: domain.customDomain,
    name: domain.name,
    description: domain.description,
    environment: domain.environmentType,
    status: domain.status,
    found: domain.statusMessage,
    ...Object.fromEntries(domain.records.map(({ type, name, value }) => [`${type} of ${name}`, value])),
  });
}
