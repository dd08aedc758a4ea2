/** Charts on a simulated cell: it knows the operators' charts that it can behave like, and says no to others. */
import { ApiError } from '@cellplane/kubernetes';
import type { Cells } from './cell.js';
import type { ChartBackend } from './charts.js';

export function simulatedBackend(deps: { cells: Cells }): ChartBackend {
  return {
    installed: async (cellId, chart) => {
      const client = await deps.cells.client(cellId);
      const answer = (await client.raw('/simulator/charts')) as { releases?: { chart: string; version: string }[] };
      return answer.releases?.find((one) => one.chart === chart.chart)?.version;
    },
    install: async (cellId, chart, { signal }) => {
      const client = await deps.cells.client(cellId);
      const { chart: name, version, namespace, releaseName: release } = chart;
      try {
        const answer = (await client.raw('/simulator/charts', { method: 'POST', body: { name, version, namespace, release }, signal })) as {
          releases?: { chart: string; version: string }[];
        };
        return { version: answer.releases?.find((one) => one.chart === name)?.version ?? version };
      } catch (error) {
        if (error instanceof ApiError && error.outcome === 'permanent')
          throw Object.assign(new Error(error.message, { cause: error }), { retriable: false });
        throw error;
      }
    },
  };
}
