import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../json.js';
import { unusable } from './lines.js';

/** True where a process of this number runs. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as someone else.
    return isObject(error) && error.code === 'EPERM';
  }
}

/** When the process began, so that a number given to another process later is not taken for it; '' where the system does not say. */
async function startTime(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/**
 * Takes a data directory for this process; the answer gives it back. A lock left by a process that is gone is taken over.
 * Rejects with the holder's process id where another cell uses it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'lock');
  const mine = `${process.pid} ${await startTime(process.pid)}`;
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(mine);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!isObject(error) || error.code !== 'EEXIST') throw unusable(path, error);
    }
    const [pidText = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
    const pid = Number(pidText);
    const alive = pid > 0 && isRunning(pid) && (started === '' || (await startTime(pid)) === started);
    if (alive)
      throw new Error(
        `the data directory ${directory} is in use by another simulated cell (process ${pid}); stop it or use another directory`,
      );
    await rm(path, { force: true }).catch((error: unknown) => {
      throw unusable(path, isObject(error) && error.code === 'ERR_FS_EISDIR' ? { code: 'EISDIR' } : error);
    });
  }
}
