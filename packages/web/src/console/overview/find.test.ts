import { expect, it } from 'vitest';
import { placeOf } from './find';

it('an id leads to the page of what it names', () => {
  expect(placeOf(' instance-abc123def ')).toEqual({ to: '/console/instances/$instanceId', params: { instanceId: 'instance-abc123def' } });
  expect(placeOf('submit-create-instance-abc123def-x1y2')).toMatchObject({ to: '/console/runs/$runId' });
  expect(placeOf('upgrade-Kd82hGa0Qp')).toMatchObject({ to: '/console/upgrades/$pathId' });
  expect(placeOf('hc-a1b2c3d4')).toMatchObject({ to: '/console/cells/$cell' });
});

it('anything else is searched for', () => {
  expect(placeOf('postgres')).toEqual({ to: '/console/instances', search: { q: 'postgres' } });
  expect(placeOf('sub-8w2k1q0zp')).toEqual({ to: '/console/instances', search: { q: 'sub-8w2k1q0zp' } });
});
