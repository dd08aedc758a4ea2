/** What every command works with: the server it speaks to, the session, and where it prints. */
import { type Client, createClient, ResponseError } from '@cellplane/api/client';
import { CommandFailure } from './failure.js';
import type { ProfileFile, SessionFile, StoredSession } from './config.js';
import { type Columns, type Format, jsonText, listText, objectText } from './output.js';
import type { Profile } from './profile.js';
import type { Screen } from './progress/screen.js';

export interface Context {
  env: NodeJS.ProcessEnv;
  sessions: SessionFile;
  /** Absent: this program keeps none. */
  profiles?: ProfileFile;
  /** The one that the command works with; `sessions` are its own then. */
  profile?: Profile;
  screen: Screen;
  stderr(text: string): void;
  /** Rest of standard input, for `--password-stdin` and secrets. */
  readInput(): Promise<string>;
  /** True if a person can be asked. */
  isInteractive: boolean;
  /** Prints the question and answers what the person types, without the line end. */
  ask?(question: string): Promise<string>;
  userAgent: string;
  /** How this program is called, as hints print it. @default cellplane */
  calledAs?: string;
  /** Calls back at Ctrl-C in place of ending at once, until the answer is called. */
  onInterrupt?(stop: () => void): () => void;
  fetch?: typeof fetch;
  /** Waits before a server that does not answer is asked again. @default a timer */
  pause?: (milliseconds: number) => Promise<void>;
}

/** Options that every command has. */
export interface CommonOptions {
  output: Format;
  server?: string;
  /** Read before the command runs: its server and its sessions are in the context. */
  profile?: string;
  /** All that is known of a cause, not its root alone. */
  verbose?: boolean;
}

/** A clients' token is refused by servers and clients alike when it has less than this left. Milliseconds. */
const TOKEN_MARGIN_MS = 5 * 60_000;

/** Address of the server: `--server`, that of the profile, CELLPLANE_SERVER, else made of CELLPLANE_HOST and CELLPLANE_PORT. */
export function serverUrl(context: Context, options: { server?: string }): string {
  const given = options.server ?? context.profile?.server ?? context.env['CELLPLANE_SERVER'];
  if (given !== undefined && given !== '') return (/^https?:\/\//.test(given) ? given : `http://${given}`).replace(/(?<!\/)\/+$/, '');
  const host = context.env['CELLPLANE_HOST'] || '127.0.0.1';
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${context.env['CELLPLANE_PORT'] || '8080'}`;
}

/** A client without a session, for signing in. */
export function publicClient(context: Context, options: { server?: string }): Client {
  return createClient({ baseUrl: serverUrl(context, options), userAgent: context.userAgent, ...transport(context) });
}

/** A client with the stored session, renewed where it is about to run out; of a customer with the operations of customers. @throws CommandFailure if nobody is signed in */
export async function signedIn(context: Context, options: { server?: string }): Promise<Client> {
  const server = serverUrl(context, options);
  const session = await currentSession(context, server);
  const client = createClient({ baseUrl: server, token: session.token, userAgent: context.userAgent, ...transport(context) });
  return session.kind === 'customer' ? (await import('./customer/operations.js')).forCustomer(client) : client;
}

/** Whether a customer is signed in: some of the provider's operations have no twin for them. */
export async function isCustomer(context: Context, options: { server?: string }): Promise<boolean> {
  return (await context.sessions.read(serverUrl(context, options)))?.kind === 'customer';
}

/**
 * Keeps a new session, and answers what is kept: whose it is, too, since customers have operations of their own.
 * `email`: empty if nobody has said it.
 */
export async function openSession(
  context: Context,
  email: string,
  pair: { jwtToken: string; refreshToken: string },
  server: string,
): Promise<StoredSession> {
  const client = createClient({ baseUrl: server, token: pair.jwtToken, userAgent: context.userAgent, ...transport(context) });
  const { kind, email: own } = await client.describeUser({});
  const session: StoredSession = {
    email: email === '' ? own : email,
    token: pair.jwtToken,
    refreshToken: pair.refreshToken,
    ...(kind === 'customer' ? { kind } : {}),
  };
  await context.sessions.exclusively(() => context.sessions.write(server, session));
  return session;
}

/** Prints rows in the format asked for. */
export function printList<Row>(context: Context, options: CommonOptions, rows: readonly Row[], columns: Columns<Row>): void {
  // A pipe gets whole cells.
  context.screen.write(listText(rows, columns, options.output, context.screen.isTerminal ? context.screen.columns : undefined));
}

/** Prints one thing; `brief` is what a person wants of it, JSON has it whole. */
export function printObject(context: Context, options: CommonOptions, whole: object, brief: object = whole): void {
  context.screen.write(options.output === 'json' ? jsonText(whole) : objectText(brief, options.output));
}

/** A sentence for people: nothing for programs that read JSON, so that what they get stays JSON. */
export function say(context: Context, options: CommonOptions, text: string): void {
  if (options.output !== 'json') context.screen.write(`${text}\n`);
}

async function currentSession(context: Context, server: string): Promise<StoredSession> {
  const stored = await context.sessions.read(server);
  if (stored === undefined) throw notSignedIn(server);
  if (expiryOf(stored.token) - Date.now() > TOKEN_MARGIN_MS) return stored;
  return context.sessions.exclusively(async () => {
    // Another process may have renewed it while we waited.
    const now = (await context.sessions.read(server)) ?? stored;
    if (expiryOf(now.token) - Date.now() > TOKEN_MARGIN_MS) return now;
    try {
      const pair = await publicClient(context, { server }).refreshToken({ body: { refreshToken: now.refreshToken } });
      const renewed = { ...now, token: pair.jwtToken, refreshToken: pair.refreshToken };
      await context.sessions.write(server, renewed);
      return renewed;
    } catch (error) {
      if (!(error instanceof ResponseError) || error.status !== 401) throw error;
      await context.sessions.write(server, undefined);
      throw notSignedIn(server);
    }
  });
}

function notSignedIn(server: string): CommandFailure {
  return new CommandFailure('not_signed_in', `You are not signed in to ${server}.`, [{ say: 'Sign in with:', command: ['login'] }]);
}

/** Epoch milliseconds at which a JWT ends; 0 if it cannot be read. */
function expiryOf(token: string): number {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { exp?: number };
    return (payload.exp ?? 0) * 1000;
  } catch {
    return 0;
  }
}

function transport(context: Context): { fetch?: typeof fetch } {
  return context.fetch === undefined ? {} : { fetch: context.fetch };
}
