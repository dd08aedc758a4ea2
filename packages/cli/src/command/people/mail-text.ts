/** `mail-text …`: what mails say, in the provider's own words. */
import type { Command } from 'commander';
import type { Client } from '@cellplane/api/client';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { plainLines } from '../../output.js';
import { given } from '../catalog/given.js';
import { readGivenText } from '../../given-file.js';

interface TextOptions extends CommonOptions {
  subject?: string;
  body?: string;
}

type Text = Awaited<ReturnType<Client['listMailTexts']>>['texts'][number];

/** Adds the commands. */
export function addMailTextCommands(program: Command, context: Context): void {
  const group = program.command('mail-text');
  group
    .command('list')
    .description('List the kinds of mails, and which of them have a text of your own')
    .addHelpText('after', '\nExample:\n  cellplane mail-text list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { texts } = await (await signedIn(context, options)).listMailTexts({});
      printList(context, options, texts, {
        KIND: (row) => row.kind,
        TO: (row) => row.audience,
        OWN: (row) => (row.isOwn ? 'yes' : 'no'),
        WHEN: (row) => row.when,
        SUBJECT: (row) => row.subject,
      });
    });
  group
    .command('show')
    .arguments('<kind>')
    .description('Show the text of a kind of mail, and the placeholders that it may have')
    .addHelpText('after', '\nExample:\n  cellplane mail-text show ResetPassword')
    .action(async (kind: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { texts } = await (await signedIn(context, options)).listMailTexts({});
      const found = texts.find((text) => text.kind === kind);
      if (found === undefined)
        throw new CommandFailure('not_found', `There is no mail "${kind}": use one of ${texts.map((text) => text.kind).join(', ')}.`);
      show(context, options, found);
    });
  textOptions(group.command('set').arguments('<kind>'))
    .description('Give a kind of mail a text of your own; what is not given stays')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane mail-text set ResetPassword --subject "A new password for {{provider}}" --body reset.txt',
    )
    .action(async (kind: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<TextOptions>();
      const draft = await draftOf(context, options);
      // What is not given would be written as the provider's own, a default too.
      if (Object.keys(draft).length === 0) throw new CommandFailure('bad_request', 'Nothing to change: give --subject or --body.');
      const client = await signedIn(context, options);
      const { texts } = await client.listMailTexts({});
      const now = texts.find((text) => text.kind === kind);
      const body = { subject: draft.subject ?? now?.subject ?? '', body: draft.body ?? now?.body ?? '' };
      show(context, options, await client.updateMailText({ params: { kind }, body }));
    });
  group
    .command('reset')
    .arguments('<kind>')
    .description('Go back to the text that Cellplane has')
    .addHelpText('after', '\nExample:\n  cellplane mail-text reset ResetPassword')
    .action(async (kind: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      show(context, options, await (await signedIn(context, options)).resetMailText({ params: { kind } }));
    });
  textOptions(group.command('preview').arguments('<kind>'))
    .description('Show what a mail would say, with example values')
    .addHelpText('after', '\nExample:\n  cellplane mail-text preview ResetPassword --body reset.txt')
    .action(async (kind: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<TextOptions>();
      const client = await signedIn(context, options);
      const mail = await client.previewMailText({ params: { kind }, body: await draftOf(context, options) });
      if (options.output !== 'table') return printObject(context, options, mail);
      return say(context, options, plainLines(`${mail.subject}\n\n${mail.text.trimEnd()}`));
    });
  textOptions(group.command('test').arguments('<kind>'))
    .description('Send the same to yourself')
    .addHelpText('after', '\nExample:\n  cellplane mail-text test ResetPassword')
    .action(async (kind: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<TextOptions>();
      const client = await signedIn(context, options);
      const { mailId, recipient, isSent } = await client.testMailText({ params: { kind }, body: await draftOf(context, options) });
      printObject(context, options, {
        id: mailId,
        to: recipient,
        sent: isSent ? 'goes out now' : 'lies in the outbox: cellplane mail show',
      });
    });
}

function textOptions(command: Command): Command {
  return command.option('--subject <text>', 'one line').option('--body <file>', 'plain text with {{placeholders}}; - reads standard input');
}

async function draftOf(context: Context, { subject, body }: TextOptions): Promise<{ subject?: string; body?: string }> {
  if (body === undefined) return given({ subject });
  return given({ subject, body: body === '-' ? await context.readInput() : await readGivenText(body) });
}

function show(context: Context, options: CommonOptions, text: Text): void {
  if (options.output !== 'table') return printObject(context, options, text);
  printObject(context, options, {
    kind: text.kind,
    to: text.audience,
    own: text.isOwn ? 'yes' : 'no',
    when: text.when,
    subject: text.subject,
  });
  say(context, options, plainLines(`\n${text.body}\n`));
  return printList(context, options, text.placeholders, {
    PLACEHOLDER: (row) => `{{${row.name}}}`,
    NEEDED: (row) => (row.isRequired ? 'yes' : 'no'),
    MEANS: (row) => row.about,
  });
}
