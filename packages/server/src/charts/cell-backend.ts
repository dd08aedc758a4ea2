/** Charts by the kind of their cell: Helm on a cluster, the cell's own way on a simulated one. */
import type { Cells } from '../cells/cell.js';
import type { ChartBackend } from './chart-work.js';

export function cellBackend({ cells, ...by }: { cells: Cells; helm: ChartBackend; simulated: ChartBackend }): ChartBackend {
  const of = async (cellId: string) => ((await cells.find(cellId)).kind === 'simulated' ? by.simulated : by.helm);
  return {
    installed: async (cellId, chart) => (await of(cellId)).installed(cellId, chart),
    install: async (cellId, chart, options) => (await of(cellId)).install(cellId, chart, options),
  };
}
