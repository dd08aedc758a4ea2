/**
 * The session of a browser: its refresh token lies in a cookie that scripts cannot read, so that a page's script has an access token only
 * (docs/decisions/0013-browser-sessions.md). Not rows of the operation table: they answer with a cookie, and act for whoever holds it.
 */
import type { Handlers } from '@cellplane/api';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { badRequest, DomainError } from '../errors.js';
import { visitorOf } from '../identity/handlers.js';
import type { Visitor } from '../identity/doors.js';
import type { TokenPair } from '../identity/session.js';
import type { App, AppContext } from './context.js';
import { readJsonBody } from './request-body.js';

const PATH = '/api/browser-session';
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
  exchange?: ((refreshToken: string, visitor: Visitor) => Promise<TokenPair>) | undefined;
}

/**
 * `POST`: exchanges the refresh token of the body (right after a sign-in) or of the cookie, keeps the next one in the cookie, and answers
 * `{ jwtToken }`; a browser without a session gets 204, since every first visit asks. `DELETE`: ends the session and removes the cookie.
 */
export function bindBrowserSession(app: App, { handlers, addressOf, exchange }: BrowserSessionDeps): void {
  const requestOf = (context: AppContext, refreshToken: string) => ({
    params: {},
    query: {},
    body: { refreshToken },
    caller: undefined,
    address: addressOf(context),
    userAgent: context.req.header('user-agent'),
    signal: context.req.raw.signal,
  });
  app.post(PATH, async (context) => {
    requireBrowser(context);
    const fresh = tokenOfBody(await readJsonBody(context, LONGEST_BODY));
    const given = fresh ?? getCookie(context, COOKIE);
    if (given === undefined) return context.body(null, 204);
    try {
      const request = requestOf(context, given);
      const { jwtToken, refreshToken } =
        fresh === undefined && exchange !== undefined ? await exchange(given, visitorOf(request)) : await handlers.refreshToken(request);
      keep(context, refreshToken);
      return context.json({ jwtToken });
    } catch (error) {
      // Kept where the database does not answer: the token may still be good.
      if (error instanceof DomainError && error.kind === 'auth_failure') forget(context);
      throw error;
    }
  });
  app.delete(PATH, async (context) => {
    requireBrowser(context);
    const held = getCookie(context, COOKIE);
    if (held !== undefined) await handlers.revokeToken(requestOf(context, held));
    forget(context);
    return context.body(null, 204);
  });
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

function keep(context: AppContext, refreshToken: string): void {
  setCookie(context, COOKIE, refreshToken, { ...attributes(context), maxAge: COOKIE_SECONDS });
}

function forget(context: AppContext): void {
  deleteCookie(context, COOKIE, attributes(context));
}

/** Only this path gets the cookie, and no other site makes a browser send it. */
function attributes(context: AppContext) {
  const secure = (context.req.header('x-forwarded-proto') ?? new URL(context.req.url).protocol).startsWith('https');
  return { path: PATH, httpOnly: true, sameSite: 'Strict', secure } as const;
}
