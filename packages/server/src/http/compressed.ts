/** Answers of the API as they are sent: as JSON, and the long ones compressed where the client reads that. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { accepts } from 'hono/accepts';
import type { AppContext } from './context.js';

/** Shorter answers are sent as they are: what they would save is less than what it costs. Characters. */
const LONG = 4 * 1024;
/** Lists repeat themselves: more effort would not make them much shorter. */
const EFFORT = { level: 4 };

const ACCEPTED = { header: 'Accept-Encoding' as const, supports: ['gzip'], default: 'identity' };

const compress = promisify<string, typeof EFFORT, Buffer<ArrayBuffer>>(gzip);

/**
 * Answers with the content. `isRead`: nothing but a read whose row gives no secret out (`answersSecret`).
 *
 * The length of a compressed text tells of a secret in it whoever makes others ask for it again and again with a guess in it (BREACH).
 * Here neither is possible: what has a secret is not compressed, and nobody makes a browser of somebody else ask, since the API goes by a
 * token that no browser sends by itself. The one path that a cookie opens (`browser-session.ts`) answers by itself, uncompressed.
 *
 * Hono's middleware is not used: it would compress whatever passes, secrets and streams too, and each answer as a stream, which costs more
 * of the processor than one call. Which encodings a client reads is for Hono's reader of that header to say.
 */
export async function answerJson(
  context: AppContext,
  content: unknown,
  status: number,
  { isRead }: { isRead: boolean },
): Promise<Response> {
  const text = JSON.stringify(content);
  const headers = { 'content-type': 'application/json' };
  if (!isRead || text.length < LONG) return context.body(text, status as 200, headers);
  const vary = { ...headers, vary: 'accept-encoding' };
  if (accepts(context, ACCEPTED) !== 'gzip') return context.body(text, status as 200, vary);
  const bytes = await compress(text, EFFORT);
  return context.body(bytes, status as 200, { ...vary, 'content-encoding': 'gzip' });
}
