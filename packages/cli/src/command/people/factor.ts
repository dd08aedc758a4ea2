/** `factor …`: second factors. */
import type { Client } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';
import { ask, askPassword, PASSWORD_STDIN } from './ask.js';
import { CODE } from './second-step.js';

interface ProofOptions extends CommonOptions {
  passwordStdin?: boolean;
  code?: string;
}

const PROOF = `${CODE}, in place of the password`;

/** Adds the commands. */
export function addFactorCommands(program: Command, context: Context): void {
  const group = program.command('factor');
  group
    .command('list')
    .description('List your second factors')
    .addHelpText('after', '\nExample:\n  cellplane factor list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const answer = await (await signedIn(context, options)).listFactors({});
      if (options.output === 'json') return printObject(context, options, answer);
      printList(context, options, answer.factors, {
        ID: (row) => row.id,
        KIND: (row) => row.kind,
        NAME: (row) => row.name,
        STATUS: (row) => (row.confirmed ? 'confirmed' : 'to be confirmed'),
        'LAST USED': (row) => row.lastUsedAt ?? 'never',
      });
      return say(context, options, `${answer.recoveryCodesLeft} recovery codes left.`);
    });
  group
    .command('add')
    .arguments('[name]')
    .description('Add an authenticator app: prints its key, and asks for a code of it')
    .option('--password-stdin', PASSWORD_STDIN)
    .option('--code <code>', `if you have a factor already: ${PROOF}`)
    .addHelpText(
      'after',
      '\nPasskeys are added in a browser.\n\nExamples:\n  cellplane factor add "My phone"\n  cellplane factor add --password-stdin -o json < password.txt',
    )
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProofOptions>();
      const client = await signedIn(context, options);
      const proof = await proofOf(context, options);
      const made = await client.addFactor({ body: { kind: 'TOTP', ...(name === undefined ? {} : { name }), ...proof } });
      printObject(context, options, made, { id: made.id, name: made.name, key: made.secret ?? '', address: made.otpauthUrl ?? '' });
      if (!context.isInteractive || options.output === 'json')
        return say(
          context,
          options,
          `The key is not shown again. Confirm it within an hour: cellplane factor confirm ${made.id} --code <code>`,
        );
      if (made.otpauthUrl !== undefined) say(context, options, `\n${await qrCode(made.otpauthUrl)}\n`);
      const code = await ask(context, '--code', (prompts) =>
        prompts.text({ message: 'Scan this with your app, or give it the key; then type the code that it shows' }),
      );
      return confirmed(context, options, client, made.id, code);
    });
  group
    .command('confirm')
    .arguments('<factor>')
    .description('Show that a new authenticator app works; the first one prints your recovery codes, once')
    .requiredOption('--code <code>', 'six digits that the app shows')
    .addHelpText('after', '\nExample:\n  cellplane factor confirm factor-Kd82hGa0Qp --code 123456')
    .action(async (factor: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { code: string }>();
      const client = await signedIn(context, options);
      await confirmed(context, options, client, await idOf(client, factor), options.code);
    });
  group
    .command('remove')
    .arguments('<factor>')
    .description('Remove one of your second factors, by id or name')
    .option('--password-stdin', PASSWORD_STDIN)
    .option('--code <code>', PROOF)
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane factor remove "My phone" --code 123456 --yes')
    .action(async (factor: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProofOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const id = await idOf(client, factor);
      await confirm(context, options, `This removes the second factor ${factor}.`);
      await client.removeFactor({ params: { id }, body: await proofOf(context, options) });
      say(context, options, `The second factor ${factor} is removed.`);
    });
  group
    .command('recovery-codes')
    .description('Make new recovery codes and print them, once; the old ones are good for nothing')
    .option('--password-stdin', PASSWORD_STDIN)
    .option('--code <code>', PROOF)
    .addHelpText('after', '\nExample:\n  cellplane factor recovery-codes --code 123456')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProofOptions>();
      const client = await signedIn(context, options);
      printCodes(context, options, await client.renewRecoveryCodes({ body: await proofOf(context, options) }));
    });
  group
    .command('reset')
    .arguments('<user>')
    .description('Remove all second factors of somebody who has lost them, by e-mail address or id; they are signed out everywhere')
    .option('-y, --yes', 'really')
    .addHelpText('after', '\nExample:\n  cellplane factor reset mia@example.com --yes')
    .action(async (user: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { yes?: boolean }>();
      const client = await signedIn(context, options);
      const userId = await userOf(client, user);
      await confirm(context, options, `This removes all second factors of ${user}, who then signs in with the password alone.`);
      const { removed } = await client.resetFactors({ params: { userId } });
      say(context, options, `${user} had ${removed} second factor${removed === 1 ? '' : 's'}, and has none now.`);
    });
  group
    .command('require')
    .arguments('[on-or-off]')
    .description("Say whether your organization's people need a second factor: on or off; without a word, show it")
    .option('--password-stdin', PASSWORD_STDIN)
    .option('--code <code>', PROOF)
    .addHelpText('after', '\nExample:\n  cellplane factor require on')
    .action(async (word: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProofOptions>();
      if (word !== undefined && word !== 'on' && word !== 'off') throw new CommandFailure('bad_request', 'Say on or off, or nothing.');
      const client = await signedIn(context, options);
      const policy =
        word === undefined
          ? await client.describeSignInPolicy({})
          : await client.updateSignInPolicy({ body: { secondFactorRequired: word === 'on', ...(await proofOf(context, options)) } });
      printObject(context, options, policy);
    });
}

