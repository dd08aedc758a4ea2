/**
 * Two versions of an operator on the simulated cell: the second has another definition of the kind, and is not put over the first while objects
 * of instances would lose something by it, until somebody allows just that. Through the API of a control plane, which is killed meanwhile.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIRST, SECOND, widgets } from './widget-plan.testing.js';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  startControlPlane,
  untilSettled,
  untilStatus,
} from './control-plane.testing.js';

const SECRET = 'only-the-customer-knows';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ CELLPLANE_LOG_LEVEL: 'warn' });
}, 300_000);
afterAll(() => plane?.stop());

const guard = (plan: BuiltPlan, version: string) =>
  plane.client.describeOperatorGuard({ params: { cell: 'default' }, query: { productTierId: plan.productTierId, version } });

it('an operator is upgraded where nothing is lost, and else refused by name until that is allowed', { timeout: 900_000 }, async () => {
  const { client } = plane;
  const plan = await buildPlan(client, 'Widgets', { text: widgets('Widgets', '1.0.0', FIRST) });
  // The first installation is nobody's loss.
  expect(await guard(plan, '1.0')).toMatchObject({ refused: false, charts: [{ action: 'install', findings: [], users: [] }] });
  const ids = [await createInstance(client, plan, { color: SECRET }), await createInstance(client, plan, {})];
  for (const id of ids) await untilStatus(client, id, 'RUNNING', 180_000);

  // A newer version with the same definition goes on at once.
  const minor = await buildPlan(client, 'Widgets', { text: widgets('Widgets', '1.1.0', FIRST) });
  const third = await createInstance(client, minor, {});
  await untilStatus(client, third, 'RUNNING', 180_000);

  const other = await buildPlan(client, 'Others', { text: widgets('Others', '1.1.0', FIRST) });
  const fourth = await createInstance(client, other, {});
  await untilStatus(client, fourth, 'RUNNING', 180_000);

  const next = await buildPlan(client, 'Widgets', { text: widgets('Widgets', '2.0.0', SECOND, 'restartsInstances: true') });
  expect(next.version).toBe('3.0');
  const report = await guard(next, '3.0');
  const [chart] = report.charts;
  expect(report.refused).toBe(true);
  expect(chart).toMatchObject({
    installed: '1.1.0',
    wanted: '2.0.0',
    action: 'upgrade',
    allowed: false,
    definitions: [{ name: 'widgets.operators.example.com', kind: 'Widget', change: 'changed', objects: 4 }],
    notChecked: [expect.stringContaining('CEL self.size <= 100')],
  });
  expect(chart?.findings.map(({ code, path, count, refuses }) => [code, path, count, refuses])).toEqual([
    ['field-removed', 'spec.legacy', 4, true],
    ['value-refused', 'spec.color', 1, true],
    ['other-major-version', undefined, 1, true],
  ]);
  expect(chart?.findings[1]?.objects).toEqual([{ namespace: expect.any(String), name: 'widget', instanceId: ids[0] }]);
  expect(
    chart?.users.map(({ planName, planVersion, wants, instances, restarts }) => [planName, planVersion, wants, instances, restarts]),
  ).toEqual([
    ['Widgets', '1.0', '1.0.0', 2, 'yes'],
    ['Widgets', '2.0', '1.1.0', 1, 'yes'],
    ['Others', '1.0', '1.1.0', 1, 'yes'],
  ]);
  expect(JSON.stringify(report)).not.toContain(SECRET);

  const refused = await createInstance(client, next, {});
  const ended = await untilSettled(client, refused, 180_000);
  expect(ended?.status).toBe('FAILED');
  expect(ended?.statusDescription).toMatch(
    /widget-operator is not upgraded from 1\.1\.0 to 2\.0\.0.*spec\.legacy of 4 objects.*Another plan of the cell wants another major version/s,
  );
  expect(ended?.statusDescription).not.toContain(SECRET);
  expect(ended?.statusDescription).not.toContain('Others');
  expect((await guard(next, '3.0')).charts[0]).toMatchObject({ installed: '1.1.0' });

  // What is allowed is named; something else is not allowed with it.
  const allow = (findings: string[]) =>
    client.allowOperatorUpgrade({ params: { cell: 'default' }, body: { productTierId: next.productTierId, version: '3.0', findings } });
  await expect(allow(['field-removed widgets.operators.example.com spec.other'])).rejects.toMatchObject({
    body: { code: 'unknown-finding' },
  });
  await expect(allow([])).rejects.toMatchObject({ body: { code: 'nothing-to-allow' } });
  const keys = chart?.findings.map(({ key }) => key) ?? [];
  expect(await allow(keys.slice(0, 2))).toMatchObject({ refused: true });
  await plane.crashAndRestart();
  expect(await allow(keys.slice(2))).toMatchObject({ refused: false, charts: [{ allowed: true }] });

  const place = { serviceId: next.serviceId, environmentId: next.environmentId };
  await client.updateWorkflow({ params: { ...place, id: ended?.run?.id ?? '' }, body: { status: 'retry' } });
  await untilStatus(client, refused, 'RUNNING', 180_000);
  expect((await guard(next, '3.0')).charts[0]).toMatchObject({ installed: '2.0.0', action: 'keep', findings: [] });
});
