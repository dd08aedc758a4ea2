/** `signup`: an account as a customer. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, publicClient, say } from '../../context.js';
import { askPassword, NEW_PASSWORD, optionOrAsk, PASSWORD_STDIN } from './ask.js';

interface SignUpOptions extends CommonOptions {
  email?: string;
  name?: string;
  company?: string;
  passwordStdin?: boolean;
}

interface VerifyOptions extends CommonOptions {
  email?: string;
  token?: string;
}

/** Adds the commands. */
export function addSignUpCommands(program: Command, context: Context): void {
  const group = program.command('signup');
  group
    .option('--email <address>', 'your e-mail address')
    .option('--name <name>', 'your name')
    .option('--company <name>', "your organization's name; without it, your name")
    .option('--password-stdin', PASSWORD_STDIN)
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane signup --email ada@example.com\n  cellplane signup --email ada@example.com --name Ada --password-stdin < password.txt\n  cellplane signup verify --email ada@example.com --token …',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<SignUpOptions>();
      const email = await optionOrAsk(context, options.email, '--email', 'E-mail');
      const name = await optionOrAsk(context, options.name, '--name', 'Name');
      const password = await askPassword(context, options, NEW_PASSWORD);
      const company = options.company === undefined ? {} : { legalCompanyName: options.company };
      await publicClient(context, options).signUpHere({ body: { email, name, password, ...company } });
      say(context, options, `A mail to ${email} says how to go on.`);
    });
  group
    .command('verify')
    .description('Confirm your address by the token that was mailed to it')
    .option('--email <address>', 'your e-mail address')
    .option('--token <token>', 'the token of the mail')
    .addHelpText('after', '\nExample:\n  cellplane signup verify --email ada@example.com --token …')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<VerifyOptions>();
      const email = await optionOrAsk(context, options.email, '--email', 'E-mail');
      const token = await optionOrAsk(context, options.token, '--token', 'Token');
      await publicClient(context, options).validateToken({ body: { email, token } });
      say(context, options, `${email} is confirmed. Sign in with: cellplane login --email ${email}`);
    });
}
