/** Charts by the kind of their cell: Helm on a cluster, the cell's own way on a simulated one. */
import type { Helm } from '../exec/helm.js';
import type { Cells } from '../cells/cell.js';
import type { ChartBackend } from './charts.js';
import { helmBackend } from './helm-backend.js';
import { simulatedBackend } from './simulated-backend.js';

export function cellBackend(deps: { cells: Cells; helm: Helm; now: () => Promise<Date> }): ChartBackend {
  const helm = helmBackend(deps);
  const simulated = simulatedBackend(deps);
  const of = async (cellId: string) => ((await deps.cells.find(cellId)).kind === 'simulated' ? simulated : helm);
  return {
    installed: async (cellId, chart) => (await of(cellId)).installed(cellId, chart),
    install: async (cellId, chart, options) => (await of(cellId)).install(cellId, chart, options),
  };
}
