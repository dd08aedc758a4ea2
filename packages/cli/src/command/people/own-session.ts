/** `session …`: where one is signed in. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';

interface EndOptions extends CommonOptions {
  yes?: boolean;
  all?: boolean;
  others?: boolean;
}

/** Adds the commands. */
export function addOwnSessionCommands(program: Command, context: Context): void {
  const group = program.command('session');
  group
    .command('list')
    .description('List where you are signed in')
    .addHelpText('after', '\nExample:\n  cellplane session list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const rows = [];
      let page = await client.listSessions({});
      rows.push(...page.sessions);
      while (page.nextPageToken !== undefined) {
        page = await client.listSessions({ query: { nextPageToken: page.nextPageToken } });
        rows.push(...page.sessions);
      }
      printList(context, options, rows, {
        ID: (row) => (row.current ? `${row.id} (this)` : row.id),
        METHOD: (row) => (row.method === 'API_KEY' ? `API key ${row.apiKeyName ?? ''}` : row.method.toLowerCase().replaceAll('_', ' ')),
        ADDRESS: (row) => row.address,
        'LAST USED': (row) => row.lastUsedAt,
        BEGUN: (row) => row.createdAt,
        'USER AGENT': (row) => row.userAgent,
      });
    });
  group
    .command('end')
    .arguments('[id]')
    .description('End one session, all others, or all')
    .option('--others', 'all but this one')
    .option('--all', 'all, this one too: sign out everywhere')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExamples:\n  cellplane session end session-Kd82hGa0Qp --yes\n  cellplane session end --others --yes')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<EndOptions>();
      const ways = [id !== undefined, options.others === true, options.all === true].filter(Boolean).length;
      if (ways !== 1) throw new CommandFailure('bad_request', 'Give the id of a session, or --others, or --all.');
      const client = await signedIn(context, options);
      await confirm(
        context,
        options,
        id === undefined
          ? `This ends ${options.all === true ? 'all your sessions' : 'all your other sessions'}.`
          : `This ends the session ${id}.`,
      );
      if (id !== undefined) {
        await client.endSession({ params: { id } });
        return say(context, options, `Session ${id} has ended.`);
      }
      const { ended } = await client.endSessions({ query: { others: options.others === true } });
      return say(context, options, `${ended} ${ended === 1 ? 'session has' : 'sessions have'} ended.`);
    });
}
