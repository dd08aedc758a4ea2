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
import { ADOPTING_PLAN, clusterByHand } from '../packages/server/src/adoption/adopting-plan.testing.js';
import { clusterEnvironment, DELETED_MS, kubectl, kubectlSucceeds, kubectlWith } from './real-cluster.testing.js';

// A database that somebody has made with kubectl becomes an instance without a restart; then somebody changes it with kubectl. One journey.
describe('adopting, and drift', () => {
  let plane: ControlPlane;
  let plan: BuiltPlan;
  let first = '';
  const stamp = Date.now();
  const namespace = `adopt-${stamp}`;
  const name = `pg-${stamp}`;

  const cluster = (path: string) => kubectl('-n', namespace, 'get', `clusters.postgresql.cnpg.io/${name}`, '-o', `jsonpath=${path}`);
  const pods = async () => {
    const { items } = JSON.parse(await kubectl('-n', namespace, 'get', 'pods', '-l', `cnpg.io/cluster=${name}`, '-o', 'json')) as {
      items: { metadata: { name: string; uid: string }; status: { containerStatuses: { restartCount: number }[] } }[];
    };
    return items.map(({ metadata, status }) => [
      metadata.name,
      metadata.uid,
      status.containerStatuses.map(({ restartCount }) => restartCount),
    ]);
  };
  const healthy = () =>
    until(
      'the cluster is healthy',
      async () => (await cluster('{.status.phase}')) === 'Cluster in healthy state',
      240_000,
      () => cluster('{.status}'),
    );
  const adopt = (requestParams: Record<string, unknown>, dryRun: boolean, more: object = {}) =>
    plane.client.adoptInstance({ body: { planId: plan.productTierId, kind: 'Cluster', namespace, name, requestParams, dryRun, ...more } });
  const findings = async () => (await plane.client.checkInstanceDrift({ params: { id: name } })).findings;

  beforeAll(async () => {
    plane = await startControlPlane(clusterEnvironment());
    plan = await buildPlan(plane.client, 'Adopting', { text: ADOPTING_PLAN });
    // The operator is the cell's release.
    first = await createInstance(plane.client, plan, {});
    await untilStatus(plane.client, first, 'RUNNING', 300_000);
    await kubectl('create', 'namespace', namespace);
    await kubectlWith(JSON.stringify(clusterByHand(name, namespace)), 'apply', '-f', '-');
    await healthy();
  });
  afterAll(async () => {
    await kubectl('delete', 'namespace', ...[first, namespace].filter(Boolean), '--ignore-not-found', '--wait=false');
    await plane?.stop();
  });

  it('tells what parameters would change, and that it restarts, before anything is touched', async () => {
    // The operator writes its status meanwhile.
    const before = await cluster('{.metadata.generation}{.metadata.labels}{.spec}');
    const { refusals, preview } = await adopt({ maxConnections: 300 }, true);
    expect(refusals.map(({ code }) => code)).toEqual(['adoption-changes', 'adoption-restarts']);
    expect(preview.objects[0]?.fields).toContainEqual(
      expect.objectContaining({ path: 'spec.postgresql.parameters.max_connections', before: '120', after: '300' }),
    );
    await expect(adopt({ maxConnections: 300 }, false)).rejects.toMatchObject({ body: { code: 'adoption-changes' } });
    expect(await cluster('{.metadata.generation}{.metadata.labels}{.spec}')).toBe(before);
    expect(await kubectl('get', 'namespace', namespace, '-o', 'jsonpath={.metadata.labels}')).not.toContain('cellplane');
  });

  it('adopts with no change of the spec, and no Pod restarts', async () => {
    const before = { pods: await pods(), spec: await cluster('{.spec}'), generation: await cluster('{.metadata.generation}') };
    expect((await adopt({ maxConnections: 120 }, true)).refusals).toEqual([]);
    const adopted = await adopt({ maxConnections: 120 }, false);
    expect(adopted.instanceId).toBe(name);
    await untilStatus(plane.client, name, 'RUNNING', 120_000);
    await healthy();
    expect(await pods()).toEqual(before.pods);
    expect(await cluster('{.spec}')).toBe(before.spec);
    expect(await cluster('{.metadata.generation}')).toBe(before.generation);
    const described = await plane.client.describeInstance({ params: instanceParams(plan, name), query: {} });
    expect(described).toMatchObject({
      adopted: true,
      consumptionResourceInstanceResult: { result_params: { image: 'ghcr.io/cloudnative-pg/postgresql:15' } },
    });
  });

  it('has not drifted then, and is found to have when somebody patches it', async () => {
    expect(await findings()).toEqual([]);
    const patch = '{"spec":{"postgresql":{"parameters":{"max_connections":"130","work_mem":"8MB"}}}}';
    await kubectl('-n', namespace, 'patch', `clusters.postgresql.cnpg.io/${name}`, '--type', 'merge', '-p', patch);
    expect(await findings()).toMatchObject([
      {
        kind: 'Cluster',
        name,
        path: 'spec.postgresql.parameters.max_connections',
        ours: '120',
        theirs: '130',
        manager: 'kubectl-patch',
        state: 'open',
      },
    ]);
  });

  it('is accepted, which the operator’s own writes do not end', async () => {
    await plane.client.acceptInstanceDrift({ params: { id: name }, body: { all: true } });
    await healthy();
    expect(await findings()).toMatchObject([{ state: 'accepted' }]);
  });

  it('is reverted, and what is not ours stays', async () => {
    const { findings: found } = await plane.client.revertInstanceDrift({ params: { id: name }, body: { object: `Cluster/${name}` } });
    expect(found).toMatchObject([{ state: 'reverted' }]);
    expect(await cluster('{.spec.postgresql.parameters.max_connections}/{.spec.postgresql.parameters.work_mem}')).toBe('120/8MB');
    await healthy();
    expect((await findings()).filter(({ state }) => state !== 'reverted')).toEqual([]);
  });

  it('is deleted like any other, and the namespace stays', async () => {
    await plane.client.deleteInstance({ params: instanceParams(plan, name), body: {} });
    expect((await untilSettled(plane.client, name, DELETED_MS))?.status ?? 'DELETED').toBe('DELETED');
    expect(await kubectlSucceeds('-n', namespace, 'get', `clusters.postgresql.cnpg.io/${name}`)).toBe(false);
    const labels = await kubectl('get', 'namespace', namespace, '-o', 'jsonpath={.metadata.labels}');
    expect(labels).not.toContain('cellplane');
    expect(await kubectl('-n', namespace, 'get', 'roles,rolebindings', '-o', 'name')).not.toContain('cellplane');
  });
});
