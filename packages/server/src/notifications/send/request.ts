/** One attempt to send a message, over HTTP. It has one deadline, follows nothing, and reads no more than a few lines of the answer. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { messageOf } from '../../errors.js';
import { TargetRefused } from '../../outgoing/guarded-lookup.js';
import { guardedRequest } from '../../outgoing/guarded-request.js';
import type { Message } from './message.js';

export interface Outcome {
  delivered: boolean;
  /** No further attempt can help. */
  final?: true;
  statusCode?: number;
  /** The begin of the answer's body. */
  answer?: string;
  error?: string;
  /** The receiver asks for so much patience. Milliseconds. */
  retryAfterMs?: number;
}

export interface SendOptions {
  deadlineMs: number;
  /** Aborts the attempt. */
  signal: AbortSignal;
  /** Judges the addresses of names. Undefined: any address is allowed. */
  lookup?: LookupFunction | undefined;
}

/** Characters of an answer that are kept. */
const LONGEST_ANSWER = 1_000;
/** The outcome is in the status line: the body, which is for people, is waited for so long. Milliseconds. */
const BODY_MS = 1_000;
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** Sends once. Never rejects. */
export function send(message: Message, { deadlineMs, signal, lookup }: SendOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const url = new URL(message.url);
    let request: ClientRequest | undefined;
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
      request?.destroy();
    };
    const timer = setTimeout(() => end({ delivered: false, error: `no answer within ${deadlineMs / 1000} s` }), deadlineMs);
    const onAbort = () => end({ delivered: false, error: 'the server stopped' });
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const { method, headers, body } = message;
      request = guardedRequest(url, {
        method,
        headers,
        body,
        maxHeaderSize: 16_384,
        setting: 'CELLPLANE_WEBHOOK_PRIVATE_TARGETS',
        lookup,
      });
    } catch (error) {
      return end({ delivered: false, final: true, error: messageOf(error) });
    }
    request.on('error', (error) => end(failure(error)));
    request.on('response', (response) => void readStart(response).then((answer) => end(outcomeOf(response, answer))));
    request.end(message.body);
  });
}

function failure(error: Error): Outcome {
  return { delivered: false, error: messageOf(error), ...(error instanceof TargetRefused ? { final: true } : {}) };
}

function outcomeOf(response: IncomingMessage, answer: string): Outcome {
  const statusCode = response.statusCode ?? 0;
  const said = { statusCode, ...(answer === '' ? {} : { answer }) };
  if (statusCode >= 200 && statusCode < 300) return { delivered: true, ...said };
  const error =
    statusCode >= 300 && statusCode < 400
      ? `the receiver answered ${statusCode}, and redirects are not followed: set the channel's URL to the final one`
      : `the receiver answered ${statusCode}`;
  return { delivered: false, ...said, error, ...patience(response.headers['retry-after']) };
}

function patience(retryAfter: string | undefined): { retryAfterMs?: number } {
  if (retryAfter === undefined || !/^\d{1,9}$/.test(retryAfter)) return {};
  return { retryAfterMs: Math.min(Number(retryAfter) * 1_000, LONGEST_RETRY_AFTER_MS) };
}

/** The begin of the body, as far as it comes soon. Never rejects. */
function readStart(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const end = () => {
      clearTimeout(timer);
      // PostgreSQL keeps no NUL.
      resolve(bytes.toString('utf8').replaceAll('\0', '').slice(0, LONGEST_ANSWER));
    };
    const timer = setTimeout(end, BODY_MS);
    response.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk.subarray(0, 4 * LONGEST_ANSWER)]);
      if (bytes.length >= 4 * LONGEST_ANSWER) end();
    });
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  });
}
