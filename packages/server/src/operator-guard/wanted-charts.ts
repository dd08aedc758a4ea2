/** The charts that a plan version wants in a cell, as a run there would ask for them, without an instance. */
import type { CompiledResource, ExpressionContext } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import type { Cell } from '../cells/cell.js';
import { factsShown } from '../cells/facts.js';
import type { Database } from '../database/database.js';
import type { Sealer } from '../secrets/envelope.js';
import { openSecrets } from '../secrets/secrets.js';
import { chartWish } from '../stages/chart-wish.js';
import type { GuardedChart } from './guard.js';

/** A chart, or why its values could not be rendered: those of a plan may need what only an instance has. */
export type WantedHere = GuardedChart & { unrendered?: string };

export async function wantedCharts(deps: { db: Database; sealer: Sealer }, version: PlanVersion, cell: Cell): Promise<WantedHere[]> {
  const { place, compiled } = version;
  const plan = { id: place.planId, name: place.planName, version: version.version };
  const secrets = await openSecrets(deps, { orgId: place.orgId, environmentType: place.environmentType });
  const found: WantedHere[] = [];
  for (const resource of compiled.resources) {
    const context = contextOf(cell, resource, secrets);
    for (const dependency of resource.charts) {
      const wish = chartWish(dependency, context, plan);
      const { restartsInstances } = dependency;
      if (wish.ok) found.push({ wanted: wish.chart, restartsInstances });
      else {
        const bare = chartWish(withoutValues(dependency), context, plan);
        if (bare.ok) found.push({ wanted: bare.chart, restartsInstances, unrendered: wish.message });
      }
    }
  }
  // Resources of a plan share a release.
  return found.filter(({ wanted }, at) => found.findIndex((one) => isSame(one.wanted, wanted)) === at);
}

function contextOf(cell: Cell, resource: CompiledResource, secrets: Map<string, string>): Omit<ExpressionContext, 'place'> {
  return {
    sys: factsShown(cell, { zones: cell.places[0]?.zones ?? [], resource }),
    parameters: {},
    secrets: (name) => secrets.get(name),
    resources: {},
    seed: '',
  };
}

function withoutValues({
  chartName,
  chartVersion,
  chartRepoName,
  chartRepoURL,
  namespace,
  releaseName,
}: CompiledResource['charts'][number]) {
  return {
    chartName,
    chartVersion,
    chartRepoName,
    chartRepoURL,
    ...(namespace === undefined ? {} : { namespace }),
    ...(releaseName === undefined ? {} : { releaseName }),
  };
}

function isSame(one: GuardedChart['wanted'], other: GuardedChart['wanted']): boolean {
  return one.repositoryUrl === other.repositoryUrl && one.chart === other.chart;
}
