/** `api-key …`: what programs sign in with. */
import type { Client } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';

interface CreateOptions extends CommonOptions {
  role: string;
  description?: string;
  expires?: string;
}

/** Adds the commands. */
export function addApiKeyCommands(program: Command, context: Context): void {
  const group = program.command('api-key');
  group
    .command('list')
    .description('List your API keys; a root or admin sees all of the organization')
    .addHelpText('after', '\nExample:\n  cellplane api-key list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { apiKeys } = await (await signedIn(context, options)).listApiKeys({});
      printList(context, options, apiKeys, {
        ID: (row) => row.id,
        NAME: (row) => row.name,
        KEY: (row) => `${row.prefix}…`,
        ROLE: (row) => row.roleType,
        STATUS: (row) => row.status,
        'LAST USED': (row) => row.lastUsedAt ?? 'never',
        EXPIRES: (row) => row.expiresAt ?? 'never',
        'MADE BY': (row) => row.createdByUserName ?? row.createdByUserId,
      });
    });
  group
    .command('create')
    .arguments('<name>')
    .description('Make an API key and print it: it is shown this once')
    .requiredOption(
      '--role <role>',
      'what it may do: admin, editor, reader, service_editor, service_reader or service_operator, not above your own',
    )
    .option('--description <text>', 'what it is for')
    .option('--expires <time>', 'when it ends, 2030-01-31T12:00:00Z, or in how many days, 90d; without, never')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane api-key create ci --role editor --expires 90d\n  cellplane api-key create ci --role reader -o text',
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const made = await (await signedIn(context, options)).createApiKey({
        body: {
          name,
          roleType: options.role,
          ...(options.description === undefined ? {} : { description: options.description }),
          ...(options.expires === undefined ? {} : { expiresAt: expiryOf(options.expires, Date.now()) }),
        },
      });
      const { id, key, metadata } = made;
      printObject(context, options, made, {
        id,
        name: metadata.name,
        role: metadata.roleType,
        expires: metadata.expiresAt ?? 'never',
        key,
      });
      if (options.output === 'table') say(context, options, 'The key is not shown again. Sign in with it: cellplane login --api-key <key>');
    });
  group
    .command('describe')
    .arguments('<key>')
    .description('Show an API key, by id or name; never the key itself')
    .addHelpText('after', '\nExample:\n  cellplane api-key describe ci')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const { metadata } = await client.describeApiKey({ params: { id: await idOf(client, key) } });
      printObject(context, options, metadata);
    });
  group
    .command('revoke')
    .arguments('<key>')
    .description('Revoke an API key, by id or name: whoever is signed in with it is signed out')
    .option('--delete', 'remove it from the list, too')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane api-key revoke ci --yes')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean; delete?: boolean }>();
      const client = await signedIn(context, options);
      const id = await idOf(client, key);
      await confirm(context, options, `This revokes the API key ${key}: whatever uses it stops working.`);
      if (options.delete === true) await client.deleteApiKey({ params: { id } });
      else await client.revokeApiKey({ params: { id } });
      say(context, options, `API key ${key} is ${options.delete === true ? 'deleted' : 'revoked'}.`);
    });
}

const DAY_MS = 86_400_000;

/** A time as it is; days from now as a time. */
function expiryOf(text: string, now: number): string {
  const [, days] = /^(\d{1,5})d$/.exec(text.trim()) ?? [];
  return days === undefined ? text : new Date(now + Number(days) * DAY_MS).toISOString();
}

/** An id as it is; of a name the id. */
async function idOf(client: Client, key: string): Promise<string> {
  const { apiKeys } = await client.listApiKeys({});
  const found = apiKeys.find(({ id }) => id === key) ?? apiKeys.find(({ name }) => name.toLowerCase() === key.toLowerCase());
  if (found === undefined)
    throw new CommandFailure('not_found', `There is no API key "${key}" that you can see.`, [
      { say: 'List them with:', command: ['api-key', 'list'] },
    ]);
  return found.id;
}
