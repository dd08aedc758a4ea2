/**
 * The session of a browser: its refresh token lies in a cookie that scripts cannot read, so that a page's script has an access token only
 * (docs/decisions/0013-browser-sessions.md). Not rows of the operation table: they answer with a cookie, and act for whoever holds it.
 */
import { createHash } from 'node:crypto';
import type { Handlers } from '@cellplane/api';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { badRequest, DomainError } from '../errors.js';
import { visitorOf } from '../identity/handlers.js';
import type { Visitor } from '../identity/doors.js';
import type { TokenPair } from '../identity/session.js';
import type { App, AppContext } from './context.js';
import { readJsonBody } from './request-body.js';

const PATH = '/api/browser-session';
/** The name of the cookie without the server's own part, which it was until servers had one: sessions that began so go on. */
const COOKIE = 'cellplane_session';
/** As long as a session lasts at most. Seconds. */
const COOKIE_SECONDS = 30 * 24 * 60 * 60;
/** A form of another site cannot send this header. */
const MARK = 'x-cellplane-browser';
/** A refresh token is 43 letters. Bytes of a body. */
const LONGEST_BODY = 1024;

export interface BrowserSessionDeps {
  handlers: Pick<Handlers, 'refreshToken' | 'revokeToken'>;
  addressOf: (context: AppContext) => string;
  /** Exchanges the token of a cookie, which a reload of the page may have cut off before. @default as any refresh token */
  exchange?: ((refreshToken: string, visitor: Visitor, options: { isFresh: boolean }) => Promise<TokenPair>) | undefined;
  /**
   * What tells this server, all its copies, from others. Browsers know no ports: two servers of one host name would take each other's
   * cookie. @default the only server of its host
   */
  server?: string | undefined;
}

/**
 * `POST`: exchanges the refresh token of the body (right after a sign-in) or of the cookie, keeps the next one in the cookie, and answers
 * `{ jwtToken }`; a browser without a session gets 204, since every first visit asks. `DELETE`: ends the session and removes the cookie.
 */
export function bindBrowserSession(app: App, { handlers, addressOf, exchange, server }: BrowserSessionDeps): void {
  const name = cookieOf(server);
  const requestOf = (context: AppContext, refreshToken: string) => ({
    params: {},
    query: {},
    body: { refreshToken },
    caller: undefined,
    address: addressOf(context),
    userAgent: context.req.header('user-agent'),
    correlationId: context.get('correlationId'),
    signal: context.req.raw.signal,
  });
  const exchanged = async (context: AppContext, token: string, isFresh: boolean): Promise<string> => {
    const request = requestOf(context, token);
    const { jwtToken, refreshToken } =
      exchange === undefined ? await handlers.refreshToken(request) : await exchange(token, visitorOf(request), { isFresh });
    keep(context, name, refreshToken);
    return jwtToken;
  };
  /** Of a cookie that may be another server's: what is no good here is left to that one. */
  const takeOver = async (context: AppContext, token: string): Promise<Response> => {
    try {
      const jwtToken = await exchanged(context, token, false);
      forget(context, COOKIE);
      return context.json({ jwtToken });
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'auth_failure') return context.body(null, 204);
      throw error;
    }
  };
  app.post(PATH, async (context) => {
    requireBrowser(context);
    const fresh = tokenOfBody(await readJsonBody(context, LONGEST_BODY));
    const given = fresh ?? getCookie(context, name);
    const shared = sharedCookie(context, name);
    if (given === undefined) return shared === undefined ? context.body(null, 204) : takeOver(context, shared);
    try {
      const jwtToken = await exchanged(context, given, fresh !== undefined);
      // Whoever has signed in takes the place of who was signed in before.
      if (fresh !== undefined && shared !== undefined) await handlers.revokeToken(requestOf(context, shared));
      return context.json({ jwtToken });
    } catch (error) {
      // Kept where the database does not answer: the token may still be good.
      if (error instanceof DomainError && error.kind === 'auth_failure') forget(context, name);
      throw error;
    }
  });
  app.delete(PATH, async (context) => {
    requireBrowser(context);
    for (const held of [getCookie(context, name), sharedCookie(context, name)])
      if (held !== undefined) await handlers.revokeToken(requestOf(context, held));
    forget(context, name);
    return context.body(null, 204);
  });
}

/** The name of the cookie of a server. */
function cookieOf(server: string | undefined): string {
  return server === undefined ? COOKIE : `${COOKIE}_${createHash('sha256').update(server).digest('hex').slice(0, 16)}`;
}

/** What a cookie without a server's part holds, where this server's has one. */
function sharedCookie(context: AppContext, name: string): string | undefined {
  return name === COOKIE ? undefined : getCookie(context, COOKIE);
}

/** @throws DomainError forbidden for what another site could make a browser send */
function requireBrowser(context: AppContext): void {
  if (context.req.header(MARK) === '1') return;
  throw new DomainError(
    'forbidden',
    'not-from-this-site',
    `This path is for the web pages of this server, which send the header "${MARK}: 1".`,
  );
}

/** @throws DomainError bad_request */
function tokenOfBody(body: unknown): string | undefined {
  const given = typeof body === 'object' && body !== null ? (body as { refreshToken?: unknown }).refreshToken : undefined;
  if (given === undefined || typeof given === 'string') return given;
  throw badRequest('invalid-type', 'Invalid request: refreshToken must be a text.', [{ field: 'refreshToken', message: 'must be a text' }]);
}

function keep(context: AppContext, name: string, refreshToken: string): void {
  setCookie(context, name, refreshToken, { ...attributes(context), maxAge: COOKIE_SECONDS });
}

function forget(context: AppContext, name: string): void {
  deleteCookie(context, name, attributes(context));
}

/** Only this path gets the cookie, and no other site makes a browser send it. */
function attributes(context: AppContext) {
  const secure = (context.req.header('x-forwarded-proto') ?? new URL(context.req.url).protocol).startsWith('https');
  return { path: PATH, httpOnly: true, sameSite: 'Strict', secure } as const;
}
