import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LineSink, noticeOf, openSink } from '@cellplane/server/launch';

/**
 * The log file of the server that a command starts, `log/server.log` in the data directory. A server that cannot write its log works
 * all the same, and so does the command: what is missing is counted, and said in the log once it can be written again.
 */
export async function openServerLog(dataDir: string): Promise<{ path: string; log: Pick<LineSink, 'write'> }> {
  const folder = join(dataDir, 'log');
  const path = join(folder, 'server.log');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // A handle would be closed when nobody refers to it any more.
    return { path, log: openSink(openSync(path, 'a', 0o600), { notice: noticeOf('lines of the log could not be written') }) };
  } catch (error) {
    return { path: `none: ${path} cannot be written (${(error as Error).message})`, log: { write: () => {} } };
  }
}
