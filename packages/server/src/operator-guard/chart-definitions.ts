/** Definitions that a chart brings: on a cluster the real Helm renders the chart, a simulated cell is asked for its own. */
import type { Cells } from '../cells/cell.js';
import type { Helm } from '../exec/helm.js';
import type { WantedChart } from '../charts/chart-rules.js';
import { openThreads, ThreadsBusyError, TooCostlyError } from '../threads/threads.js';
import { type Definition, readDefinition } from './definition.js';

export interface ChartDefinitions {
  /** In the chart's templates: an upgrade writes them, and deletes those that the new chart does not have. */
  templates: Definition[];
  /** In the chart's `crds/` folder: Helm writes them once, and never upgrades or deletes them. */
  once: Definition[];
}

/** Answers what a chart would bring into a cell. @throws HelmError, ApiError, DomainError */
export type DefinitionsOf = (cellId: string, chart: WantedChart) => Promise<ChartDefinitions>;

/** Charts by the kind of their cell. */
export function chartDefinitions({ cells, helm }: { cells: Cells; helm: Pick<Helm, 'render'> }): DefinitionsOf {
  return async (cellId, chart) => {
    const cell = await cells.find(cellId);
    if (cell.kind === 'simulated') {
      const client = await cells.client(cellId);
      const path = `/simulator/charts/${encodeURIComponent(chart.chart)}/${encodeURIComponent(chart.version)}/crds`;
      return { templates: definitionsIn(((await client.raw(path)) as { crds?: unknown[] }).crds ?? []), once: [] };
    }
    const { repositoryUrl, chart: name, version, username, password, namespace, releaseName, values } = chart;
    const { templates, crds } = await helm.render(
      { namespace, name: releaseName },
      {
        chart: {
          repositoryUrl,
          chart: name,
          version,
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { password }),
        },
        values,
        ...(cell.kubernetesVersion === '' ? {} : { kubernetesVersion: cell.kubernetesVersion }),
      },
    );
    return { templates: definitionsIn(await inThread(templates)), once: definitionsIn(await inThread(crds)) };
  };
}

function definitionsIn(objects: readonly unknown[]): Definition[] {
  return objects.map(readDefinition).filter((one) => one !== undefined);
}

const LIMITS = { threads: 1, waiting: 8, milliseconds: 30_000, megabytes: 512 };

// As in catalog/spec-threads.ts: a thread runs what is built.
const built = import.meta.url.replace(/\/src\/operator-guard\/chart-definitions\.ts$/, '/dist/operator-guard/chart-definitions.js');
const threads = openThreads<string, string>(new URL('./definition-thread.js', built), LIMITS);

/** Objects of a rendered chart: megabytes of YAML, which no request and no lease may wait for. */
async function inThread(text: string): Promise<unknown[]> {
  if (!text.includes('CustomResourceDefinition')) return [];
  try {
    return JSON.parse(await threads.run(text)) as unknown[];
  } catch (error) {
    const waits = error instanceof ThreadsBusyError;
    if (!waits && !(error instanceof TooCostlyError)) throw error;
    throw Object.assign(new Error(`the definitions of the chart could not be read: ${error.message}`, { cause: error }), {
      retriable: waits,
    });
  }
}
