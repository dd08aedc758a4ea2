/** A port of this machine that the browser comes back to (RFC 8252): it takes one answer, and only the one to what was begun here. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandFailure } from '../../failure.js';

/** What the identity provider has sent along. */
export interface Returned {
  code: string;
  iss: string | undefined;
}

export interface Loopback {
  /** What the browser is sent back to. */
  redirectUrl: string;
  /** Waits for the browser. @throws CommandFailure if the identity provider refuses, or nobody comes in time */
  wait(states: ReadonlySet<string>, milliseconds: number): Promise<Returned & { state: string }>;
  close(): Promise<void>;
}

const PATH = '/callback';

/** Listens on 127.0.0.1. `port`: 0 for any free one. @throws CommandFailure if the port is taken */
export async function listenForBrowser(port: number): Promise<Loopback> {
  let take: ((query: URLSearchParams) => boolean) | undefined;
  const server = createServer((request, response) => {
    const query = queryOf(request);
    if (query === undefined) return answer(response, 404, 'There is nothing here.');
    if (take?.(query) !== true) return answer(response, 400, 'This is not the sign-in that was begun in the terminal.');
    return answer(response, 200, 'You can close this window and go back to the terminal.');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    throw new CommandFailure(
      'bad_request',
      `Port ${port} cannot be listened on (${(error as Error).message}): give another --callback-port.`,
    );
  });
  return {
    redirectUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    wait: (states, milliseconds) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new CommandFailure('cancelled', `Nobody has signed in within ${milliseconds / 60_000} minutes: begin again.`)),
          milliseconds,
        );
        take = (query) => {
          const [state, code, error] = [query.get('state') ?? '', query.get('code'), query.get('error')];
          if (!states.has(state) || (code === null && error === null)) return false;
          take = undefined;
          clearTimeout(timer);
          if (code === null) reject(new CommandFailure('auth_failure', refusal(error ?? '', query.get('error_description'))));
          else resolve({ code, state, iss: query.get('iss') ?? undefined });
          return true;
        };
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function queryOf({ method, url = '' }: IncomingMessage): URLSearchParams | undefined {
  if (method !== 'GET' || !URL.canParse(url, 'http://127.0.0.1')) return undefined;
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return pathname === PATH ? searchParams : undefined;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' });
  response.end(`${text}\n`);
}

/** Texts of others come to a terminal: one line, without what moves its cursor. */
function refusal(error: string, description: string | null): string {
  const text = description === null || description === '' ? error : `${error}: ${description}`;
  return `The identity provider has refused the sign-in: ${text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500)}`;
}
