/** `login`, `logout`, `whoami`. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, openSession, printObject, publicClient, say, serverUrl, signedIn } from '../context.js';
import { askPassword, optionOrAsk, PASSWORD_STDIN } from './people/ask.js';
import { CODE, signIn } from './people/second-step.js';

interface LoginOptions extends CommonOptions {
  email?: string;
  password?: string;
  passwordStdin?: boolean;
  code?: string;
  apiKey?: string;
  sso?: boolean;
  identityProvider?: string;
  callbackPort?: string;
}

const API_KEY_EMAIL = 'apikey@apikeys.invalid';

/** Adds the commands. */
export function addSessionCommands(program: Command, context: Context): void {
  program
    .command('login')
    .option('--email <address>', 'e-mail address')
    .option('--password <password>', 'password; better: --password-stdin, or be asked')
    .option('--password-stdin', PASSWORD_STDIN)
    .option('--code <code>', `if you have a second factor: ${CODE}; without it you are asked`)
    .option('--api-key <key>', 'sign in with an API key instead')
    .option('--sso', 'sign in with an identity provider, in a browser on this machine')
    .option('--identity-provider <name>', 'with --sso: this one')
    .option('--callback-port <port>', 'with --sso: the browser comes back to http://127.0.0.1:<port>/callback; default: any free port')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane login --email ops@example.com\n  cellplane login --email ops@example.com --password-stdin < password.txt\n  cellplane login --email ops@example.com --code 123456\n  cellplane login --sso --email ops@example.com',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>();
      if (options.sso === true) {
        const email = await (await import('./sso/login.js')).loginWithSso(context, options);
        return say(context, options, `Signed in to ${serverUrl(context, options)} as ${email}.`);
      }
      const credentials = await credentialsOf(context, options);
      const code = options.code === undefined ? {} : { code: options.code };
      const pair = await signIn(context, options, { ...credentials, ...code });
      const server = serverUrl(context, options);
      await openSession(context, credentials.email, pair, server);
      return say(
        context,
        options,
        `Signed in to ${server} as ${options.apiKey === undefined ? credentials.email : 'the owner of the API key'}.`,
      );
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
  const email = await optionOrAsk(context, options.email, '--email', 'E-mail');
  return { email, password: options.password ?? (await askPassword(context, options)) };
}
