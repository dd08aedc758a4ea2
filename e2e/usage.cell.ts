import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.testing.js';
import { metered, METERING } from './metering.testing.js';
import { clusterEnvironment, kubectl } from './real-cluster.testing.js';

let plane: ControlPlane;
let id = '';
beforeAll(async () => {
  plane = await startControlPlane({ ...clusterEnvironment(), ...METERING });
}, 180_000);
afterAll(async () => {
  if (id !== '') await kubectl('delete', 'namespace', id, '--ignore-not-found', '--wait=false');
  await plane?.stop();
});

it('counts Pods and claims of a real cluster', async () => {
  ({ id } = await metered(plane));
  const bound = await kubectl('-n', id, 'get', 'pvc', '-o', 'jsonpath={range .items[*]}{.status.capacity.storage} {end}');
  expect(bound.trim().split(' ')).toEqual(['1Gi', '1Gi', '1Gi']);
}, 400_000);
