/**
 * Reads request bodies, those of GET and DELETE too: the reference's clients send them there (docs/reference/api.md#quirks-of-clients). What an operation may
 * be sent is a property of its row; more is refused as soon as that is known, and never kept.
 */
import type { IncomingMessage } from 'node:http';
import { cut, inexactNumbers } from '@cellplane/plan';
import type { Context } from 'hono';
import { badRequest, DomainError } from '../errors.js';
import { noteNumberTexts } from '../request-text/number-text.js';
import { bytesOnTheWire } from './connection.js';
import { JsonTextError, parseJsonText } from './json-text.js';

/** The client went away before it had sent all: nobody reads an answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** Details in one answer at most. */
const MOST_DETAILS = 100;

/**
 * The JSON value of the body; an empty body is an empty object (several operations are called with none).
 * @throws DomainError too_large for more bytes than `limit`; bad_request for bytes that are not UTF-8, text that is not JSON or beyond the
 * limits of `parseJsonText`, or numbers that would be rounded
 * @throws ClientGoneError
 */
export async function readJsonBody(context: Context, limit: number): Promise<unknown> {
  const bytes = await readBytes(context, limit);
  if (bytes.length === 0) return {};
  const text = decode(bytes);
  if (text.trim() === '') return {};
  try {
    const value = parseJsonText(text);
    refuseRounded(text);
    noteNumberTexts(text, value);
    return value;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw badRequest('invalid-json', `Invalid request: the body is not JSON that can be read: ${error.message}.`, [
      { field: '', code: 'invalid-json', message: error.message, line: error.line, column: error.column },
    ]);
  }
}

/** A number that JavaScript cannot hold is not taken for the nearest one. It may be a password: only its place is said. */
function refuseRounded(text: string): void {
  const details = inexactNumbers(text, MOST_DETAILS).map(({ path }) => ({
    field: cut(path),
    code: 'inexact-number',
    message: 'is a number that would be rounded; quote it, as text it keeps its digits',
  }));
  if (details.length === 0) return;
  const list = details.map(({ field, message }) => `${field === '' ? 'the body' : `field ${field}`} ${message}`);
  throw badRequest('inexact-number', `Invalid request: ${list.join('; ')}.`, details);
}

/**
 * All bytes of the body. Those of one that is too large are left where they are: the connection is cleared and ended by the listener, after
 * the answer. In one piece from the start, because each piece that a client sends, if only of a byte, would be an object of its own.
 */
async function readBytes(context: Context, limit: number): Promise<Buffer> {
  const declared = Number(context.req.header('content-length') ?? 0);
  if (declared > limit) throw tooLarge(limit);
  let bytes = Buffer.allocUnsafe(Math.max(declared, 0) || 1_024);
  let size = 0;
  for await (const chunk of piecesOf(context)) {
    const end = size + chunk.length;
    if (end > limit) throw tooLarge(limit);
    if (bytesOnTheWire(incomingOf(context)) > FRAMING + 3 * end)
      throw badRequest('body-in-crumbs', 'Invalid request: the body comes in chunks of a byte or two; send larger ones.');
    if (end > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(end, bytes.length * 2), limit));
      bytes.copy(larger, 0, 0, size);
      bytes = larger;
    }
    bytes.set(chunk, size);
    size = end;
  }
  return bytes.subarray(0, size);
}

/** Bytes of the wire beside three for each of the body. A chunk of one byte takes six, and as long to read as one of thousands. */
const FRAMING = 128 * 1024;

/** The socket's message where there is one: a Request object cannot carry the body of a GET, and reads small pieces slowly. */
async function* piecesOf(context: Context): AsyncIterable<Uint8Array> {
  const incoming = incomingOf(context);
  const source: AsyncIterable<Uint8Array> | null = incoming?.iterator({ destroyOnReturn: false }) ?? context.req.raw.body;
  if (source === null) return;
  try {
    for await (const piece of source) yield piece;
  } catch (error) {
    throw new ClientGoneError('the client went away before it had sent the whole body', { cause: error });
  }
}

function incomingOf(context: Context): IncomingMessage | undefined {
  return (context.env as { incoming?: IncomingMessage } | undefined)?.incoming;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('invalid-encoding', 'Invalid request: the body is not UTF-8 text.');
  }
}

function tooLarge(limit: number): DomainError {
  const shown = limit >= 1024 * 1024 ? `${limit / 1024 / 1024} MiB` : `${limit / 1024} KiB`;
  return new DomainError(
    'too_large',
    'request-too-large',
    `Invalid request: the body is larger than the ${shown} that this operation takes.`,
  );
}
