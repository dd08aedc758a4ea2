/** Charts by the kind of their cell: Helm on a cluster, the cell's own way on a simulated one. */
import type { Helm } from '../exec/helm.js';
import type { Cells } from './cell.js';
import type { ChartBackend } from './charts.js';
import { helmBackend } from './helm-backend.js';
import { simulatedBackend } from './simulated-backend.js';

export function cellBackend(deps: { cells: Cells; helm: Helm }): ChartBackend {
  const helm = helmBackend(deps);
  const simulated = simulatedBackend(deps);
  return {
    install: async (cellId, chart, options) => {
      const { kind } = await deps.cells.find(cellId);
      return (kind === 'simulated' ? simulated : helm).install(cellId, chart, options);
    },
  };
}
