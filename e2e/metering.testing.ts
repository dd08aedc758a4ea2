/** What an instance of a known plan has used, by a server that looks each second: the journey of the simulated cell and of a real one. */
import { expect } from 'vitest';
import { buildPlan, type ControlPlane, createInstance, until, untilStatus } from './control-plane.testing.js';
import { METERING_PLAN, PRICES, REPLICAS, REQUESTED } from './metering-plan.testing.js';

/** Settings of a server that looks each second. */
export const METERING = { CELLPLANE_USAGE_INTERVAL: '1' };

/** An instance that is metered. */
export interface MeteredInstance {
  id: string;
  /** Hours of a replica that may have been counted by now, at most. */
  most: () => number;
  /** A budget that it has long spent, and that was told of. */
  budget: string;
}

/** Creates an instance and waits until it has used some. */
export async function metered(plane: ControlPlane): Promise<MeteredInstance> {
  const { client } = plane;
  const begun = performance.now();
  const plan = await buildPlan(client, 'Metered', { text: METERING_PLAN });
  const id = await createInstance(client, plan, {});
  await untilStatus(client, id, 'RUNNING', 240_000);
  const read = (query: Parameters<typeof client.describeUsage>[0]['query'] = {}) =>
    client.describeUsage({ query: { instanceId: id, ...query } });
  // A fraction of an hour with six digits: enough of it, so that their last one does not matter.
  await until('a minute of a Pod is counted', async () => (await read()).total.replica > 1 / 60, 120_000);
  // Times of objects are whole seconds.
  const most = () => (REPLICAS * (performance.now() - begun + 2_000)) / 3_600_000;
  const { total, groups, countedUntil } = await read();

  expect(groups).toEqual([{ key: id, name: id, plan: 'Metered', service: 'Metered', ...total, live: true }]);
  expect(Date.parse(countedUntil ?? '')).toBeGreaterThan(0);
  // The one that carries no label would change these ratios: it asks for more than twice as much.
  expect(total.cpu / total.replica).toBeCloseTo(REQUESTED.cpu, 3);
  expect(total.memory / total.replica).toBeCloseTo(REQUESTED.memory, 3);
  // A claim is there before its Pod runs.
  expect(total.storage / total.replica).toBeGreaterThan(0.95);
  expect(total.storage).toBeLessThan(most());
  expect(total.replica).toBeLessThan(most());
  const cost = total.cpu * PRICES.cpu + total.memory * PRICES.memory + total.storage * PRICES.storage;
  expect((total.cost ?? 0) / cost).toBeCloseTo(1, 2);
  const byDay = await read({ by: 'day' });
  expect(byDay.groups.reduce((sum, { cpu }) => sum + cpu, 0)).toBeCloseTo(byDay.total.cpu, 4);
  return { id, most, budget: await spentBudget(plane) };
}

async function spentBudget({ client }: ControlPlane): Promise<string> {
  const { subscriptions } = await client.customerListSubscriptions({ query: {} });
  expect(subscriptions).toHaveLength(1);
  const body = { subscriptionId: subscriptions[0]?.id ?? '', name: 'Small', amount: 0.000_001 };
  const { id } = await client.createBudget({ body });
  await until('the budget is told of', async () => (await client.describeBudget({ params: { id } })).month.alerts.length > 0, 60_000);
  return id;
}
