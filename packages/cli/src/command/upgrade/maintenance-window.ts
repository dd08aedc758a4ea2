/** `maintenance-window …`: when the instances of a customer may be upgraded. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';

type Window = Awaited<ReturnType<Client['setMaintenanceWindow']>>;

interface SetOptions extends CommonOptions {
  days: string;
  start: string;
  duration: string;
  timeZone: string;
}

/** Adds the commands. */
export function addMaintenanceWindowCommands(program: Command, context: Context): void {
  const group = program.command('maintenance-window');
  group
    .command('list')
    .description('List maintenance windows: of all customers, or of your own subscriptions')
    .addHelpText('after', '\nExample:\n  cellplane maintenance-window list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { maintenanceWindows } = await (await signedIn(context, options)).listMaintenanceWindows({});
      printList(context, options, maintenanceWindows, {
        OF: (row) => row.subject,
        DAYS: (row) => row.weekdays.join(','),
        START: (row) => row.start,
        MINUTES: (row) => row.durationMinutes,
        ZONE: (row) => row.timeZone,
        NOW: (row) => (row.open ? 'open' : 'closed'),
        UNTIL: (row) => row.changesAt,
      });
    });
  group
    .command('set')
    .argument('<subscription>', 'id of a subscription; a provider may name an organization, too')
    .description('Say when the instances of a subscription may be upgraded')
    .requiredOption('--days <days>', 'the days on which it begins, such as SAT,SUN')
    .requiredOption('--start <time>', 'time of day, such as 22:00')
    .requiredOption('--duration <minutes>', '15 to 1440 minutes')
    .option('--time-zone <name>', 'such as Europe/Berlin', 'UTC')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane maintenance-window set sub-8w2k1q0zp --days SAT,SUN --start 22:00 --duration 360 --time-zone Europe/Berlin',
    )
    .action(async (subject: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>();
      if (!/^\d{1,4}$/.test(options.duration)) throw new CommandFailure('bad_request', '--duration must be a number of minutes.');
      const body = {
        weekdays: options.days.split(',').map((day) => day.trim()),
        start: options.start,
        durationMinutes: Number(options.duration),
        timeZone: options.timeZone,
      };
      const client = await signedIn(context, options);
      show(context, options, await client.setMaintenanceWindow({ params: { subject }, body }));
    });
  group
    .command('delete')
    .argument('<subscription>', 'id of a subscription or organization')
    .description('Let the instances be upgraded at any time again')
    .addHelpText('after', '\nExample:\n  cellplane maintenance-window delete sub-8w2k1q0zp')
    .action(async (subject: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await (await signedIn(context, options)).deleteMaintenanceWindow({ params: { subject } });
      say(context, options, `${subject} has no maintenance window any more.`);
    });
}

function show(context: Context, options: CommonOptions, window: Window): void {
  printObject(context, options, window, {
    of: window.subject,
    days: window.weekdays.join(', '),
    start: window.start,
    minutes: window.durationMinutes,
    zone: window.timeZone,
    [window.open ? 'open until' : 'next at']: window.changesAt,
  });
}
