/** The API client of this browser tab, and the session behind it. */
import { type Client, createClient } from '@cellplane/api/client';
import { BrowserSession } from './session/browser-session';

export const session = new BrowserSession();

export const client: Client = createClient({ baseUrl: window.location.origin, token: () => session.token(), fetch: fetchAsPerson });

/** Codes of refusals that say that the token is not, or no longer, good. */
const TOKEN_REFUSED = ['no-token', 'invalid-token'];

/** A request whose token is refused goes again with another one; where the person has to sign in for that, it waits for them. */
async function fetchAsPerson(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status !== 401 || !TOKEN_REFUSED.includes(await codeOf(response.clone()))) return response;
  const headers = new Headers(init.headers);
  const token = await session.tokenAfter(headers.get('authorization')?.replace(/^Bearer /, ''));
  if (token === undefined) return response;
  headers.set('authorization', `Bearer ${token}`);
  return fetch(input, { ...init, headers });
}

async function codeOf(response: Response): Promise<string> {
  const { code = '' } = (await response.json().catch(() => ({}))) as { code?: string };
  return code;
}
