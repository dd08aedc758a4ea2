import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { every } from '../process/timer.js';
import { removeFormerFolders } from './former-folders.js';
import { openWorkFolders, SWEEP_MS, type WorkFolders } from './work-folders.js';

/** The work folders of a running server: what killed ones left is removed now and as long as it runs. Nothing of that ends a start. */
export async function keepWorkFolders(dataDir: string, log: Logger): Promise<WorkFolders & { stop(): Promise<void> }> {
  const folders = openWorkFolders(dataDir);
  const complaint = 'work folders that a killed server left could not be removed';
  const told = (error: unknown) => log.warn({ error: messageOf(error) }, complaint);
  await folders.sweep().catch(told);
  await removeFormerFolders().catch(told);
  const loop = every(SWEEP_MS, log, complaint, () => folders.sweep());
  return {
    ...folders,
    stop: async () => {
      await loop.stop();
      await folders.close();
    },
  };
}
