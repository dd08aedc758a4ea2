import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  instanceParams,
  startControlPlane,
  until,
  untilSettled,
  untilStatus,
} from './control-plane.testing.js';
import { SETTINGS_PLAN } from '../packages/server/src/reconciliation/settings-plan.testing.js';
import { clusterEnvironment, kubectl, kubectlSucceeds } from './real-cluster.testing.js';

// What somebody does to the cell behind Cellplane's back, on a real API server: labels, uids, metadata alone, namespaces that take their time.
describe('what the cell has lost', () => {
  let plane: ControlPlane;
  let plan: BuiltPlan;
  let id = '';
  const stranger = `reconciliation-stranger-${Date.now()}`;

  const describeOf = async () =>
    (await plane.client.describeInstance({ params: instanceParams(plan, id), query: {} })).consumptionResourceInstanceResult;
  async function compare() {
    const { comparison: asked } = await plane.client.compareDeploymentCell({ params: { cell: 'default' } });
    const described = () => plane.client.describeDeploymentCell({ params: { cell: 'default' } });
    await until(
      'the comparison has ended',
      async () => ((await described()).comparison.comparedAt ?? '') >= (asked.askedAt ?? ''),
      60_000,
      async () => JSON.stringify(await described()),
    );
    return (await described()).comparison;
  }
  async function recreate() {
    await plane.client.modifyInstance({ params: instanceParams(plan, id), body: { recreateMissing: true } });
    expect((await untilSettled(plane.client, id, 120_000))?.status).toBe('RUNNING');
    await compare();
    expect((await describeOf()).findings).toBeUndefined();
  }

  beforeAll(async () => {
    plane = await startControlPlane(clusterEnvironment());
    plan = await buildPlan(plane.client, 'Settings', { text: SETTINGS_PLAN });
    id = await createInstance(plane.client, plan, {});
    await untilStatus(plane.client, id, 'RUNNING', 60_000);
  });
  afterAll(async () => {
    await kubectl('delete', 'namespace', ...[id, stranger].filter(Boolean), '--ignore-not-found', '--wait=false');
    await plane?.stop();
  });

  it('is nothing at first', async () => {
    expect((await compare()).counts).toMatchObject({ instances: 1, objects: 2, missingObjects: 0, missingNamespaces: 0 });
    expect((await describeOf()).findings).toBeUndefined();
  });

  it('is told of an object, and mended', async () => {
    await kubectl('-n', id, 'delete', 'secret', 'access');
    await compare();
    expect(await describeOf()).toMatchObject({
      status: 'RUNNING',
      active: false,
      findings: [{ code: 'object-gone', objects: [{ kind: 'Secret', name: 'access' }] }],
    });
    await recreate();
  });

  it('is not told of what only lost its labels', async () => {
    await kubectl('-n', id, 'label', 'configmap', 'settings', 'app.kubernetes.io/managed-by-', 'cellplane.dev/instance-');
    await compare();
    expect((await describeOf()).findings).toBeUndefined();
  });

  it('is told of a namespace, and mended', async () => {
    await kubectl('delete', 'namespace', id, '--wait=true', '--timeout=60s');
    await compare();
    expect((await describeOf()).findings).toMatchObject([{ code: 'namespace-gone' }]);
    await recreate();
  });

  it('has namespaces that nobody knows, which are told and left alone', async () => {
    await kubectl('create', 'namespace', stranger);
    await kubectl('label', 'namespace', stranger, 'app.kubernetes.io/managed-by=cellplane', `cellplane.dev/instance=${stranger}`);
    expect((await compare()).findings.find((one) => one.code === 'unknown-namespace')?.names).toContain(stranger);
    expect(await kubectlSucceeds('get', 'namespace', stranger)).toBe(true);
    await kubectl('delete', 'namespace', stranger, '--wait=true', '--timeout=60s');
    expect((await compare()).findings.find((one) => one.code === 'unknown-namespace')?.names ?? []).not.toContain(stranger);
  });
});
