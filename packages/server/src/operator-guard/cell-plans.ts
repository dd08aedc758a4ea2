/** What runs in a cell: its instances, by plan version, and which charts and kinds those need. */
import { planVersion, type PlanVersion } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { type CellInstance, selectInstancesOfCell } from '../instances/plan-store.js';

/** A plan version that has live instances in the cell. */
export interface RunningVersion {
  version: PlanVersion;
  instances: CellInstance[];
}

export interface CellPlans {
  /** Namespace → id of the instance whose it is. */
  instanceOf: ReadonlyMap<string, string>;
  running: RunningVersion[];
}

export async function plansOfCell(db: Database, cellId: string): Promise<CellPlans> {
  const instances = await selectInstancesOfCell(db, cellId);
  const byVersion = new Map<string, RunningVersion>();
  for (const instance of instances) {
    const { providerOrgId, planId, planVersion: number } = instance;
    const key = `${planId} ${number}`;
    const known = byVersion.get(key) ?? { version: await planVersion(db, providerOrgId, planId, number), instances: [] };
    known.instances.push(instance);
    byVersion.set(key, known);
  }
  const running = [...byVersion.values()];
  return { instanceOf: new Map(instances.map(({ namespace, id }) => [namespace, id])), running };
}

/** The chart as a version names it; undefined: it does without. */
export function chartOf({ compiled }: Pick<PlanVersion, 'compiled'>, of: { repositoryUrl: string; chart: string }) {
  return compiled.resources
    .flatMap(({ charts }) => charts)
    .find(({ chartName, chartRepoURL }) => chartName === of.chart && chartRepoURL === of.repositoryUrl);
}

/** Versions of a kind (`v1`) that workflows of running plan versions write or read. */
export function usedVersions({ running }: CellPlans, of: { group: string; kind: string }): Set<string> {
  const kinds = running.flatMap(({ version }) => version.compiled.resources.flatMap(({ kinds: used }) => used));
  return new Set(
    kinds.flatMap(({ apiVersion, kind }) => {
      const [group, name = ''] = apiVersion.split('/');
      return kind === of.kind && group === of.group ? [name] : [];
    }),
  );
}
