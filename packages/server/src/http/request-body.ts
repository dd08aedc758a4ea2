/** Reads request bodies, those of GET and DELETE too: the reference's clients send them there (reference 1.9, point 4). */
import type { IncomingMessage } from 'node:http';
import { inexactNumbers } from '@cellplane/plan';
import type { Context } from 'hono';
import { badRequest } from '../errors.js';
import { noteNumberTexts } from '../number-text.js';
import { JsonTextError, parseJsonText } from './json-text.js';

/** A spec of 10 MB grows by a third in base64. Bytes. */
export const REQUEST_LIMIT = 32 * 1024 * 1024;

/**
 * The JSON value of the body; an empty body is an empty object (several operations are called with none).
 * @throws DomainError bad_request for more than REQUEST_LIMIT bytes, bytes that are not UTF-8, text that is not JSON, or numbers that would be
 * rounded
 */
export async function readJsonBody(context: Context): Promise<unknown> {
  const bytes = await readBytes(context);
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
    throw badRequest('invalid-json', `Invalid request: the body is not JSON: ${error.message}.`, [
      { field: '', code: 'invalid-json', message: error.message, line: error.line, column: error.column },
    ]);
  }
}

/** A number that JavaScript cannot hold is not taken for the nearest one. It may be a password: only its place is said. */
function refuseRounded(text: string): void {
  const details = inexactNumbers(text)
    .slice(0, 100)
    .map(({ path }) => ({
      field: path,
      code: 'inexact-number',
      message: 'is a number that would be rounded; quote it, as text it keeps its digits',
    }));
  if (details.length === 0) return;
  const list = details.map(({ field, message }) => `${field === '' ? 'the body' : `field ${field}`} ${message}`);
  throw badRequest('inexact-number', `Invalid request: ${list.join('; ')}.`, details);
}

async function readBytes(context: Context): Promise<Buffer> {
  const declared = Number(context.req.header('content-length') ?? 0);
  if (declared > REQUEST_LIMIT) throw tooLarge();
  // A Request object cannot carry the body of a GET; the socket's message below it can.
  const incoming = (context.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  const source: AsyncIterable<Uint8Array> | null = context.req.method === 'GET' ? (incoming ?? null) : context.req.raw.body;
  if (source === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > REQUEST_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('invalid-encoding', 'Invalid request: the body is not UTF-8 text.');
  }
}

function tooLarge() {
  return badRequest('request-too-large', `Invalid request: the body is larger than ${REQUEST_LIMIT / 1024 / 1024} MiB.`);
}
