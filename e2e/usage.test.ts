import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane, until } from './control-plane.testing.js';
import { metered, METERING } from './metering.testing.js';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane(METERING);
}, 900_000);
afterAll(() => plane?.stop());

it('counts what an instance uses, and nothing twice after the server was killed; a budget of it is told of once', async () => {
  const { id, most, budget } = await metered(plane);
  const told = async () => (await plane.client.describeBudget({ params: { id: budget } })).month.alerts;
  const read = async () => (await plane.client.describeUsage({ query: { instanceId: id } })).total.replica;
  const before = await read();
  await plane.crashAndRestart();
  await until('more is counted', async () => (await read()) > before, 60_000);
  expect(await read()).toBeLessThan(most());
  const counted = (await plane.client.describeUsage({ query: {} })).countedUntil ?? '';
  await until(
    'the cell is counted again',
    async () => ((await plane.client.describeUsage({ query: {} })).countedUntil ?? '') > counted,
    60_000,
  );
  expect((await told()).map(({ percent }) => percent)).toEqual([50, 80, 100]);
  const { events } = await plane.client.listServiceProviderEvents({ query: { eventTypes: ['BudgetReached'] } });
  expect(events.map(({ eventPayload }) => eventPayload['percent'])).toEqual([100]);
}, 900_000);
