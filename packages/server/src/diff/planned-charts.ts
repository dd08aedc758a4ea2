/** What a change would do to the operator charts of the cell, which all instances there share. Helm is not asked, and nothing is begun. */
import { planVersion } from '../catalog/catalog.js';
import { foreseeChart } from '../charts/charts.js';
import { countInCell } from '../instances/plan-store.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { chartWish, planOfChart } from '../stages/chart-wish.js';
import type { PlannedStep } from './planned-change.js';

type ChartAction = 'install' | 'upgrade' | 'values' | 'keep' | 'refuse';

export interface ChartChange {
  chart: string;
  repositoryUrl: string;
  /** What is installed; absent: nothing is. */
  from?: string;
  to: string;
  /** `values`: the same version with other values. `keep`: what is installed stays. `refuse`: the change would fail. */
  action: ChartAction;
  message?: string;
  /** Live instances of the cell whose plans name the chart, this one included. */
  instances: number;
}

/** Plan versions of a cell that are looked at for a chart, at most. */
const MOST_VERSIONS = 200;

/** The charts of all resources that the steps act on, each once, in their order. */
export async function plannedCharts(deps: InstanceDeps, cellId: string, steps: readonly PlannedStep[]): Promise<ChartChange[]> {
  const charts = new Map<string, ChartChange>();
  for (const { step, context, resource } of steps) {
    // Only what brings a resource up installs its charts.
    if (!['create', 'modify', 'restore'].includes(step.verb)) continue;
    for (const dependency of resource.charts) {
      const key = `${dependency.chartRepoURL} ${dependency.chartName}`;
      if (charts.has(key)) continue;
      const named = { chart: dependency.chartName, repositoryUrl: dependency.chartRepoURL, to: dependency.chartVersion };
      const wish = chartWish(dependency, context.shared(), await planOfChart(deps, context.instance, context.version.version));
      const instances = await sharers(deps, cellId, key);
      if (!wish.ok) {
        charts.set(key, { ...named, action: 'refuse', message: wish.message, instances });
        continue;
      }
      const { installed, decision } = await foreseeChart(deps, cellId, wish.chart);
      charts.set(key, {
        ...named,
        ...(installed === undefined ? {} : { from: installed }),
        action: actionOf(decision.action, installed, dependency.chartVersion),
        ...('message' in decision ? { message: decision.message } : {}),
        ...('warning' in decision && decision.warning !== undefined ? { message: decision.warning } : {}),
        instances,
      });
    }
  }
  return [...charts.values()];
}

function actionOf(action: 'keep' | 'install' | 'refuse', installed: string | undefined, wanted: string): ChartChange['action'] {
  if (action !== 'install' || installed === undefined) return action;
  return installed === wanted ? 'values' : 'upgrade';
}

async function sharers({ db }: InstanceDeps, cellId: string, key: string): Promise<number> {
  const counts = await countInCell(db, cellId);
  let sum = 0;
  for (const { providerOrgId, planId, version, count } of counts.slice(0, MOST_VERSIONS)) {
    const { compiled } = await planVersion(db, providerOrgId, planId, version);
    const names = compiled.resources.some(({ charts }) => charts.some((one) => `${one.chartRepoURL} ${one.chartName}` === key));
    if (names) sum += count;
  }
  return sum;
}
