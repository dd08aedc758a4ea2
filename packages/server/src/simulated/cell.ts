/**
 * The simulated cell of an installation: found through its row, started where it is not running. Copies of the program
 * that share a database and a machine share it.
 */
import { join } from 'node:path';
import { type ClusterAccess, connect, loadKubeconfig } from '@cellplane/kubernetes';
import { sql, transaction } from '../database/database.js';
import { groupState, killGroup } from '../exec/process-group.js';
import { type SimulatorProcess, startSimulatorProcess, stopSimulatorProcess } from '../exec/simulator-process.js';
import { accessOf, type Cell, type CellDeps } from '../cells/cell.js';
import { useSimulatedCell } from '../cells/default-cell.js';
import { keepProcess, readProcess } from './process.js';
import { selectCells } from '../cells/store.js';

/** Held while one of several copies starts the process. */
const LOCK = 7_320_114_431;

/** Makes sure that the simulated cell answers and is the default cell; starts its process if nobody has. */
export async function ensureSimulatedCell(deps: CellDeps, dataDir: string, signal?: AbortSignal): Promise<Cell> {
  return transaction(deps.db, async (tx) => {
    await sql`set local statement_timeout = '60s'`.execute(tx);
    // It says nothing while the process starts, and another copy waits for it.
    await sql`set local lock_timeout = '60s'`.execute(tx);
    await sql`set local idle_in_transaction_session_timeout = '60s'`.execute(tx);
    await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
    const rows = (await selectCells(tx)).filter((row) => row.kind === 'simulated');
    for (const row of rows) {
      const access = accessOf(deps.sealer, row);
      if (await answers(access)) return useSimulatedCell({ ...deps, db: tx }, { access, folder: folderOf(row.identity) });
    }
    const known = rows[0];
    const folder = known === undefined ? join(dataDir, 'simulated-cell') : folderOf(known.identity);
    const process = await findOrStart(folder, known === undefined ? undefined : Number(new URL(known.server).port), signal);
    return useSimulatedCell({ ...deps, db: tx }, { access: loadKubeconfig({ text: process.kubeconfig }), folder });
  });
}

/** What ends a simulated cell at once: for the last moment of the server that it was started for. */
export async function suddenEndOf(cell: Pick<Cell, 'identity'>): Promise<() => void> {
  const running = await readProcess(folderOf(cell.identity));
  return () => {
    if (running !== undefined && groupState(running.group) === 'alive') killGroup(running.group.pgid);
  };
}

/** Ends the simulated cell of a data directory whose server was killed. */
export async function stopSimulatedCellOf(dataDir: string): Promise<void> {
  const running = await readProcess(join(dataDir, 'simulated-cell'));
  if (running !== undefined) await stopSimulatorProcess(running.group, 1_500);
}

/** Ends the simulated cell's process, if this machine has it. Its objects stay. */
export async function stopSimulatedCell(cell: Pick<Cell, 'identity'>, patienceMs: number): Promise<void> {
  const running = await readProcess(folderOf(cell.identity));
  if (running !== undefined) await stopSimulatorProcess(running.group, patienceMs);
}

async function findOrStart(
  folder: string,
  port: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<SimulatorProcess, 'kubeconfig'>> {
  const running = await readProcess(folder);
  if (running?.kubeconfig !== undefined && (await answers(running.kubeconfig))) return { kubeconfig: running.kubeconfig };
  // It runs and cannot be spoken to: another one could not use its folder.
  if (running !== undefined) await stopSimulatorProcess(running.group, 1_500);
  const started = await startSimulatorProcess({
    dataDir: folder,
    ...(port === undefined || Number.isNaN(port) ? {} : { port }),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    await keepProcess(folder, started);
  } catch (error) {
    // One that nobody could find again is not left.
    await stopSimulatorProcess(started.group, 1_500);
    throw error;
  }
  return started;
}

/** Whether a cell answers there; a kubeconfig that is none leads nowhere. */
async function answers(to: ClusterAccess | string): Promise<boolean> {
  let client: ReturnType<typeof connect> | undefined;
  try {
    client = connect(typeof to === 'string' ? loadKubeconfig({ text: to }) : to, { timeoutMs: 2_000 });
    await client.raw('/version');
    return true;
  } catch {
    return false;
  } finally {
    await client?.close();
  }
}

function folderOf(identity: string): string {
  return identity.slice('simulated:'.length);
}
