/**
 * The session of this browser. The refresh token lies in a cookie that no script can read (docs/decisions/0013-browser-sessions.md);
 * the access token lives in memory only. All tabs share the cookie: one tab at a time exchanges it, and tells the others what became of it.
 */
import { ConnectionError, ResponseError } from '@cellplane/api/client';

const PATH = '/api/browser-session';
/** Exchanged this long before it expires. Milliseconds. */
const EARLY_MS = 30_000;

interface AccessToken {
  jwt: string;
  expiresAt: number;
}

/**
 * What happens to the session: somebody signed in; it ended without anybody having asked for that here (the page stays, and asks to sign in
 * again); the same person did; somebody else did, in whichever tab (nothing of this page is for them); it was ended here.
 */
export type SessionEvent = 'begun' | 'over' | 'restored' | 'another' | 'signed-out';

export class BrowserSession {
  #access: AccessToken | undefined;
  #exchange: Promise<string | undefined> | undefined;
  /** Whose pages this tab shows. */
  #userId: string | undefined;
  #isOver = false;
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #tabs = new BroadcastChannel('cellplane-session');

  constructor() {
    this.#tabs.addEventListener('message', ({ data }) => void this.#hear(data as SessionEvent));
  }

  /** Calls the listener at each event; answers what ends that. */
  readonly subscribe = (listener: (event: SessionEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** True while a page waits for its person to sign in again. */
  readonly isOver = (): boolean => this.#isOver;

  /** A good access token; undefined: nobody is signed in. Rejects where the server does not answer. */
  async token(): Promise<string | undefined> {
    if (this.#access !== undefined && Date.now() < this.#access.expiresAt - EARLY_MS) return this.#access.jwt;
    if (this.#isOver) return undefined;
    return (this.#exchange ??= this.#underLock(undefined).finally(() => (this.#exchange = undefined)));
  }

  /** Another token in place of one that the server has refused; waits for the person where it has to be asked for. Undefined: nobody was signed in. */
  async tokenAfter(refused: string | undefined): Promise<string | undefined> {
    if (this.#userId === undefined) return undefined;
    if (refused !== undefined && this.#access?.jwt === refused) this.#access = undefined;
    return (await this.token()) ?? (this.#isOver ? this.#untilRestored() : undefined);
  }

  /** Takes over what a sign-in has answered. */
  async begin(refreshToken: string): Promise<void> {
    const wasOver = this.#isOver;
    await this.#underLock(refreshToken);
    this.#tellTabs('begun');
    if (!wasOver) this.#tell('begun');
  }

  /** Ends the session here and in all other tabs. */
  async end(): Promise<void> {
    await send('DELETE');
    this.#access = undefined;
    this.#userId = undefined;
    this.#isOver = false;
    this.#tellTabs('signed-out');
    this.#tell('signed-out');
  }

  /**
   * Two tabs that exchange the same refresh token could look like a thief and end the session. Browsers have no locks on addresses without
   * TLS; the server bears with what comes at once.
   */
  #underLock(refreshToken: string | undefined): Promise<string | undefined> {
    const exchange = async () => {
      const answer = await send('POST', refreshToken === undefined ? {} : { refreshToken });
      if (answer.status === 401 || answer.status === 204) {
        this.#lose();
        return undefined;
      }
      const { jwtToken } = (await answer.json()) as { jwtToken: string };
      return this.#take(jwtToken);
    };
    return 'locks' in navigator ? navigator.locks.request('cellplane-session', exchange) : exchange();
  }

  #take(jwt: string): string | undefined {
    const { sub } = payloadOf(jwt);
    if (this.#userId !== undefined && sub !== this.#userId) {
      this.#access = undefined;
      this.#tell('another');
      return undefined;
    }
    this.#userId = sub;
    this.#access = { jwt, expiresAt: expiryOf(jwt) };
    if (this.#isOver) {
      this.#isOver = false;
      this.#tell('restored');
    }
    return jwt;
  }

  #lose(): void {
    this.#access = undefined;
    if (this.#userId === undefined || this.#isOver) return;
    this.#isOver = true;
    this.#tell('over');
  }

  /** What another tab tells. */
  async #hear(event: SessionEvent): Promise<void> {
    if (event === 'signed-out') this.#lose();
    // Somebody has signed in there: the cookie is good again, if it is the same person's. Where the server does not answer, the dialog stays.
    if (event === 'begun' && this.#userId !== undefined) await this.#underLock(undefined).catch(() => undefined);
  }

  #untilRestored(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const end = this.subscribe((event) => {
        if (event !== 'restored') return;
        end();
        resolve(this.#access?.jwt);
      });
    });
  }

  #tellTabs(event: SessionEvent): void {
    // A channel is of this origin alone, and takes no target.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#tabs.postMessage(event);
  }

  #tell(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
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

function payloadOf(jwt: string): { exp?: number; iat?: number; sub?: string } {
  const [, payload = ''] = jwt.split('.');
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number; iat?: number; sub?: string };
}

/** When an access token expires, by this browser's clock: what the token says, less what the clock is ahead of the server's. */
export function expiryOf(jwt: string, now = Date.now()): number {
  const { exp = 0, iat = 0 } = payloadOf(jwt);
  return now + (exp - iat) * 1000;
}
