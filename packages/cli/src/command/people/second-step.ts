/** Signing in with a password, and with a code where the account has a second factor. */
import { ResponseError } from '@cellplane/api/client';
import { type Context, publicClient } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { ask } from './ask.js';

interface Credentials {
  email: string;
  password: string;
  code?: string;
}

/** Codes that a person may type. */
const TRIES = 3;

/** Help of `--code`. */
export const CODE = 'six digits of your authenticator app, or a recovery code';

/** Asks for the code if the server does, and somebody is there. @throws CommandFailure if nobody is there; ResponseError */
export async function signIn(
  context: Context,
  options: { server?: string },
  credentials: Credentials,
): Promise<{ jwtToken: string; refreshToken: string }> {
  const client = publicClient(context, options);
  try {
    return await client.signin({ body: credentials });
  } catch (error) {
    const asked = error instanceof ResponseError ? error.body.secondFactor : undefined;
    if (asked === undefined) throw error;
    if (!context.isInteractive)
      throw new CommandFailure(
        'second_factor_needed',
        'The account has a second factor, and there is nobody to ask here: give --code, or sign in with an API key (--api-key).',
      );
    const what = asked.methods.includes('TOTP')
      ? 'Code of your authenticator app, or a recovery code'
      : 'Recovery code (a passkey needs a browser)';
    return await finish(asked.challenge, what);
  }

  async function finish(challenge: string, message: string, left = TRIES): Promise<{ jwtToken: string; refreshToken: string }> {
    const code = await ask(context, '--code', (prompts) => prompts.text({ message }));
    try {
      return await client.finishSignIn({ body: { challenge, code } });
    } catch (error) {
      if (!(error instanceof ResponseError) || error.body.code !== 'wrong-code' || left <= 1) throw error;
      context.stderr(`${error.message}\n`);
      return finish(challenge, message, left - 1);
    }
  }
}
