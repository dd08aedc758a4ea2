/**
 * Charts on a simulated cell: it behaves like the operators of the charts that it knows. Of others it only remembers that they
 * were asked for; their kinds are served as `kinds.ts` says.
 */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { CompiledResource } from '@cellplane/plan';
import type { Cells } from '../cells/cell.js';
import type { ChartBackend } from '../charts/chart-work.js';

/** What the simulator's own page of charts says. */
interface SimulatedCharts {
  /** Names of the charts whose operators it behaves like. */
  charts?: string[];
  releases?: { chart: string; version: string }[];
}

export function simulatedCharts(deps: { cells: Cells }): ChartBackend {
  return {
    installed: async (cellId, chart) => {
      const client = await deps.cells.client(cellId);
      return versionOf((await client.raw('/simulator/charts')) as SimulatedCharts, chart.chart);
    },
    install: async (cellId, chart, { signal }) => {
      const client = await deps.cells.client(cellId);
      const { chart: name, version, namespace, releaseName: release } = chart;
      const body = { name, version, namespace, release, unknown: 'accept' };
      try {
        const answer = (await client.raw('/simulator/charts', { method: 'POST', body, signal })) as SimulatedCharts;
        return { version: versionOf(answer, name) ?? version };
      } catch (error) {
        if (error instanceof ApiError && error.outcome === 'permanent')
          throw Object.assign(new Error(error.message, { cause: error }), { retriable: false });
        throw error;
      }
    },
  };
}

function versionOf(answer: SimulatedCharts, chart: string): string | undefined {
  return answer.releases?.find((one) => one.chart === chart)?.version;
}

/** Whether the simulated cell simulates all operators of a resource. If it does, a kind that it does not serve is an error of the plan. */
export async function isKnownOperator(
  client: KubernetesClient,
  resource: Pick<CompiledResource, 'charts'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (resource.charts.length === 0) return false;
  const { charts = [] } = (await client.raw('/simulator/charts', { signal })) as SimulatedCharts;
  return resource.charts.every((chart) => charts.includes(chart.chartName));
}
