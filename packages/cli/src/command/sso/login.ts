/** `login --sso`: the browser signs in with an identity provider and comes back to a port of this machine. */
import { createHash, randomBytes } from 'node:crypto';
import type { Client } from '@cellplane/api/client';
import { type CommonOptions, type Context, openSession, publicClient, serverUrl } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { listenForBrowser } from './loopback.js';

export interface SsoOptions extends CommonOptions {
  email?: string;
  identityProvider?: string;
  callbackPort?: string;
}

type Offered = Awaited<ReturnType<Client['offerIdentityProviders']>>['identityProviders'][number];

/** The server forgets a sign-in after as long. Milliseconds. */
const WAIT_MS = 600_000;

/** Signs in and keeps the session; answers whose it is. @throws CommandFailure */
export async function loginWithSso(context: Context, options: SsoOptions): Promise<string> {
  const client = publicClient(context, options);
  const loopback = await listenForBrowser(portOf(options.callbackPort));
  try {
    const { redirectUrl } = loopback;
    const codeVerifier = randomBytes(32).toString('base64url');
    const { identityProviders } = await client.offerIdentityProviders({
      query: {
        redirectUrl,
        codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        ...(options.email === undefined ? {} : { email: options.email }),
        ...(options.identityProvider === undefined ? {} : { identityProvider: options.identityProvider }),
      },
    });
    const chosen = chooseFrom(identityProviders, options);
    const { state = '' } = chosen;
    // On stderr: what reads the output gets nothing but that.
    context.stderr(
      `Open this address in a browser on this machine, and sign in with ${chosen.name}:\n\n  ${chosen.renderedAuthorizationEndpoint}\n\n`,
    );
    const { code, iss } = await loopback.wait(new Set([state]), WAIT_MS);
    const pair = await client.loginWithIdentityProvider({
      body: {
        identityProviderName: chosen.id,
        authorizationCode: code,
        state,
        redirectUri: redirectUrl,
        codeVerifier,
        ...(iss === undefined ? {} : { iss }),
      },
    });
    return (await openSession(context, '', pair, serverUrl(context, options))).email;
  } finally {
    await loopback.close();
  }
}

function chooseFrom(offered: readonly Offered[], options: SsoOptions): Offered {
  const [only, ...others] = offered;
  if (only === undefined)
    throw new CommandFailure(
      'not_found',
      options.email === undefined && options.identityProvider === undefined
        ? 'The server offers no identity provider to everybody: give --email, or --identity-provider with the name of one.'
        : 'The server offers no identity provider for this: check --email and --identity-provider, or sign in with a password.',
    );
  if (others.length === 0) return only;
  throw new CommandFailure(
    'bad_request',
    `There are several identity providers: choose one with --identity-provider: ${offered.map(({ name }) => `"${name}"`).join(', ')}.`,
  );
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new CommandFailure('bad_request', `--callback-port is "${text}"; use a port number from 1 to 65535.`);
}
