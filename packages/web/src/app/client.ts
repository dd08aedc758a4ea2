/** The API client of this browser tab, and the session behind it. */
import { type Client, createClient } from '@cellplane/api/client';
import { BrowserSession } from './session/browser-session';

export const session = new BrowserSession();

export const client: Client = createClient({ baseUrl: window.location.origin, token: () => session.token() });
