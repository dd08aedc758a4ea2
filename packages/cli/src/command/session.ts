/** `login`, `logout`, `whoami`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, openSession, printObject, publicClient, say, serverUrl, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';

interface LoginOptions extends CommonOptions {
  email?: string;
  password?: string;
  passwordStdin?: boolean;
  apiKey?: string;
}

const API_KEY_EMAIL = 'apikey@apikeys.invalid';

/** Adds the commands. */
export function addSessionCommands(program: Command, context: Context): void {
  program
    .command('login')
    .option('--email <address>', 'e-mail address')
    .option('--password <password>', 'password; better: --password-stdin, or be asked')
    .option('--password-stdin', 'read the password from standard input; one line ending at its end is not part of it')
    .option('--api-key <key>', 'sign in with an API key instead')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane login --email ops@example.com\n  cellplane login --email ops@example.com --password-stdin < password.txt',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>();
      const credentials = await credentialsOf(context, options);
      const pair = await publicClient(context, options).signin({ body: credentials });
      const server = serverUrl(context, options);
      const session = await openSession(context, credentials.email, pair, server);
      await context.sessions.exclusively(() => context.sessions.write(server, session));
      say(context, options, `Signed in to ${server} as ${options.apiKey === undefined ? credentials.email : 'the owner of the API key'}.`);
    });

  program
    .command('logout')
    .addHelpText('after', '\nExample:\n  cellplane logout')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const server = serverUrl(context, options);
      const session = await context.sessions.read(server);
      if (session === undefined) return say(context, options, `You were not signed in to ${server}.`);
      // Forgotten here even if the server cannot be told; it is told first, so that the token is worthless wherever it is.
      try {
        await publicClient(context, options).revokeToken({ body: { refreshToken: session.refreshToken } });
      } finally {
        await context.sessions.exclusively(() => context.sessions.write(server, undefined));
      }
      return say(context, options, `Signed out of ${server}.`);
    });

  program
    .command('whoami')
    .addHelpText('after', '\nExample:\n  cellplane whoami -o json')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const user = await (await signedIn(context, options)).describeUser({});
      const { id, email, name, orgId, orgName, roleType } = user;
      printObject(context, options, user, { id, email, name, orgId, orgName, roleType });
    });
}

async function credentialsOf(context: Context, options: LoginOptions): Promise<{ email: string; password: string }> {
  if (options.apiKey !== undefined) return { email: API_KEY_EMAIL, password: options.apiKey };
  const email = options.email ?? (await ask(context, '--email', (prompts) => prompts.text({ message: 'E-mail' })));
  if (options.password !== undefined) return { email, password: options.password };
  if (options.passwordStdin === true) return { email, password: (await context.readInput()).replace(/\r?\n$/, '') };
  return { email, password: await ask(context, '--password-stdin', (prompts) => prompts.password({ message: 'Password' })) };
}

type Prompts = typeof import('@clack/prompts');

async function ask(context: Context, option: string, question: (prompts: Prompts) => Promise<string | symbol>): Promise<string> {
  if (!context.isInteractive) throw new CommandFailure('bad_request', `There is nobody to ask here: give ${option}.`);
  const prompts = await import('@clack/prompts');
  const answer = await question(prompts);
  if (prompts.isCancel(answer)) throw new CommandFailure('cancelled', 'Nothing was done.');
  return String(answer);
}
