/** `audit …`: who did what, whether the trail is whole, and a copy of it. */
import type { FleetAuditEvent } from '@cellplane/api';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';

interface ListOptions extends CommonOptions {
  service?: string;
  environment?: string;
  plan?: string;
  instance?: string;
  subscription?: string;
  user?: string;
  organization?: string;
  environmentType?: string;
  source: string[];
  address?: string;
  operation?: string;
  outcome?: string;
  requestId?: string;
  since?: string;
  until?: string;
  limit: number;
}

/** Events of one request. */
const MOST_OF_A_PAGE = 500;

/** Adds the commands. */
export function addAuditCommands(program: Command, context: Context): void {
  const group = program.command('audit');
  group
    .command('list')
    .description('List events, newest first')
    .option('--service <id>', 'of this service')
    .option('--environment <id>', 'of this environment')
    .option('--plan <id>', 'of this plan')
    .option('--instance <id>', 'of this instance')
    .option('--subscription <id>', 'of this subscription')
    .option('--user <id>', 'by this user')
    .option('--organization <id>', 'by people of this organization')
    .option('--environment-type <type>', 'DEV, PROD, …')
    .option('--source <source>', 'Customer, Infra or Maintenance; may be given several times', collect, [])
    .option('--address <address>', 'from this address')
    .option('--operation <name>', 'of this API operation, such as createInstance')
    .option('--outcome <outcome>', 'succeeded, refused, failed or unknown')
    .option('--request-id <id>', 'with this X-Request-Id')
    .option('--since <moment>', 'from then on: 2030-01-31 or 2030-01-31T12:00:00Z')
    .option('--until <moment>', 'before then')
    .option('--limit <count>', 'so many at most', count, 50)
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane audit list --instance instance-ab12\n  cellplane audit list --operation signin --outcome refused',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      printList(context, options, await eventsOf(context, options), {
        ID: (row) => row.id,
        TIME: (row) => row.time.replace(/\.\d+Z$/, 'Z'),
        USER: (row) => row.userName ?? row.userId,
        OPERATION: (row) => row.operation,
        OUTCOME: (row) => row.outcome ?? 'goes on',
        CODE: (row) => row.code,
        INSTANCE: (row) => row.instanceId,
        ADDRESS: (row) => row.ipAddress,
      });
    });
  group
    .command('show')
    .arguments('<id>')
    .description('Show one event with all that is kept of it')
    .addHelpText('after', '\nExample:\n  cellplane audit show event-Kd82hGa0Qp')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(context, options, await (await signedIn(context, options)).describeAuditEvent({ params: { id } }));
    });
  group
    .command('verify')
    .description('Check that no event was changed, removed or moved; the exit code is 1 if one was')
    .option('--position <number>', 'a place that an earlier check has told', count)
    .option('--hash <hash>', 'its hash')
    .addHelpText('after', '\nExamples:\n  cellplane audit verify\n  cellplane audit verify --position 1200 --hash 9f3c…')
    .action(async (_: unknown, command: Command) => {
      const { position, hash, ...options } = command.optsWithGlobals<CommonOptions & { position?: number; hash?: string }>();
      const query = { ...(position === undefined ? {} : { position }), ...(hash === undefined ? {} : { hash }) };
      const found = await (await signedIn(context, options)).verifyAuditTrail({ query });
      if (options.output === 'json') printObject(context, options, found);
      if (found.fault !== undefined)
        throw new CommandFailure('conflict', `The audit trail is not as it was written: ${found.fault.message}`);
      const pruned = found.prunedUpTo === 0 ? '' : ` after the checkpoint at ${found.prunedUpTo}`;
      say(context, options, `The audit trail is intact: ${found.events} events${pruned}; ${found.unsealed} have no place in it yet.`);
      say(context, options, `Its end, to be kept elsewhere: --position ${found.position} --hash ${found.hash}`);
    });
  group
    .command('export')
    .description('Print the trail in its order, one JSON object a line, each with its hash')
    .option('--after <position>', 'only what stands behind this place', count, 0)
    .addHelpText('after', '\nExample:\n  cellplane audit export > trail.jsonl')
    .action(async (_: unknown, command: Command) => {
      const { after, ...options } = command.optsWithGlobals<CommonOptions & { after: number }>();
      for await (const line of await (await signedIn(context, options)).exportAuditTrail({ query: { after } })) context.screen.write(line);
    });
}

/** As many as are asked for, page after page. */
async function eventsOf(context: Context, options: ListOptions): Promise<FleetAuditEvent[]> {
  const client = await signedIn(context, options);
  const filter = {
    serviceID: options.service,
    environmentID: options.environment,
    productTierID: options.plan,
    instanceID: options.instance,
    subscriptionId: options.subscription,
    userId: options.user,
    orgId: options.organization,
    environmentType: options.environmentType,
    ipAddress: options.address,
    operation: options.operation,
    outcome: options.outcome,
    correlationId: options.requestId,
    startDate: options.since,
    endDate: options.until,
  };
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const found: FleetAuditEvent[] = [];
  let nextPageToken: string | undefined;
  do {
    const pageSize = Math.min(MOST_OF_A_PAGE, options.limit - found.length);
    const query = { ...given, eventSourceTypes: options.source, pageSize, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
    const page = await client.listAuditEvents({ query });
    found.push(...page.events);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined && found.length < options.limit);
  return found;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function count(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}
