/** `budget …`: what the use of a subscription may cost in a month (docs/budgets.md). */
import type { Budget } from '@cellplane/api';
import type { Client } from '@cellplane/api/client';
import { percentSpent } from '@cellplane/plan/price';
import { type Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { pick } from '../../lookup.js';
import { readTags } from '../../parameters.js';
import { confirm } from '../confirm.js';

interface BudgetOptions extends CommonOptions {
  subscription?: string;
  amount?: number;
  name?: string;
  tag?: string;
  alert?: number[];
  alertExpected?: boolean;
  yes?: boolean;
}

/** Adds the commands. */
export function addBudgetCommands(program: Command, context: Context): void {
  const group = program.command('budget');
  group
    .command('list')
    .description('List budgets, with what this month has cost and is expected to cost')
    .option('--subscription <id>', 'of this subscription')
    .addHelpText('after', '\nExample:\n  cellplane budget list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<BudgetOptions>();
      show(context, options, await budgetsOf(await signedIn(context, options), options));
    });
  named(group.command('describe'))
    .description('Show a budget, and what was told of it this month')
    .addHelpText('after', '\nExample:\n  cellplane budget describe Databases')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<BudgetOptions>();
      const budget = await findBudget(await signedIn(context, options), options, wanted);
      printObject(context, options, budget, inWords(budget));
    });
  withAlerts(group.command('create'))
    .argument('<name>', 'what it is called')
    .description('Say what a month may cost; the members of the subscription are mailed when parts of it are spent')
    .requiredOption('--amount <amount>', 'what a month may cost, in the currency of the plan’s prices', number)
    .option('--subscription <id>', 'whose use; not needed if you have one subscription')
    .option('--tag <key=value>', 'count only instances with this tag')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane budget create Databases --amount 500\n  cellplane budget create Shop --amount 80 --tag team=shop --alert 80,100',
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<BudgetOptions>();
      const [tag, ...more] = readTags(options.tag, '--tag') ?? [];
      if (more.length > 0) throw new CommandFailure('bad_request', '--tag takes one tag: make a budget for each.');
      const client = await signedIn(context, options);
      const subscriptionId = options.subscription ?? (await onlySubscription(client));
      const body = { name, subscriptionId, amount: options.amount ?? 0, ...(tag === undefined ? {} : { tag }), ...alertsOf(options) };
      const { id } = await client.createBudget({ body });
      const budget = await client.describeBudget({ params: { id } });
      printObject(context, options, budget, inWords(budget));
    });
  withAlerts(named(group.command('change')))
    .description('Change a budget; what is not given stays')
    .option('--amount <amount>', 'what a month may cost; what was told of the former amount is told anew', number)
    .option('--name <name>', 'another name')
    .addHelpText('after', '\nExample:\n  cellplane budget change Databases --amount 800')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<BudgetOptions>();
      const body = {
        ...(options.amount === undefined ? {} : { amount: options.amount }),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...alertsOf(options),
      };
      if (Object.keys(body).length === 0)
        throw new CommandFailure('bad_request', 'Say what to change: --amount, --name, --alert or --alert-expected.');
      const client = await signedIn(context, options);
      const { id } = await findBudget(client, options, wanted);
      const budget = await client.updateBudget({ params: { id }, body });
      printObject(context, options, budget, inWords(budget));
    });
  named(group.command('delete'))
    .description('Delete a budget')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  cellplane budget delete Databases --yes')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<BudgetOptions>();
      const client = await signedIn(context, options);
      const { id, name } = await findBudget(client, options, wanted);
      await confirm(context, options, `Budget ${name} (${id}) will be deleted.`);
      await client.deleteBudget({ params: { id } });
      say(context, options, `Budget ${name} is deleted.`);
    });
}

function named(command: Command): Command {
  return command
    .argument('<budget>', 'name or id')
    .option('--subscription <id>', 'of this subscription, where several have one of the name');
}

function withAlerts(command: Command): Command {
  return command
    .option('--alert <percents>', 'tell when so many per cent are spent, such as 80,100; none: "" (default: 50,80,100)', percents)
    .option('--alert-expected', 'tell when the month is expected to cost more than the amount (default)')
    .option('--no-alert-expected', 'do not tell what is expected');
}

function alertsOf({ alert, alertExpected }: BudgetOptions) {
  return {
    ...(alert === undefined ? {} : { alertPercents: alert }),
    ...(alertExpected === undefined ? {} : { alertExpected }),
  };
}

async function budgetsOf(client: Client, { subscription }: BudgetOptions): Promise<Budget[]> {
  return (await client.listBudgets({ query: subscription === undefined ? {} : { subscriptionId: subscription } })).budgets;
}

async function findBudget(client: Client, options: BudgetOptions, wanted: string): Promise<Budget> {
  return pick('budget', await budgetsOf(client, options), wanted, ({ id, name }) => [id, name]);
}

async function onlySubscription(client: Client): Promise<string> {
  const { subscriptions } = await client.customerListSubscriptions({ query: {} });
  const [first, ...more] = subscriptions;
  if (first === undefined) throw new CommandFailure('not_found', 'You have no subscription: `cellplane subscription list`.');
  if (more.length > 0)
    throw new CommandFailure(
      'bad_request',
      `You have several subscriptions: say which one with --subscription: ${subscriptions.map((one) => `${one.id} (${one.productTierName})`).join(', ')}`,
    );
  return first.id;
}

function show(context: Context, options: CommonOptions, budgets: Budget[]): void {
  printList(context, options, budgets, {
    ID: (row) => row.id,
    NAME: (row) => row.name,
    PLAN: (row) => row.productTierName,
    TAG: (row) => tagOf(row),
    AMOUNT: (row) => money(row.amount),
    SPENT: (row) => spentOf(row),
    '%': (row) => (row.month.spent === undefined ? '' : String(percentSpent(row.month.spent, row.amount))),
    EXPECTED: (row) => (row.month.expected === undefined ? '' : money(row.month.expected)),
    TOLD: (row) => toldOf(row).join(', '),
  });
}

function inWords(budget: Budget): object {
  const { id, name, subscriptionId, serviceName, productTierName, amount, alertPercents, alertExpected, month } = budget;
  return {
    id,
    name,
    subscription: subscriptionId,
    plan: `${serviceName}, ${productTierName}`,
    ...(budget.tag === undefined ? {} : { tag: tagOf(budget) }),
    month: `${month.from} to ${month.to}, UTC`,
    amount: money(amount),
    spent: spentOf(budget),
    ...(month.expected === undefined ? {} : { expected: money(month.expected) }),
    'tells at': [...alertPercents.map((percent) => `${percent} %`), ...(alertExpected ? ['more expected'] : [])].join(', ') || 'nothing',
    'told this month': toldOf(budget).join(', ') || 'nothing',
  };
}

function tagOf({ tag }: Budget): string {
  return tag === undefined ? '' : `${tag.key}=${tag.value}`;
}

function spentOf({ month: { spent } }: Budget): string {
  return spent === undefined ? 'no prices' : money(spent);
}

function toldOf({ month }: Budget): string[] {
  return month.alerts.map(({ isExpected, percent }) => (isExpected ? 'expected' : `${percent} %`));
}

function money(amount: number): string {
  return amount.toFixed(2);
}

function number(text: string): number {
  if (!/^\d{1,13}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('Give a number such as 500 or 12.50.');
  return Number(text);
}

function percents(text: string): number[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  if (parts.some((part) => !/^\d{1,4} ?%?$/.test(part.trim()))) throw new InvalidArgumentError('Give whole numbers such as 50,80,100.');
  return parts.map((part) => Number.parseInt(part, 10));
}
