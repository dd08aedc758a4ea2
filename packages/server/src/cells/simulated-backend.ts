/** Charts on a simulated cell: it knows the operators' charts that it can behave like, and says no to others. */
import { ApiError } from '@cellplane/kubernetes';
import type { Cells } from './cell.js';
import type { ChartBackend } from './charts.js';

export function simulatedBackend(deps: { cells: Cells }): ChartBackend {
  return {
    install: async (cellId, chart, { signal }) => {
      const client = await deps.cells.client(cellId);
      const { repositoryUrl, version, namespace, releaseName, values } = chart;
      const body = { repositoryURL: repositoryUrl, chart: chart.chart, version, namespace, releaseName, values };
      try {
        const release = (await client.raw('/simulator/charts', { method: 'POST', body, signal })) as { version?: string };
        return { version: release.version ?? version };
      } catch (error) {
        if (error instanceof ApiError && error.outcome === 'permanent')
          throw Object.assign(new Error(error.message, { cause: error }), { retriable: false });
        throw error;
      }
    },
  };
}
