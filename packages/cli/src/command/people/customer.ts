/** `customer …`: a provider's customers. */
import type { Client } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';

interface CreateOptions extends CommonOptions {
  email: string;
  name: string;
  company?: string;
  mail?: boolean;
  passwordStdin?: boolean;
}

/** What is done to one customer, by its id. */
const CHANGES = {
  verify: {
    description: 'Take the address of a customer for confirmed, without a mail',
    run: (client: Client, userId: string) => client.verifyUser({ params: { userId } }),
    done: 'has a confirmed address',
  },
  suspend: {
    description: 'Keep a customer out: all sessions end, instances run on',
    run: (client: Client, userId: string) => client.suspendUser({ params: { userId } }),
    done: 'is suspended',
  },
  unsuspend: {
    description: 'Let a suspended customer in again',
    run: (client: Client, userId: string) => client.unsuspendUser({ params: { userId } }),
    done: 'is no longer suspended',
  },
};

/** Adds the commands. */
export function addCustomerCommands(program: Command, context: Context): void {
  const group = program.command('customer');
  group
    .command('list')
    .description('List the customers, newest first')
    .option('--service <id>', 'only those with a subscription of this product')
    .addHelpText('after', '\nExample:\n  cellplane customer list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { service?: string }>();
      printList(context, options, await allCustomers(await signedIn(context, options), options.service), {
        ID: (row) => row.userId,
        EMAIL: (row) => row.email,
        NAME: (row) => row.userName,
        COMPANY: (row) => row.orgName,
        STATUS: (row) => row.status,
        SUBSCRIPTIONS: (row) => String(row.subscriptionCount ?? ''),
        INSTANCES: (row) => String(row.instanceCount ?? ''),
      });
    });
  group
    .command('describe')
    .arguments('<id>')
    .description('Show a customer with the subscriptions that they are a member of')
    .addHelpText('after', '\nExample:\n  cellplane customer describe user-Kd82hGa0Qp')
    .action(async (userId: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const found = await (await signedIn(context, options)).describeOrgUser({ params: { userId } });
      const { email, userName, orgName, status, createdAt, subscriptions } = found;
      const memberships = subscriptions.map((one) => `${one.subscriptionId} (${one.serviceName}, ${one.productTierName}: ${one.roleType})`);
      printObject(context, options, found, {
        id: userId,
        email,
        name: userName,
        company: orgName,
        status,
        created: createdAt,
        subscriptions: memberships.join(', '),
      });
    });
  group
    .command('create')
    .description('Make an account for a customer; it counts at once, unless the address is to be confirmed by a mail')
    .requiredOption('--email <address>', "the customer's e-mail address")
    .requiredOption('--name <name>', "the customer's name")
    .option('--company <name>', "the customer's organization; the name, if not given")
    .option('--mail', 'mail a token that confirms the address first')
    .option('--password-stdin', 'read the password from standard input; one line ending at its end is not part of it')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane customer create --email ada@example.com --name Ada --company Acme --password-stdin < password.txt',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const { email, name, company = name, mail = false } = options;
      const password = await passwordOf(context, options);
      const body = { email, name, password, legalCompanyName: company, enableAutoVerification: !mail };
      const id = await (await signedIn(context, options)).createConsumptionUser({ body });
      printObject(context, options, { id, email });
    });
  for (const [name, change] of Object.entries(CHANGES))
    group
      .command(name)
      .arguments('<id>')
      .description(change.description)
      .addHelpText('after', `\nExample:\n  cellplane customer ${name} user-Kd82hGa0Qp`)
      .action(async (userId: string, _: unknown, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        await change.run(await signedIn(context, options), userId);
        say(context, options, `${userId} ${change.done}.`);
      });
  group
    .command('delete')
    .arguments('<id>')
    .description('Delete the account of a customer; refused while there are instances')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane customer delete user-Kd82hGa0Qp --yes')
    .action(async (userId: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const { email } = await client.describeOrgUser({ params: { userId } });
      await confirm(context, options, `This deletes the account of ${email}: sessions, API keys and subscriptions end.`);
      await client.deleteUser({ params: { userId } });
      say(context, options, `${email} is deleted.`);
    });
}

/** All pages. */
async function allCustomers(client: Client, serviceId: string | undefined) {
  const of = serviceId === undefined ? {} : { serviceId };
  const page = await client.listAllUsers({ query: of });
  const users = [...page.users];
  for (let token = page.nextPageToken; token !== undefined; ) {
    const next = await client.listAllUsers({ query: { ...of, nextPageToken: token } });
    users.push(...next.users);
    token = next.nextPageToken;
  }
  return users;
}

async function passwordOf(context: Context, options: CreateOptions): Promise<string> {
  if (options.passwordStdin === true) return (await context.readInput()).replace(/\r?\n$/, '');
  if (!context.isInteractive) throw new CommandFailure('bad_request', 'There is nobody to ask here: give --password-stdin.');
  const prompts = await import('@clack/prompts');
  const answer = await prompts.password({ message: 'Password, 8 characters at least' });
  if (prompts.isCancel(answer)) throw new CommandFailure('cancelled', 'Nothing was done.');
  return answer;
}
