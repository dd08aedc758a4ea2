/** `retention`: for how long history is kept, and what was removed of it. */
import type { Retention } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, signedIn } from '../context.js';

/** Adds the command. */
export function addRetentionCommand(program: Command, context: Context): void {
  program
    .command('retention')
    .description(
      "Show for how many days workflows, operations and deleted things are kept, and what was removed (docs/retention.md). The server's settings CELLPLANE_HISTORY_DAYS, CELLPLANE_DELETED_DAYS and CELLPLANE_AUDIT_DAYS change it",
    )
    .addHelpText('after', '\nExamples:\n  cellplane retention\n  cellplane retention -o json')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const retention = await (await signedIn(context, options)).describeRetention({});
      printObject(context, options, options.output === 'json' ? retention : inWords(retention));
    });
}

function inWords({ round, removed = [], historyDaysByEnvironmentType, ...days }: Retention): Record<string, unknown> {
  return {
    ...days,
    ...Object.fromEntries(Object.entries(historyDaysByEnvironmentType).map(([type, count]) => [`historyDays ${type}`, count])),
    ...Object.fromEntries(removed.map(({ kind, rows }) => [`removed ${kind}`, rows])),
    ...(round?.lastEndedAt === undefined ? {} : { 'last round ended': round.lastEndedAt, 'runs it had to leave': round.leftRuns }),
  };
}
