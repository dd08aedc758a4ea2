/** What others change in an instance's objects, and what becomes an instance of what others have made. */
import { join } from 'node:path';
import { connectKubeconfig } from '@cellplane/kubernetes';
import { expect } from 'vitest';
import { clusterByHand } from '../../../packages/server/src/adoption/adopting-plan.testing.js';
import { reaches, urlKeys, type World } from '../world.testing.js';

export async function drift({ provider, plan, plane }: World): Promise<void> {
  const cell = connectKubeconfig(join(plane.dataDir, 'simulated-cell', 'kubeconfig'));
  const { id } = await provider.createInstance({ params: await urlKeys(provider, plan), body: { requestParams: {} } });
  await reaches(provider, id, 'RUNNING');
  // Its operator leaves it alone, so that nobody changes it again between two looks.
  const store = { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore', namespace: id, name: id };
  const others = { spec: { configuration: { endpointURL: 'https://elsewhere.example' } } };
  await cell.patch(store, 'merge', others, { fieldManager: 'kubectl-patch' });
  const params = { id };
  expect((await provider.checkInstanceDrift({ params })).findings).toMatchObject([
    { path: 'spec.configuration.endpointURL', state: 'open' },
  ]);
  expect((await provider.listDrift({})).instances).toMatchObject([{ instanceId: id, open: 1 }]);
  await provider.acceptInstanceDrift({ params, body: { all: true } });
  expect((await provider.describeInstanceDrift({ params })).findings).toMatchObject([{ state: 'accepted' }]);
  const reverted = await provider.revertInstanceDrift({ params, body: { object: `ObjectStore/${id}` } });
  expect(reverted.findings).toMatchObject([{ state: 'reverted' }]);

  await cell.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await cell.create(clusterByHand('pg', 'shop'));
  const body = { planId: plan.productTierId, kind: 'Cluster', namespace: 'shop', name: 'pg', dryRun: true };
  const { instanceId, refusals } = await provider.adoptInstance({ body });
  expect([instanceId, refusals.length > 0]).toEqual(['pg', true]);
  await provider.deleteInstance({
    params: { serviceId: plan.serviceId, environmentId: plan.environmentId, instanceId: id },
    body: { skipFinalSnapshot: true },
  });
  await cell.close();
}
