/** The default deployment cell of an installation: the cluster that the configuration names, or else the simulated cell. */
import { type Cell, type CellDeps, type Cells, checkCell } from './cells/cell.js';
import { readDefaultKubeconfig, useClusterCell } from './cells/default-cell.js';
import { readFactsFile, useFacts } from './cells/facts.js';
import type { Config } from './config.js';
import { onSuddenEnd } from './process/last-resort.js';
import { ensureSimulatedCell, stopSimulatedCell, suddenEndOf } from './simulated/cell.js';
import { startStep } from './process/start-step.js';

export interface CellSettings {
  cluster: Awaited<ReturnType<typeof readDefaultKubeconfig>> | undefined;
  facts: Awaited<ReturnType<typeof readFactsFile>> | undefined;
}

/** Reads the files that the configuration names. Before anything is started: a mistake in them is told at once. */
export async function readCellSettings(config: Config): Promise<CellSettings> {
  return {
    cluster: config.kubeconfig === undefined ? undefined : await readDefaultKubeconfig(config.kubeconfig),
    facts: config.cellFacts === undefined ? undefined : await readFactsFile(config.cellFacts),
  };
}

/** The default cell, its row written and its cluster asked; a simulated one is started. `ensure` does it again where it has gone. */
export async function openFirstCell(
  deps: CellDeps & { cells: Cells; config: Config; ownsDatabase: boolean; signal?: AbortSignal | undefined },
  { cluster, facts }: CellSettings,
  onStarted: (stop: () => Promise<void>) => void,
): Promise<{ cell: Cell; ensure: () => Promise<Cell> }> {
  const { cells, config, log, signal } = deps;
  const ensure = () =>
    cluster === undefined ? ensureSimulatedCell(deps, config.dataDir, signal) : useClusterCell(deps, cluster, config.cellPlaces);
  const first = await ensure();
  await useFacts(deps.db, first.id, facts);
  // Other servers may share a simulated cell only with a database of their own; else it was started for us.
  if (deps.ownsDatabase && first.kind === 'simulated') {
    const forget = onSuddenEnd(await suddenEndOf(first));
    onStarted(async () => {
      await stopSimulatedCell(first, 1_500);
      forget();
    });
  }
  const cell = await startStep(signal, checkCell(deps, cells, first.id, { anewPlaces: config.cellPlaces === undefined }));
  if (cell.status !== 'RUNNING') log.warn({ cell: cell.key }, `deployment cell ${cell.key} does not answer: ${cell.statusMessage}`);
  return { cell, ensure };
}
