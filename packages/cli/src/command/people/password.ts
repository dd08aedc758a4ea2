/** `password …`: a new password, by a mailed token or by the current one. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, publicClient, say, serverUrl, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { ask, askPassword, NEW_PASSWORD, optionOrAsk } from './ask.js';

interface ChangeOptions extends CommonOptions {
  email?: string;
  token?: string;
  passwordStdin?: boolean;
}

/** Adds the commands. */
export function addPasswordCommands(program: Command, context: Context): void {
  const group = program.command('password');
  group
    .command('reset')
    .description('Have a token mailed that sets a new password')
    .option('--email <address>', 'your e-mail address')
    .addHelpText('after', '\nExample:\n  cellplane password reset --email ada@example.com')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { email?: string }>();
      const email = await optionOrAsk(context, options.email, '--email', 'E-mail');
      await publicClient(context, options).resetPassword({ body: { email } });
      // The server does not tell whether the address has an account.
      say(context, options, `If ${email} has an account, a mail to it says how to go on.`);
    });
  group
    .command('change')
    .description('Set a new password: by the token of the mail, or signed in, by the current password. All your sessions end')
    .option('--email <address>', 'your e-mail address, with --token')
    .option('--token <token>', 'the token of the mail; without it, you are signed in')
    .option('--password-stdin', 'read standard input: with --token the new password, else the current one and the new one, a line each')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane password change\n  cellplane password change --email ada@example.com --token …\n  cellplane password change --password-stdin < current-and-new.txt',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChangeOptions>();
      if (options.token === undefined) await changeOwn(context, options);
      else await changeByToken(context, options, options.token);
    });
}

async function changeByToken(context: Context, options: ChangeOptions, token: string): Promise<void> {
  const email = await optionOrAsk(context, options.email, '--email', 'E-mail');
  const password = await askPassword(context, options, NEW_PASSWORD);
  await publicClient(context, options).changePassword({ body: { email, token, password } });
  say(context, options, `The password is changed. Sign in with: cellplane login --email ${email}`);
}

async function changeOwn(context: Context, options: ChangeOptions): Promise<void> {
  if (options.email !== undefined)
    throw new CommandFailure('bad_request', '--email goes with --token. Without a token, the password of who is signed in is changed.');
  const client = await signedIn(context, options);
  const { current, next } = await passwordsOf(context, options);
  await client.updatePassword({ body: { currentPassword: current, password: next } });
  // The server has ended this session, too.
  await context.sessions.exclusively(() => context.sessions.write(serverUrl(context, options), undefined));
  say(context, options, 'The password is changed, and all your sessions have ended. Sign in again with: cellplane login');
}

async function passwordsOf(context: Context, options: ChangeOptions): Promise<{ current: string; next: string }> {
  if (options.passwordStdin !== true)
    return {
      current: await ask(context, '--password-stdin', (prompts) => prompts.password({ message: 'Current password' })),
      next: await askPassword(context, {}, `New ${NEW_PASSWORD.toLowerCase()}`),
    };
  const lines = (await context.readInput()).replace(/\r?\n$/, '').split(/\r?\n/);
  const [current, next] = lines;
  if (current === undefined || next === undefined || lines.length !== 2)
    throw new CommandFailure('bad_request', 'Standard input must have two lines: the current password, then the new one.');
  return { current, next };
}