/** The code that was given, else the password. Nothing for who has no password. */
async function proofOf(context: Context, options: ProofOptions): Promise<{ password?: string; code?: string }> {
  if (options.code !== undefined) return { code: options.code };
  const password = await askPassword(context, options);
  return password === '' ? {} : { password };
}

async function confirmed(context: Context, options: CommonOptions, client: Client, id: string, code: string): Promise<void> {
  const answer = await client.confirmFactor({ params: { id }, body: { code } });
  if (options.output === 'json') return printObject(context, options, answer);
  say(context, options, `${answer.factor.name} is your second factor now.`);
  if (answer.recoveryCodes !== undefined) printCodes(context, options, { recoveryCodes: answer.recoveryCodes });
}

function printCodes(context: Context, options: CommonOptions, answer: { recoveryCodes: string[] }): void {
  if (options.output === 'json') return printObject(context, options, answer);
  say(context, options, 'Recovery codes, for when you have lost your second factors. Each works once; they are not shown again:');
  for (const code of answer.recoveryCodes) context.screen.write(`${code}\n`);
}

/** An id as it is; of a name the id. */
async function idOf(client: Client, factor: string): Promise<string> {
  const { factors } = await client.listFactors({});
  const found = factors.find(({ id }) => id === factor) ?? factors.find(({ name }) => name.toLowerCase() === factor.toLowerCase());
  if (found !== undefined) return found.id;
  throw new CommandFailure('not_found', `You have no second factor "${factor}".`, [
    { say: 'List them with:', command: ['factor', 'list'] },
  ]);
}

/** An id as it is; of an address the id: of one of the organization's people, or of its customers. */
async function userOf(client: Client, user: string): Promise<string> {
  if (/^user-\w+$/.test(user)) return user;
  const email = user.trim().toLowerCase();
  const { orgUsers } = await client.listOrgUsers({});
  const own = orgUsers.find((one) => one.email.toLowerCase() === email);
  if (own !== undefined) return own.userId;
  for (let nextPageToken: string | undefined; ; ) {
    const page = await client.listAllUsers({
      query: { excludeStats: true, pageSize: 500, ...(nextPageToken === undefined ? {} : { nextPageToken }) },
    });
    const found = page.users.find((one) => one.email.toLowerCase() === email);
    if (found !== undefined) return found.userId;
    nextPageToken = page.nextPageToken;
    if (nextPageToken === undefined) throw new CommandFailure('not_found', `There is no user "${user}".`);
  }
}

/** For a terminal, in black on white whatever its own colours are: readers know codes no other way round. */
async function qrCode(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr');
  const lines = renderUnicodeCompact(text, { border: 2 }).split('\n');
  return lines.map((line) => `\u001B[97;40m${line}\u001B[0m`).join('\n');
}
