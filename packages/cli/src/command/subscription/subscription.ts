/** `subscription …`: who may have instances of which plan. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findPlan, findService } from '../../lookup.js';
import { confirm } from '../confirm.js';
import { addMemberCommands } from './member.js';
import { addRequestCommands } from './request.js';

interface CreateOptions extends CommonOptions {
  service: string;
  plan: string;
  environment?: string;
  customerEmail?: string;
  customerUserId?: string;
  maxInstances?: string;
  externalPayerId?: string;
}

/** Adds the commands. */
export function addSubscriptionCommands(program: Command, context: Context): void {
  const group = program.command('subscription');
  group
    .command('list')
    .description('List subscriptions: a customer’s own, or those of the provider’s plans')
    .addHelpText('after', '\nExample:\n  cellplane subscription list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { subscriptionResults = [] } = await (await signedIn(context, options)).searchInventory({ body: { query: 'subscription:s' } });
      printList(context, options, subscriptionResults, {
        ID: (row) => row.id,
        STATUS: (row) => row.status,
        SERVICE: (row) => row.serviceName,
        ENVIRONMENT: (row) => row.serviceEnvironmentName,
        PLAN: (row) => row.servicePlanName,
        OWNER: (row) => row.rootUserEmail || row.rootUserName,
      });
    });
  addCreate(group, context);
  onSubscription(group, context, 'describe', 'Show a subscription', async (client, params, options) => {
    printObject(context, options, await client.describeSubscription({ params }));
  });
  onSubscription(group, context, 'suspend', 'Let nothing new be created; what is there runs on', async (client, params, options) => {
    await client.suspendSubscription({ params });
    say(context, options, `Subscription ${params.id} is suspended.`);
  });
  onSubscription(group, context, 'resume', 'Let a suspended subscription create again', async (client, params, options) => {
    await client.resumeSubscription({ params });
    say(context, options, `Subscription ${params.id} is active.`);
  });
  onSubscription(
    group,
    context,
    'terminate',
    'End a subscription that has no instances and no snapshots',
    async (client, params, options) => {
      await confirm(context, options, `This ends subscription ${params.id}.`);
      await client.terminateSubscription({ params });
      say(context, options, `Subscription ${params.id} is terminated.`);
    },
  ).option('-y, --yes', 'really');
  addRequestCommands(group, context);
  addMemberCommands(group, context);
}

function addCreate(group: Command, context: Context): void {
  group
    .command('create')
    .description('Subscribe to a plan; as the provider on behalf of a customer')
    .requiredOption('--service <name>', 'service, name or id')
    .requiredOption('--plan <name>', 'plan, name or id')
    .option('--environment <name>', 'environment, name or id')
    .option('--customer-email <address>', 'the provider’s people: whose subscription it is')
    .option('--customer-user-id <id>', 'the same by id')
    .option('--max-instances <number>', 'the provider’s people: limit of instances; -1 is none')
    .option('--external-payer-id <id>', 'the provider’s people: the payer in another system')
    .addHelpText('after', '\nExample:\n  cellplane subscription create --service Postgres --plan "Postgres Operator"')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, options.service);
      const { environment, plan } = findPlan(service, options.plan, options.environment);
      const { customerEmail, customerUserId, externalPayerId } = options;
      const limit = readLimit(options.maxInstances);
      if (customerEmail === undefined && customerUserId === undefined) {
        if (limit !== undefined || externalPayerId !== undefined)
          throw new CommandFailure('bad_request', 'A limit and a payer are for subscriptions of customers: give --customer-email.');
        const id = await client.customerSubscribe({ body: { serviceId: service.id, productTierId: plan.productTierID } });
        return printObject(context, options, { subscription_id: id });
      }
      const made = await client.createSubscription({
        params: { serviceId: service.id, environmentId: environment.id },
        body: {
          productTierId: plan.productTierID,
          ...(customerEmail === undefined ? {} : { onBehalfOfCustomerEmail: customerEmail }),
          ...(customerUserId === undefined ? {} : { onBehalfOfCustomerUserId: customerUserId }),
          ...(limit === undefined ? {} : { maxNumberOfInstances: limit }),
          ...(externalPayerId === undefined ? {} : { externalPayerId }),
        },
      });
      return printObject(context, options, { subscription_id: made.id });
    });
}

interface SubscriptionPath {
  serviceId: string;
  environmentId: string;
  id: string;
}

function onSubscription(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (client: Client, params: SubscriptionPath, options: CommonOptions & { yes?: boolean }) => Promise<void>,
): Command {
  return group
    .command(name)
    .argument('<subscription>', 'id')
    .description(description)
    .addHelpText('after', `\nExample:\n  cellplane subscription ${name} sub-Kd82hGa0Qp`)
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const { subscriptionResults = [] } = await client.searchInventory({ body: { query: `subscription:${id}` } });
      const found = subscriptionResults.find((one) => one.id === id);
      if (found === undefined)
        throw new CommandFailure('not_found', `There is no subscription "${id}".`, [{ command: ['subscription', 'list'] }]);
      await work(client, { serviceId: found.serviceID, environmentId: found.serviceEnvironmentID, id }, options);
    });
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(-1|\d{1,7})$/.test(text)) return Number(text);
  throw new CommandFailure('bad_request', `--max-instances must be a whole number, or -1 for no limit, and is "${text}".`);
}
