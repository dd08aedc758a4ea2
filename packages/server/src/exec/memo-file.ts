/** Small files that are only memos: what they say can be found out or made again, so one that is damaged says nothing. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';

/** No memo is longer. Bytes. */
const LONGEST = 1024 * 1024;

/**
 * Reads a memo of JSON; undefined where there is none, or one that is torn, empty, of another form, too long, unreadable or no file.
 * `as` answers what it says, or undefined where it is not of this form.
 */
export async function readMemo<T>(path: string, as: (value: Record<string, unknown>) => T | undefined): Promise<T | undefined> {
  const text = await readShort(path).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? as(value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Text of a small regular file; undefined where it is none or too long. Never waits for the writer of a pipe. */
export async function readShort(path: string, longest: number = LONGEST): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    return found.isFile() && found.size <= longest ? await file.readFile('utf8') : undefined;
  } finally {
    await file.close();
  }
}

/** Writes a memo that its owner alone reads, whole or not at all. What lies there and is no file is removed first. */
export async function writeMemo(path: string, value: object): Promise<void> {
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(fresh, JSON.stringify(value), { mode: 0o600, flag: 'wx' });
    await rename(fresh, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EISDIR' && error.code !== 'ENOTEMPTY') throw error;
      await rm(path, { recursive: true });
      await rename(fresh, path);
    });
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}
