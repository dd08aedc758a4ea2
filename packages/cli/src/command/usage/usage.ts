/** `usage`: what instances have used, and what it costs (docs/usage.md). */
import type { Usage } from '@cellplane/api';
import { type Command, Option } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { findPlace } from '../../lookup.js';

const WAYS = ['instance', 'day', 'subscription', 'plan', 'customer', 'tag'] as const;
type Way = (typeof WAYS)[number];

interface UsageOptions extends CommonOptions {
  by?: Way;
  tag?: string;
  from?: string;
  to?: string;
  service?: string;
  environment?: string;
  instance?: string;
  subscription?: string;
  plan?: string;
  customer?: string;
}

/** Adds the command. */
export function addUsageCommand(program: Command, context: Context): void {
  program
    .command('usage')
    .description('Show what instances have used, and what it costs at the prices of their plans: hours of a core, of a GiB, of a replica')
    .addOption(new Option('--by <what>', 'sum up by this (default: instance; by tag where --tag is given)').choices([...WAYS]))
    .option('--tag <key>', 'sum up by the values of this tag')
    .option('--from <day>', 'first day, such as 2030-01-01 (default: the first of the month)')
    .option('--to <day>', 'last day (default: today)')
    .option('--service <name>', 'of this service, name or id')
    .option('--environment <name>', 'of this environment of the service, name or id')
    .option('--plan <id>', 'of this plan')
    .option('--subscription <id>', 'of this subscription')
    .option('--customer <id>', 'of this organization')
    .option('--instance <id>', 'of this instance')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane usage\n  cellplane usage --by customer --from 2030-01-01 --to 2030-01-31\n  cellplane usage --tag team\n  cellplane usage --by day --instance instance-y24o87zd1 -o json',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<UsageOptions>();
      const client = await signedIn(context, options);
      const place = await findPlace(client, options);
      const given = {
        by: options.by ?? (options.tag === undefined ? undefined : 'tag'),
        tag: options.tag,
        from: options.from,
        to: options.to,
        ...place,
        productTierId: options.plan,
        subscriptionId: options.subscription,
        orgId: options.customer,
        instanceId: options.instance,
      };
      const query = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      show(context, options, await client.describeUsage({ query }));
    });
}

function show(context: Context, options: CommonOptions, usage: Usage): void {
  if (options.output === 'json') return printObject(context, options, usage);
  const until = usage.countedUntil === undefined ? '' : ` Counted until ${usage.countedUntil}.`;
  const period = `${usage.from} to ${usage.to}, UTC.${until}`;
  if (usage.groups.length === 0) return say(context, options, `Nothing was counted. What counts: docs/usage.md\n${period}`);
  const rows = [...usage.groups, { ...usage.total, key: 'TOTAL', name: '', live: true }];
  const isNamed = usage.by !== 'day' && usage.by !== 'tag';
  const isPriced = usage.total.cost !== undefined;
  printList<Usage['groups'][number]>(context, options, rows, {
    [usage.by === 'tag' ? 'VALUE' : usage.by.toUpperCase()]: (row) => (row.key === '' ? '(without)' : row.key),
    ...(isNamed ? { NAME: (row) => (row.name === row.key ? '' : row.name), PLAN: (row) => row.plan ?? '' } : {}),
    'CPU H': (row) => row.cpu.toFixed(2),
    'MEMORY GIB H': (row) => row.memory.toFixed(2),
    'STORAGE GIB H': (row) => row.storage.toFixed(2),
    'REPLICA H': (row) => row.replica.toFixed(2),
    ...(isPriced ? { COST: (row) => row.cost?.toFixed(2) ?? '' } : {}),
  });
  if (!isPriced) say(context, options, 'The plans have no price for what was used.');
  say(context, options, period);
}
