import { createReadStream } from 'node:fs';
import { isObject } from '../json.js';

/** A line of a file, without its end. */
export interface Line {
  text: string;
  /** Bytes, with its end. */
  bytes: number;
  /** It has its end: one without was torn. */
  isWhole: boolean;
}

/** No line that was written by us is longer. Bytes. */
const LONGEST = 64 * 1024 * 1024;

/** Lines of a file of any length, one after the other; none if there is no such file. */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        const bytes = Buffer.concat([...rest, chunk.subarray(from, end)]);
        yield { text: bytes.toString('utf8'), bytes: bytes.length + 1, isWhole: true };
        rest = [];
        length = 0;
        from = end + 1;
      }
      rest.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > LONGEST)
        throw new Error(`${path} is damaged: it has a line of more than ${LONGEST} bytes. Restore it from a copy, or remove it.`);
    }
  } catch (error) {
    if (isObject(error) && error.code === 'ENOENT') return;
    throw unusable(path, error);
  }
  if (length > 0) yield { text: Buffer.concat(rest).toString('utf8'), bytes: length, isWhole: false };
}

/** What the system says of a file, in words with the cure. */
export function unusable(path: string, error: unknown): Error {
  const code = isObject(error) ? error.code : undefined;
  const cure: Record<string, string> = {
    EISDIR: `${path} is a directory where a file is expected. Remove it.`,
    EACCES: `${path} may not be used by this account. Give it back to whoever runs the simulated cell.`,
    EPERM: `${path} may not be used by this account. Give it back to whoever runs the simulated cell.`,
    ENOSPC: `${path} cannot be written: the disk is full.`,
    EROFS: `${path} cannot be written: the disk can only be read.`,
  };
  const words = typeof code === 'string' ? cure[code] : undefined;
  return words === undefined && error instanceof Error ? error : new Error(words ?? String(error), { cause: error });
}
