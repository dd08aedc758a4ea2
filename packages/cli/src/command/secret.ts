/** `secret …`: what plans read with `$secret.NAME`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { confirm } from './confirm.js';
import { CommandFailure } from '../failure.js';

/** Adds the commands. */
export function addSecretCommands(program: Command, context: Context): void {
  const group = program.command('secret');
  group
    .command('set')
    .arguments('<environment-type> <name> [value]')
    .description('Set a secret; without a value it is standard input, byte for byte: the last line ending, too')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane secret set dev TLS_KEY < key.pem\n  printf %s "$TOKEN" | cellplane secret set dev API_TOKEN\n  cellplane secret set prod API_TOKEN s3cr3t',
    )
    .action(async (environmentType: string, name: string, given: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      if (given === undefined && context.isInteractive) throw new CommandFailure('bad_request', 'Give the value, or pipe it in.');
      const value = given ?? (await context.readInput());
      await (await signedIn(context, options)).setSecret({ params: { environmentType, name }, body: { value } });
      // A key file ends in a line ending that belongs to it; a token from `echo` does not. Only the person knows.
      const ending = given === undefined && value.endsWith('\n') ? ' Its last line ending is part of it.' : '';
      say(context, options, `Secret ${name} is set for ${environmentType.toUpperCase()}.${ending}`);
    });
  group
    .command('get')
    .arguments('<environment-type> <name>')
    .description('Show that a secret exists; its value is never shown')
    .addHelpText('after', '\nExample:\n  cellplane secret get dev BACKUP_KEY')
    .action(async (environmentType: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(context, options, await (await signedIn(context, options)).getSecret({ params: { environmentType, name } }));
    });
  group
    .command('list')
    .arguments('<environment-type>')
    .description('List the secrets of an environment type')
    .addHelpText('after', '\nExample:\n  cellplane secret list dev')
    .action(async (environmentType: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { secrets } = await (await signedIn(context, options)).listSecrets({ params: { environmentType } });
      printList(context, options, secrets, {
        'ENVIRONMENT TYPE': (row) => row.environmentType,
        NAME: (row) => row.name,
        VALUE: (row) => row.value,
      });
    });
  group
    .command('delete')
    .arguments('<environment-type> <name>')
    .description('Delete a secret; plans that read it fail from then on')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane secret delete dev BACKUP_KEY --yes')
    .action(async (environmentType: string, name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      await confirm(context, options, `This deletes the secret ${name} of ${environmentType.toUpperCase()}.`);
      await (await signedIn(context, options)).deleteSecret({ params: { environmentType, name } });
      say(context, options, `Secret ${name} of ${environmentType.toUpperCase()} is deleted.`);
    });
}
