/**
 * Asks a server of somebody else's, as `fetch` does, for libraries that take one: only where such requests may go, with a deadline for the
 * whole, an answer of bounded size, and no redirect followed.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { guardedLookup, type PrivateSetting, type Resolve, TargetRefused } from './guarded-lookup.js';
import { guardedRequest } from './guarded-request.js';

export interface GuardedFetchOptions {
  /** The setting that lets private addresses be asked. */
  setting: PrivateSetting;
  /** It is on: private addresses are asked, and servers without TLS. */
  isPrivateAllowed: boolean;
  /** For the whole, from the question to the last byte. Milliseconds. */
  deadlineMs: number;
  /** Bytes of an answer's body. */
  mostBytes: number;
  /** @default DNS */
  resolve?: Resolve | undefined;
}

/** What is asked; a part of what `fetch` takes. */
export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal | undefined;
}

export type GuardedFetch = (url: string, question?: Question) => Promise<Response>;

/** Statuses that have no body. */
const EMPTY = new Set([101, 103, 204, 205, 304]);

/** Makes the function. What it answers rejects with `TargetRefused` where nothing may be sent to, and with what went wrong otherwise. */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const lookup = options.isPrivateAllowed ? undefined : guardedLookup(options.setting, options.resolve);
  return async (text, { method = 'GET', headers = {}, body, signal } = {}) => {
    const url = new URL(text);
    if (url.protocol !== 'https:' && !options.isPrivateAllowed) throw new TargetRefused(`${url.origin} must be reached by https://.`);
    const deadline = AbortSignal.timeout(options.deadlineMs);
    const ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    try {
      const response = await ask(
        guardedRequest(url, { method, headers, body, signal: ended, maxHeaderSize: 32_768, setting: options.setting, lookup }),
        body,
      );
      const bytes = await readAll(response, options.mostBytes);
      const status = response.statusCode ?? 0;
      return new Response(EMPTY.has(status) ? null : bytes, { status, headers: headersOf(response) });
    } catch (error) {
      if (deadline.aborted) throw new Error(`${url.host} did not answer within ${options.deadlineMs / 1_000} s`, { cause: error });
      throw error;
    }
  };
}

function ask(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    // A server that changes the protocol (101) ends a request without an answer and without an error.
    request.on('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(body);
  });
}

async function readAll(response: IncomingMessage, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) {
      response.destroy();
      throw new Error(`the answer has more than ${mostBytes} bytes`);
    }
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) for (const value of values) headers.append(name, value);
  return headers;
}
