/**
 * Health of an environment: RUNNING instances are healthy; FAILED ones, and those whose objects were lost, are not; those that are on their way
 * are deploying; of the others, stopped ones for one, nothing is known. Pure.
 */
import type { Handlers } from '@cellplane/api';
import type { HealthRow } from '../../instances/health-store.js';

type Summary = Awaited<ReturnType<Handlers['describeServiceHealth']>>;

type ProductHealth = Awaited<ReturnType<Handlers['describeProductHealth']>>;

/** All environments and hosting models of a product; of a model, the cells that it has instances in. */
export function productHealth(
  id: string,
  plans: readonly { id: string; environmentId: string; modelId: string }[],
  environments: readonly { id: string; name: string }[],
  rows: readonly (Counts & { planId: string; cellId: string })[],
): ProductHealth {
  const statusIn = (some: readonly Counts[]) => countsOf(some).status;
  const report = environments.map(({ id: environmentId, name: environmentName }) => {
    const models = plans
      .filter((plan) => plan.environmentId === environmentId)
      .map((plan) => {
        const cells = rows.filter(({ planId }) => planId === plan.id).map((row) => [row.cellId, statusIn([row])]);
        return [plan.modelId, { vunits: Object.fromEntries(cells) }];
      });
    return [environmentId, { environmentName, models: Object.fromEntries(models) }];
  });
  return { id, health: statusIn(rows), report: Object.fromEntries(report) };
}

type Counts = Pick<HealthRow, 'total' | 'healthy' | 'unhealthy' | 'deploying'>;

/** Clouds, their regions, and the cells there. */
export function healthSummary(of: { serviceId: string; environmentId: string }, rows: readonly HealthRow[]): Summary {
  const { deployingInstances: _, ...counts } = countsOf(rows);
  return {
    serviceID: of.serviceId,
    serviceEnvironmentID: of.environmentId,
    ...counts,
    cloudProviderHealthSummary: grouped(rows, 'cloudProvider', (cloud, inCloud) => ({
      cloudProvider: cloud,
      ...countsOf(inCloud),
      regionalHealthSummary: grouped(inCloud, 'region', (region, inRegion) => ({
        cloudProvider: cloud,
        region,
        ...countsOf(inRegion),
        deploymentCellHealthSummary: grouped(inRegion, 'cellId', (hostClusterID, inCell) => ({ hostClusterID, ...countsOf(inCell) })),
      })),
    })),
  };
}

function grouped<T>(rows: readonly HealthRow[], by: 'cloudProvider' | 'region' | 'cellId', make: (key: string, rows: HealthRow[]) => T) {
  const keys = [...new Set(rows.map((row) => row[by]))];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      make(
        key,
        rows.filter((row) => row[by] === key),
      ),
    ]),
  );
}

function countsOf(rows: readonly Counts[]) {
  const sum = (member: keyof Counts) => rows.reduce((all, row) => all + row[member], 0);
  const [total, healthy, unhealthy, deploying] = [sum('total'), sum('healthy'), sum('unhealthy'), sum('deploying')];
  const unknown = total - healthy - unhealthy - deploying;
  return {
    totalInstances: total,
    healthyInstances: healthy,
    unhealthyInstances: unhealthy,
    deployingInstances: deploying,
    unknownInstances: unknown,
    status: statusOf({ total, healthy, unhealthy, deploying }),
    message:
      total === 0
        ? 'There are no instances.'
        : `Of ${total} ${total === 1 ? 'instance' : 'instances'} ${healthy} healthy, ${unhealthy} unhealthy, ${deploying} on the way, ${unknown} unknown.`,
  };
}

function statusOf({ healthy, unhealthy }: Counts): string {
  if (unhealthy === 0) return healthy === 0 ? 'Unknown' : 'Healthy';
  return healthy === 0 ? 'Unhealthy' : 'Degraded';
}
