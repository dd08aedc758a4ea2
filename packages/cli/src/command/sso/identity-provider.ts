/** `identity-provider …`: with whom people sign in. */
import type { Client } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';
import { addProviderOptions, bodyOf, type ProviderOptions } from './provider-options.js';

/** Adds the commands. */
export function addIdentityProviderCommands(program: Command, context: Context): void {
  const group = program.command('identity-provider');
  group
    .command('list')
    .description('List identity providers')
    .addHelpText('after', '\nExample:\n  cellplane identity-provider list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { identityProviders } = await (await signedIn(context, options)).listIdentityProviders({});
      printList(context, options, identityProviders, {
        ID: (row) => row.id,
        NAME: (row) => row.name ?? '',
        TYPE: (row) => row.identityProviderName,
        'SIGNS IN': (row) => row.signsIn ?? '',
        DOMAINS: (row) => (row.emailIdentifiers === undefined || row.emailIdentifiers === '' ? 'all' : row.emailIdentifiers),
        STATUS: (row) => (row.disabled === true ? 'DISABLED' : row.status),
      });
    });
  addProviderOptions(
    group
      .command('create')
      .arguments('<type>')
      .description(
        'Let people sign in with Google, GitHub, "Microsoft Entra", Okta, Keycloak, Auth0, "Amazon Cognito" or any OIDC provider',
      ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane identity-provider create Google --client-id "$ID" --client-secret-stdin < secret.txt\n  cellplane identity-provider create Keycloak --issuer https://id.example.com/realms/staff --client-id cellplane --client-secret-stdin --signs-in people --domains example.com --group-role platform=admin < secret.txt',
    )
    .action(async (type: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProviderOptions>();
      const client = await signedIn(context, options);
      const body = await bodyOf(context, options);
      const { clientId = '', clientSecret = '' } = body;
      if (clientId === '' || clientSecret === '')
        throw new CommandFailure(
          'bad_request',
          'Give --client-id and --client-secret-stdin: what the identity provider has given out for Cellplane.',
        );
      const id = await client.createIdentityProvider({ body: { ...body, identityProviderName: type, clientId, clientSecret } });
      await verify(context, options, client, id);
    });
  group
    .command('describe')
    .arguments('<provider>')
    .description('Show an identity provider, by id or name; never its secret')
    .addHelpText('after', '\nExample:\n  cellplane identity-provider describe Google')
    .action(async (provider: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      printObject(context, options, await client.describeIdentityProvider({ params: { id: await idOf(client, provider) } }));
    });
  addProviderOptions(
    group.command('update').arguments('<provider>').description('Change an identity provider, by id or name; what is not given stays'),
  )
    .option('--enable', 'let people in again')
    .option('--disable', 'let nobody in, and end the sessions that were begun with it')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane identity-provider update Google --domains example.com\n  cellplane identity-provider update Google --disable',
    )
    .action(async (provider: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProviderOptions>();
      const client = await signedIn(context, options);
      const id = await idOf(client, provider);
      await client.updateIdentityProvider({ params: { id }, body: await bodyOf(context, options) });
      await verify(context, options, client, id);
    });
  group
    .command('verify')
    .arguments('<provider>')
    .description('Ask an identity provider, by id or name, whether it knows the client')
    .addHelpText('after', '\nExample:\n  cellplane identity-provider verify Google')
    .action(async (provider: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      await verify(context, options, client, await idOf(client, provider));
    });
  group
    .command('delete')
    .arguments('<provider>')
    .description('Delete an identity provider, by id or name; sessions that were begun with it end')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane identity-provider delete Google --yes')
    .action(async (provider: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const id = await idOf(client, provider);
      await confirm(context, options, `This deletes the identity provider ${provider}: nobody signs in with it any more.`);
      await client.deleteIdentityProvider({ params: { id } });
      say(context, options, `Identity provider ${provider} is deleted.`);
    });
}

/** Asks it, and shows what came of it. */
async function verify(context: Context, options: CommonOptions, client: Client, id: string): Promise<void> {
  const verified = await client.verifyIdentityProvider({ params: { id } });
  const { status, message } = verified;
  printObject(context, options, verified, { id, name: verified.name ?? '', status, ...(message === undefined ? {} : { message }) });
}

/** An id as it is; of a name the id. */
async function idOf(client: Client, provider: string): Promise<string> {
  const { identityProviders } = await client.listIdentityProviders({});
  const found =
    identityProviders.find(({ id }) => id === provider) ??
    identityProviders.find(({ name = '' }) => name.toLowerCase() === provider.toLowerCase());
  if (found !== undefined) return found.id;
  throw new CommandFailure('not_found', `There is no identity provider "${provider}" that you can see.`, [
    { say: 'List them with:', command: ['identity-provider', 'list'] },
  ]);
}
