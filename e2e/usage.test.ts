import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane, until } from './control-plane.testing.js';
import { metered, METERING } from './metering.testing.js';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane(METERING);
}, 180_000);
afterAll(() => plane?.stop());

it('counts what an instance uses, and nothing twice after the server was killed', async () => {
  const { id, most } = await metered(plane);
  const read = async () => (await plane.client.describeUsage({ query: { instanceId: id } })).total.replica;
  const before = await read();
  await plane.crashAndRestart();
  await until('more is counted', async () => (await read()) > before, 60_000);
  expect(await read()).toBeLessThan(most());
}, 300_000);
