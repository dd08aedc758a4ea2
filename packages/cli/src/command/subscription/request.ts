/** `subscription request …`, `subscription approve | deny`. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { findEnvironment, findPlan, findService } from '../../lookup.js';

interface PlaceOptions extends CommonOptions {
  service: string;
  environment?: string;
}

export function addRequestCommands(subscription: Command, context: Context): void {
  const group = subscription.command('request').description('Requests for plans that need the provider’s approval');
  group
    .command('list')
    .description('List what you have asked for; with --service, as the provider, what customers have asked for')
    .option('--service <name>', 'service, name or id')
    .option('--environment <name>', 'environment, name or id')
    .option('--status <status>', 'PENDING, APPROVED, DENIED or CANCELLED')
    .addHelpText('after', '\nExample:\n  cellplane subscription request list --service Postgres --environment Prod --status PENDING')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Partial<PlaceOptions> & CommonOptions & { status?: string }>();
      const client = await signedIn(context, options);
      const query = options.status === undefined ? {} : { status: options.status };
      const { service } = options;
      const { subscriptionRequests } =
        service === undefined
          ? await client.customerListSubscriptionRequests({ query })
          : await client.listSubscriptionRequests({ params: await placeIn(client, { ...options, service }), query });
      printList(context, options, subscriptionRequests, {
        ID: (row) => row.id,
        STATUS: (row) => row.status,
        SERVICE: (row) => row.serviceName,
        PLAN: (row) => row.productTierName,
        BY: (row) => row.rootUserEmail,
        ASKED: (row) => row.createdAt,
        SUBSCRIPTION: (row) => row.subscriptionId ?? '',
        MESSAGE: (row) => row.message,
      });
    });
  group
    .command('create')
    .description('Ask for a plan')
    .requiredOption('--service <name>', 'service, name or id')
    .requiredOption('--plan <name>', 'plan, name or id')
    .option('--environment <name>', 'environment, name or id')
    .option('--message <text>', 'what the provider is to know')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane subscription request create --service Postgres --plan "Postgres Operator" --message "For our tests"',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlaceOptions & { plan: string; message?: string }>();
      const client = await signedIn(context, options);
      const service = await findService(client, options.service);
      const { plan } = findPlan(service, options.plan, options.environment);
      const id = await client.customerRequestSubscription({
        body: {
          serviceId: service.id,
          productTierId: plan.productTierID,
          ...(options.message === undefined ? {} : { message: options.message }),
        },
      });
      printObject(context, options, { request_id: id });
    });
  group
    .command('cancel')
    .argument('<request>', 'id')
    .description('Take a request back that has not been answered')
    .addHelpText('after', '\nExample:\n  cellplane subscription request cancel subr-Kd82hGa0Qp')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await (await signedIn(context, options)).customerCancelSubscriptionRequest({ params: { id } });
      say(context, options, `Request ${id} is cancelled.`);
    });
  addAnswer(subscription, context, 'approve', 'Give a customer what they asked for', async (client, params) =>
    client.approveSubscriptionRequest({ params }),
  );
  addAnswer(subscription, context, 'deny', 'Refuse what a customer asked for', async (client, params) =>
    client.denySubscriptionRequest({ params }),
  );
}

function addAnswer(
  subscription: Command,
  context: Context,
  name: 'approve' | 'deny',
  description: string,
  work: (client: Client, params: { serviceId: string; environmentId: string; id: string }) => Promise<void>,
): void {
  subscription
    .command(name)
    .argument('<request>', 'id')
    .description(description)
    .requiredOption('--service <name>', 'service, name or id')
    .option('--environment <name>', 'environment, name or id')
    .addHelpText('after', `\nExample:\n  cellplane subscription ${name} subr-Kd82hGa0Qp --service Postgres --environment Prod`)
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlaceOptions>();
      const client = await signedIn(context, options);
      await work(client, { ...(await placeIn(client, options)), id });
      say(context, options, `Request ${id} is ${name === 'approve' ? 'approved' : 'denied'}.`);
    });
}

async function placeIn(client: Client, options: PlaceOptions): Promise<{ serviceId: string; environmentId: string }> {
  const service = await findService(client, options.service);
  return { serviceId: service.id, environmentId: findEnvironment(service, options.environment).id };
}
