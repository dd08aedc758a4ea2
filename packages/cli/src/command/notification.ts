/** `notification …` and `events`: channels, what they have carried, and the fleet's events. */
import { randomBytes } from 'node:crypto';
import type { ChannelSubscription, Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';
import { pick } from '../lookup.js';
import { confirm } from './confirm.js';
import { addChannelCreate } from './notification-create.js';
import { addPreferenceCommands } from './notification-preference.js';

type Channel = Awaited<ReturnType<Client['describeNotificationChannel']>>;
type ChannelEvent = Awaited<ReturnType<Client['listChannelEvents']>>['events'][number];

/** How long a test waits for its outcome, and how often it asks. Milliseconds. */
const TEST_MS = 15_000;
const ASK_MS = 500;

/** Adds the commands. */
export function addNotificationCommands(program: Command, context: Context): void {
  const group = program.command('notification');
  const channel = group.command('channel').description('Where notifications go to');
  addChannelCreate(channel, context);
  channel
    .command('list')
    .description('List the channels')
    .addHelpText('after', '\nExample:\n  cellplane notification channel list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { channels } = await (await signedIn(context, options)).listNotificationChannels({});
      printList(context, options, channels, {
        ID: (row) => row.id,
        NAME: (row) => row.name,
        TYPE: (row) => row.channelType,
        TARGET: targetOf,
        EVENTS: (row) => filterText(row.subscription),
      });
    });
  channel
    .command('describe')
    .arguments('<channel>')
    .description('Show a channel; its secrets are masked')
    .addHelpText('after', '\nExample:\n  cellplane notification channel describe ops')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const found = await findChannel(await signedIn(context, options), wanted);
      const { id, name, channelType, subscription } = found;
      printObject(context, options, found, { id, name, type: channelType, target: targetOf(found), events: filterText(subscription) });
    });
  channel
    .command('delete')
    .arguments('<channel>')
    .description('Delete a channel with its history')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane notification channel delete ops --yes')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const found = await findChannel(client, wanted);
      await confirm(context, options, `This deletes the notification channel ${found.name} with its history.`);
      await client.deleteNotificationChannel({ params: { id: found.id } });
      say(context, options, `Notification channel ${found.name} is deleted.`);
    });
  channel
    .command('test')
    .arguments('<channel>')
    .description('Send a test event, and say what came of it')
    .addHelpText('after', '\nExample:\n  cellplane notification channel test ops')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const found = await findChannel(client, wanted);
      const { id } = await client.testNotificationChannel({ params: { id: found.id } });
      const event = await outcomeOf(client, found.id, id);
      if (event.publicationStatus !== 'DELIVERED')
        throw new CommandFailure('failed', `The test event did not arrive: ${answerText(event)}.`, [
          { say: 'Cellplane tries again by itself. What comes of it:', command: ['notification', 'history', found.id] },
        ]);
      if (options.output === 'json') printObject(context, options, event);
      say(context, options, `The test event arrived: ${answerText(event)}.`);
    });
  channel
    .command('sign')
    .arguments('<channel>')
    .description('Give a webhook a new signing secret and print it; the former one signs too for 24 hours')
    .addHelpText('after', '\nExample:\n  cellplane notification channel sign ops')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const found = await findChannel(client, wanted);
      const signingSecret = randomBytes(24).toString('hex');
      const answer = await client.setSigningSecret({ params: { id: found.id }, body: { signingSecret } });
      printObject(context, options, { id: found.id, signingSecret, ...answer });
    });
  addHistory(group, context);
  addPreferenceCommands(group, context);
  addEvents(program, context);
}

