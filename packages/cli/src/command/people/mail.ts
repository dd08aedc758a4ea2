/** `mail …`: what went, or is to go, to customers and to the own people. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '@cellplane/api/client';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { plainLines } from '../../output.js';

interface ListOptions extends CommonOptions {
  to?: string;
  limit: number;
}

/** Adds the commands. */
export function addMailCommands(program: Command, context: Context): void {
  const group = program.command('mail');
  group
    .command('list')
    .description('List mails, newest first')
    .option('--to <address>', 'only mails to this address')
    .option('--limit <count>', 'so many at most', count, 50)
    .addHelpText('after', '\nExamples:\n  cellplane mail list\n  cellplane mail list --to ada@example.com')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      printList(context, options, await mailsOf(await signedIn(context, options), options), {
        ID: (row) => row.id,
        TO: (row) => row.recipient,
        TYPE: (row) => row.type,
        STATUS: (row) => row.status,
        CREATED: (row) => row.createdAt,
        MESSAGE: (row) => row.message,
      });
    });
  group
    .command('show')
    .arguments('<id>')
    .description('Show what a mail says; its links and tokens only where the server sends no mails itself')
    .addHelpText('after', '\nExample:\n  cellplane mail show mail-Kd82hGa0Qp')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const mail = await (await signedIn(context, options)).describeMail({ params: { id } });
      const { text, ...head } = mail;
      if (options.output !== 'table') return printObject(context, options, mail);
      printObject(context, options, head);
      // What a mail says has lines of its own, which are copied from here.
      return say(context, options, `\n${plainLines(text.trimEnd())}`);
    });
}

type Mail = Awaited<ReturnType<Client['listMails']>>['mails'][number];

/** As many as are asked for, page after page. */
async function mailsOf(client: Client, { to, limit }: ListOptions): Promise<Mail[]> {
  const rows: Mail[] = [];
  let nextPageToken: string | undefined;
  do {
    const page = await client.listMails({
      query: { ...(to === undefined ? {} : { recipient: to }), ...(nextPageToken === undefined ? {} : { nextPageToken }) },
    });
    rows.push(...page.mails);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined && rows.length < limit);
  return rows.slice(0, limit);
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number above 0.');
  return Number(text);
}
