/** The installation of a chart, as long work: one release is installed by one process at a time. */
import type { Logger } from '../log.js';
import type { ProcessGroup } from '../exec/process-group.js';
import { anyKind, type WorkKind } from '../work/kind.js';
import type { WantedChart } from './chart-rules.js';
import { type ChartKey, setDeployed } from './chart-store.js';

export const CHART_WORK = 'chart';

/** Installs for real: Helm on a cluster, the simulator's own way on a simulated cell. */
export interface ChartBackend {
  /**
   * Installs or upgrades and waits until the chart's workloads are ready; answers the version that is there then (a newer
   * one found in place stays). Rejects with an error whose `retriable` says whether another try may help. `reinstall`: the
   * release works, and gets new values. `resumed`: Helm ran for us before without an end, so what is pending is ours.
   */
  install(
    cellId: string,
    chart: WantedChart,
    options: {
      signal: AbortSignal;
      onStarted: (group: ProcessGroup) => Promise<void>;
      reinstall: boolean;
      resumed: boolean;
      /** Gets what the installer writes. @default nobody */
      log?: (text: string) => void;
    },
  ): Promise<{ version: string }>;
  /** The version that works in the cell now; undefined if somebody took it away. */
  installed(cellId: string, chart: WantedChart): Promise<string | undefined>;
}

export interface ChartInput {
  key: ChartKey;
  wanted: WantedChart;
  /** The release works already; only its values or version change. */
  reinstall: boolean;
}

/** Names the work on a release. Cell ids and addresses hold no space. */
export function chartWorkKey({ cellId, repositoryUrl, chart }: ChartKey): string {
  return `${cellId} ${repositoryUrl} ${chart}`;
}

export function chartWork({ backend, log }: { backend: ChartBackend; log: Logger }): WorkKind {
  return anyKind<ChartInput, { version: string }>({
    name: CHART_WORK,
    secretsOf: ({ wanted: { password, secrets = [] } }) => (password === undefined ? secrets : [password, ...secrets]),
    failure: ({ wanted }, cause) => `chart ${wanted.chart} ${wanted.version} of ${wanted.repositoryUrl} could not be installed: ${cause}`,
    perform: async ({ input, resumed }, tools) =>
      backend.install(input.key.cellId, input.wanted, { ...tools, reinstall: input.reinstall, resumed }),
    succeed: async (tx, { input }, { version }) => {
      await setDeployed(tx, input.key, version);
      log.info({ cell: input.key.cellId, chart: input.wanted.chart, version }, 'chart installed');
    },
  });
}
