/** `user …`: the people of a provider. */
import type { Client } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, publicClient, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';
import { askPassword, NEW_PASSWORD, PASSWORD_STDIN } from './ask.js';

interface RoleOptions extends CommonOptions {
  role: string;
  service?: string[];
}

interface AcceptOptions extends CommonOptions {
  token: string;
  name: string;
  passwordStdin?: boolean;
}

const ROLES = 'root, admin, editor, reader; with --service: service_editor, service_reader, service_operator';

/** Adds the commands. */
export function addUserCommands(program: Command, context: Context): void {
  const group = program.command('user');
  group
    .command('list')
    .description('List the people of your organization, those who are invited included')
    .addHelpText('after', '\nExample:\n  cellplane user list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { orgUsers } = await (await signedIn(context, options)).listOrgUsers({});
      printList(context, options, orgUsers, {
        EMAIL: (row) => row.email,
        NAME: (row) => row.name,
        ROLE: (row) => row.roleType,
        SERVICES: (row) => row.serviceIds.join(', '),
        STATUS: (row) => row.status,
        ID: (row) => row.userId,
      });
    });
  group
    .command('invite')
    .arguments('<email>')
    .description('Invite somebody; prints the token with which the invitation is accepted within 7 days')
    .requiredOption('--role <role>', ROLES)
    .option('--service <id...>', 'the products that the role is for')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane user invite mia@example.com --role editor\n  cellplane user invite mia@example.com --role service_reader --service s-Kd82hGa0Qp',
    )
    .action(async (email: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<RoleOptions>();
      const client = await signedIn(context, options);
      await client.inviteUser({ body: { email, roleType: options.role, ...servicesOf(options) } });
      const { invitations } = await client.listInvitations({});
      const made = invitations.find((one) => one.email === email.trim().toLowerCase());
      if (made === undefined) throw new CommandFailure('not_found', `The invitation of ${email} was accepted or taken back already.`);
      const { id, roleType, expiresAt, token } = made;
      printObject(context, options, made, { id, email: made.email, role: roleType, expires: expiresAt, token });
      if (options.output === 'table')
        say(context, options, 'Give the token to nobody else. It is accepted with: cellplane user accept --token <token> --name <name>');
    });
  group
    .command('accept')
    .description('Accept an invitation: makes your user')
    .requiredOption('--token <token>', 'the token of the invitation')
    .requiredOption('--name <name>', 'your name')
    .option('--password-stdin', PASSWORD_STDIN)
    .addHelpText('after', '\nExample:\n  cellplane user accept --token invitation-… --name Mia --password-stdin < password.txt')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<AcceptOptions>();
      const password = await askPassword(context, options, NEW_PASSWORD);
      const { email } = await publicClient(context, options).acceptInvitation({
        body: { token: options.token, name: options.name, password },
      });
      say(context, options, `You are ${email} now. Sign in with: cellplane login --email ${email}`);
    });
  group
    .command('role')
    .arguments('<email>')
    .description("Change somebody's role")
    .requiredOption('--role <role>', ROLES)
    .option('--service <id...>', 'the products that the role is for')
    .addHelpText('after', '\nExample:\n  cellplane user role mia@example.com --role reader')
    .action(async (email: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<RoleOptions>();
      await (await signedIn(context, options)).changeUserRole({ body: { email, newRoleType: options.role, ...servicesOf(options) } });
      say(context, options, `${email} has the role ${options.role}.`);
    });
  group
    .command('remove')
    .arguments('<email>')
    .description('Remove somebody from the organization, or take an invitation back')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane user remove mia@example.com --yes')
    .action(async (email: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const roleType = await roleOf(client, email);
      await confirm(context, options, `This removes ${email}, who is ${roleType}: sessions and API keys end.`);
      await client.revokeUserRole({ body: { email, roleType } });
      say(context, options, `${email} is removed.`);
    });
}

function servicesOf({ service }: RoleOptions): { serviceIds?: string[] } {
  return service === undefined ? {} : { serviceIds: service };
}

async function roleOf(client: Client, email: string): Promise<string> {
  const { orgUsers } = await client.listOrgUsers({});
  const found = orgUsers.find((one) => one.email.toLowerCase() === email.trim().toLowerCase());
  if (found === undefined)
    throw new CommandFailure('not_found', `There is no user "${email}".`, [{ say: 'List them with:', command: ['user', 'list'] }]);
  return found.roleType;
}
