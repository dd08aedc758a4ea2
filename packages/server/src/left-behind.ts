/** What a server that was killed leaves running on this machine. */
import { stopSimulatedCellOf } from './simulated/cell.js';
import { takeLeftPostgres } from './database/embedded/embedded.js';

/**
 * Ends the embedded PostgreSQL and the simulated cell of a data directory whose server was killed. Where another server
 * has taken the directory since, they are its own and go on: false.
 */
export async function stopLeftBehind(dataDir: string): Promise<boolean> {
  const left = await takeLeftPostgres(dataDir);
  if (left === 'taken') return false;
  await stopSimulatedCellOf(dataDir);
  await left?.stop();
  return true;
}
