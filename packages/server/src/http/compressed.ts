/** Answers of the API as they are sent: as JSON, and the long ones compressed where the client reads that. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { AppContext } from './context.js';

/** Shorter answers are sent as they are: what they would save is less than what it costs. Characters. */
const LONG = 4 * 1024;
/** Lists repeat themselves: more effort would not make them much shorter. */
const EFFORT = { level: 4 };

const compress = promisify<string, typeof EFFORT, Buffer<ArrayBuffer>>(gzip);

/** Answers with the content. `isRead`: nothing but a read, without a secret, of which the length of a compressed text could tell something. */
export async function answerJson(
  context: AppContext,
  content: unknown,
  status: number,
  { isRead }: { isRead: boolean },
): Promise<Response> {
  const text = JSON.stringify(content);
  const headers = { 'content-type': 'application/json' };
  if (!isRead || text.length < LONG || !readsGzip(context)) return context.body(text, status as 200, headers);
  const bytes = await compress(text, EFFORT);
  return context.body(bytes, status as 200, { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' });
}

function readsGzip({ req }: AppContext): boolean {
  const wish = (req.header('accept-encoding') ?? '').split(',').find((one) => one.trim().startsWith('gzip'));
  return wish !== undefined && !/;\s*q=0(?:\.0*)?\s*$/.test(wish);
}
