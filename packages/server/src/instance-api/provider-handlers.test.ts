import { MASK } from '@cellplane/plan';
import { afterAll, describe, expect, it } from 'vitest';
import { testSpec } from '../catalog/catalog.testing.js';
import { testDatabase } from '../database/test-database.testing.js';
import { setSecret } from '../secrets/secrets.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { instanceHandlers } from './provider-handlers.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
const handlers = instanceHandlers(deps);
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('v1', 'ConfigMap', 'configmaps');
await setSecret(deps, { orgId: caller.orgId, environmentType: 'DEV', name: 'TOKEN', value: 'not to be seen', by: caller.userId });
const offered = await world.offer(testSpec());
const id = await world.create(offered);
await world.reach(id, 'RUNNING');

function evaluate(more: object) {
  const body = { serviceID: offered.place.serviceId, instanceID: id, resourceKey: offered.resourceKey, ...more };
  return handlers.evaluateExpression({ params: {}, query: {}, body, caller });
}

describe('expressions on an instance', () => {
  it('keep their type, in a template or bare', async () => {
    expect(await evaluate({ expression: '{{ $var.size }}' })).toEqual({ result: 1 });
    expect(await evaluate({ expression: '$sys.instanceId' })).toEqual({ result: id });
    expect(await evaluate({ expression: 'size {{ $var.size }} of {{ $sys.instanceId }}' })).toEqual({ result: `size 1 of ${id}` });
  });

  it('never show a secret, nor what was made of one', async () => {
    for (const expression of ['$secret.TOKEN', '$var.adminPassword', 'x{{ $secret.TOKEN }}', '{{ $func.sha256sum($secret.TOKEN) }}'])
      expect((await evaluate({ expression })).result ?? MASK).toBe(MASK);
    expect(JSON.stringify(await evaluate({ expressionMap: { a: '$secret.TOKEN', b: '$var.size' } }))).toBe(
      JSON.stringify({ result: { a: MASK, b: 1 } }),
    );
  });

  it('say what is wrong with an expression beside what is right', async () => {
    const { result, error } = await evaluate({ expressionMap: { good: '$var.size', bad: '$var.nope' } });
    expect(result).toEqual({ good: 1 });
    expect(error).toContain('bad: ');
    expect(error).toContain('$var.nope');
  });

  it('are refused without an instance, a resource or an expression that is there', async () => {
    await expect(evaluate({ instanceID: 'instance-nope', expression: '1' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(evaluate({ resourceKey: 'nope', expression: '1' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(evaluate({ serviceID: 's-nope', expression: '1' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(evaluate({})).rejects.toMatchObject({ kind: 'bad_request' });
    await expect(evaluate({ expressionMap: { a: 1 } })).rejects.toMatchObject({ kind: 'bad_request' });
  });
});

it('shows what was last done to each resource, for debugging', async () => {
  const { serviceId, environmentId } = offered.place;
  const of = (environment: string) =>
    handlers.debugInstance({ params: { serviceId, environmentId: environment, instanceId: id }, query: {}, body: undefined, caller });
  const { instanceId, resourcesDebug } = await of(environmentId);
  expect(instanceId).toBe(id);
  expect(resourcesDebug[offered.resourceKey]).toMatchObject({
    resourceId: offered.resourceId,
    debugData: { namespace: id, workflow: { kind: 'create', phase: 'Succeeded' } },
  });
  expect(JSON.stringify(resourcesDebug)).not.toContain('changeme');
  await expect(of('se-nope')).rejects.toMatchObject({ kind: 'not_found' });
});

it('refuses by name what a create asks for and nobody would do', async () => {
  const create = (body: object) => handlers.createInstance({ params: {} as never, query: {}, body, caller });
  await expect(create({ instanceId: 'instance-old' })).rejects.toMatchObject({ kind: 'not_implemented' });
  await expect(create({ custom_network_id: 'net-1' })).rejects.toMatchObject({ message: expect.stringContaining('custom_network_id') });
});