function addHistory(group: Command, context: Context): void {
  group
    .command('history')
    .arguments('<channel>')
    .description('What a channel has carried, newest first')
    .option('--start-time <time>', 'from this moment on (RFC 3339)')
    .option('--end-time <time>', 'up to this moment (RFC 3339)')
    .addHelpText('after', '\nExample:\n  cellplane notification history ops --start-time 2030-01-31T12:00:00Z')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { startTime?: string; endTime?: string }>();
      const client = await signedIn(context, options);
      const { id } = await findChannel(client, wanted);
      const { startTime, endTime } = options;
      const query = { ...(startTime === undefined ? {} : { startTime }), ...(endTime === undefined ? {} : { endTime }) };
      const { events } = await client.listChannelEvents({ params: { id }, query });
      printList(context, options, events, {
        ID: (row) => row.id,
        TIME: (row) => row.timestamp,
        EVENT: (row) => (row.body as { eventType?: string } | undefined)?.eventType ?? '',
        STATUS: (row) => row.publicationStatus,
        ATTEMPTS: (row) => String(row.channelResponse?.attempts ?? ''),
        ANSWER: answerText,
      });
    });
  group
    .command('replay')
    .arguments('<event>')
    .description('Send one event of a history again, to the same channel')
    .addHelpText('after', '\nExample:\n  cellplane notification replay event-Kd82hGa0Qp')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await (await signedIn(context, options)).replayNotificationEvent({ params: { id } });
      say(context, options, `Event ${id} is sent again.`);
    });
}

function addEvents(program: Command, context: Context): void {
  program
    .command('events')
    .option('--instance <id>', 'of this instance')
    .option('--type <type...>', 'of these types')
    .option('--environment-type <type>', 'of this type of environment')
    .option('--start-date <time>', 'from this moment on (RFC 3339)')
    .option('--end-date <time>', 'up to this moment (RFC 3339)')
    .option('--page-size <number>', 'how many', Number)
    .addHelpText('after', '\nExample:\n  cellplane events --type FailedDeployment FailedBackup')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & Record<string, string> & { type?: string[]; pageSize?: number }>();
      const query = {
        ...(options['instance'] === undefined ? {} : { instanceID: options['instance'] }),
        ...(options.type === undefined ? {} : { eventTypes: options.type }),
        ...(options['environmentType'] === undefined ? {} : { environmentType: options['environmentType'] }),
        ...(options['startDate'] === undefined ? {} : { startDate: options['startDate'] }),
        ...(options['endDate'] === undefined ? {} : { endDate: options['endDate'] }),
        ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
      };
      const { events } = await (await signedIn(context, options)).listServiceProviderEvents({ query });
      printList(context, options, events, {
        TIME: (row) => row.time,
        EVENT: (row) => row.eventType,
        PRIORITY: (row) => row.priority,
        INSTANCE: (row) => row.instanceID ?? '',
        SERVICE: (row) => row.serviceName ?? '',
        REASON: (row) => {
          const { reason } = row.eventPayload;
          return typeof reason === 'string' ? reason : '';
        },
      });
    });
}

/** By id or name. @throws CommandFailure not_found */
async function findChannel(client: Client, wanted: string): Promise<Channel> {
  const { channels } = await client.listNotificationChannels({});
  return pick('notification channel', channels, wanted, ({ id, name }) => [id, name]);
}

/** Asks until the first attempt has an outcome. */
async function outcomeOf(client: Client, channelId: string, id: string): Promise<ChannelEvent> {
  const deadline = performance.now() + TEST_MS;
  for (;;) {
    const { events } = await client.listChannelEvents({ params: { id: channelId }, query: { pageSize: 100 } });
    const found = events.find((event) => event.id === id);
    if (found !== undefined && (found.publicationStatus !== 'PENDING' || found.channelResponse?.error !== undefined)) return found;
    if (performance.now() > deadline)
      throw new CommandFailure(
        'failed',
        `The test event ${id} was not sent within ${TEST_MS / 1000} s. Is a server with CELLPLANE_WORK on running?`,
      );
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

function answerText({ publicationStatus, channelResponse }: ChannelEvent): string {
  const { statusCode, error, body } = channelResponse ?? {};
  if (error !== undefined) return error;
  if (statusCode === undefined) return publicationStatus === 'PENDING' ? 'not sent yet' : '';
  return body === undefined ? String(statusCode) : `${statusCode} ${body.slice(0, 80)}`;
}

function targetOf({ email, webhook, slack, pagerDuty }: Channel): string {
  if (webhook !== undefined) return `${webhook.method} ${webhook.url}`;
  return email?.to ?? slack?.webhookUrl ?? (pagerDuty === undefined ? '' : 'PagerDuty');
}

function filterText(subscription: ChannelSubscription): string {
  const words = Object.values(subscription).flat();
  return words.length === 0 ? 'all' : words.join(', ');
}
