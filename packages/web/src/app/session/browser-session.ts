/**
 * The session of this browser. The refresh token lies in a cookie that no script can read (docs/decisions/0013-browser-sessions.md);
 * the access token lives in memory only. All tabs share the cookie: one tab at a time exchanges it.
 */
import { ConnectionError, ResponseError } from '@cellplane/api/client';

const PATH = '/api/browser-session';
/** Exchanged this long before it expires. Milliseconds. */
const EARLY_MS = 30_000;

interface AccessToken {
  jwt: string;
  expiresAt: number;
}

/** What the session says to whoever shows it: signed in, or not (any more). */
export type SessionListener = (signedIn: boolean) => void;

export class BrowserSession {
  #access: AccessToken | undefined;
  #exchange: Promise<string | undefined> | undefined;
  readonly #listeners = new Set<SessionListener>();

  /** Calls the listener at each sign-in and at each end of the session; answers what ends that. */
  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A good access token; undefined: nobody is signed in. Rejects where the server does not answer. */
  async token(): Promise<string | undefined> {
    if (this.#access !== undefined && Date.now() < this.#access.expiresAt - EARLY_MS) return this.#access.jwt;
    return (this.#exchange ??= this.#underLock(undefined).finally(() => (this.#exchange = undefined)));
  }

  /** Takes over what a sign-in has answered. */
  async begin(refreshToken: string): Promise<void> {
    await this.#underLock(refreshToken);
    this.#tell(true);
  }

  /** Ends the session here and in all other tabs. */
  async end(): Promise<void> {
    await send('DELETE');
    this.#access = undefined;
    this.#tell(false);
  }

  /** Two tabs that exchange the same refresh token would look like a thief and end the session. */
  #underLock(refreshToken: string | undefined): Promise<string | undefined> {
    return navigator.locks.request('cellplane-session', async () => {
      const answer = await send('POST', refreshToken === undefined ? {} : { refreshToken });
      if (answer.status === 401 || answer.status === 204) {
        const was = this.#access !== undefined;
        this.#access = undefined;
        if (was) this.#tell(false);
        return undefined;
      }
      const { jwtToken } = (await answer.json()) as { jwtToken: string };
      this.#access = { jwt: jwtToken, expiresAt: expiryOf(jwtToken) };
      return jwtToken;
    });
  }

  #tell(signedIn: boolean): void {
    for (const listener of this.#listeners) listener(signedIn);
  }
}

/** Answers with success, or with 401. */
async function send(method: string, body?: object): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(PATH, {
      method,
      credentials: 'same-origin',
      // Not a request that a form of another site could send.
      headers: { 'content-type': 'application/json', 'x-cellplane-browser': '1' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new ConnectionError('The server does not answer.', { cause: error });
  }
  if (response.ok || response.status === 401) return response;
  throw new ResponseError(response.status, await response.json());
}

/** When an access token expires, by this browser's clock: what the token says, less what the clock is ahead of the server's. */
export function expiryOf(jwt: string, now = Date.now()): number {
  const [, payload = ''] = jwt.split('.');
  const { exp = 0, iat = 0 } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number; iat?: number };
  return now + (exp - iat) * 1000;
}
