/** `notification preference …`: what a customer is mailed of what happens to their instances. */
import type { Client } from '@cellplane/api/client';
import { Argument, type Command } from 'commander';
import { type CommonOptions, type Context, printList, say, signedIn } from '../context.js';

type Answer = Awaited<ReturnType<Client['listNotificationPreferences']>>;

interface Options extends CommonOptions {
  subscription?: string;
}

const CATEGORIES: Readonly<Record<string, string>> = {
  failures: 'what failed, or is not as it should be',
  completed: 'operations that went as they should',
  maintenance: 'upgrades and maintenance, announced, done or cancelled',
  backups: 'backups that failed or are missing',
  limits: 'subscriptions near or at their limit, and budgets',
  account: 'your account and your access',
};
const SUBSCRIPTION = 'of this subscription only (its id)';

/** Adds the commands. */
export function addPreferenceCommands(group: Command, context: Context): void {
  const preference = group.command('preference').description('What you are mailed of your instances, as a customer');
  preference
    .command('list')
    .description('Show what you are mailed of')
    .option('--subscription <id>', SUBSCRIPTION)
    .addHelpText('after', '\nExample:\n  cellplane notification preference list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { subscription: subscriptionId } = options;
      const query = subscriptionId === undefined ? {} : { subscriptionId };
      show(context, options, await (await signedIn(context, options)).listNotificationPreferences({ query }));
    });
  preference
    .command('set')
    .arguments('<category>')
    .addArgument(
      new Argument('<mails>', 'default: as for all subscriptions, or as nobody has said anything').choices(['on', 'off', 'default']),
    )
    .description(`Switch the mails of a category on or off: ${Object.keys(CATEGORIES).join(', ')}`)
    .option('--subscription <id>', SUBSCRIPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane notification preference set completed on\n  cellplane notification preference set failures off --subscription sub-Kd82hGa0Qp',
    )
    .action(async (category: string, mails: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { subscription: subscriptionId } = options;
      const of = subscriptionId === undefined ? {} : { subscriptionId };
      const client = await signedIn(context, options);
      const params = { category };
      const answer =
        mails === 'default'
          ? await client.resetNotificationPreference({ params, query: of })
          : await client.setNotificationPreference({ params, body: { email: mails === 'on', ...of } });
      show(context, options, answer);
    });
}

function show(context: Context, options: Options, { preferences }: Answer): void {
  printList(context, options, preferences, {
    CATEGORY: (row) => row.category,
    MAILS: (row) => (row.fixed ? 'always' : row.email ? 'on' : 'off'),
    'SET FOR': (row) => ({ SUBSCRIPTION: 'this subscription', ALL: 'all subscriptions', NOTHING: '' })[row.setFor],
    ABOUT: (row) => CATEGORIES[row.category] ?? '',
  });
  const reason = preferences.find(({ fixed }) => fixed)?.reason;
  if (reason !== undefined) say(context, options, reason);
}
