import { connect, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, expect, it } from 'vitest';
import type { Cells } from '../cells/cell.js';
import { isKnownOperator, simulatedCharts } from './charts.js';
import { serveUnknownKinds, simulatedKinds } from './kinds.js';

const simulator = await startSimulator();
const client = connect(loadKubeconfig({ text: simulator.kubeconfig }));
afterAll(async () => {
  await client.close();
  await simulator.stop();
});
const signal = new AbortController().signal;
const verbs: ('get' | 'create' | 'patch')[] = ['get', 'create', 'patch'];

it('serves kinds that nobody serves, with a status of their own, and leaves the others alone', async () => {
  const kinds = [
    { apiVersion: 'cache.example.com/v1', kind: 'Cache', verbs },
    { apiVersion: 'v1', kind: 'Secret', verbs },
    { apiVersion: 'apps/v1', kind: 'Deployment', verbs },
  ];
  expect(await serveUnknownKinds(client, kinds, signal)).toEqual(['Cache of cache.example.com/v1']);
  expect(await serveUnknownKinds(client, kinds, signal)).toEqual(['Cache of cache.example.com/v1']);
  expect(await simulatedKinds(client)).toEqual(new Set(['cache.example.com/v1 Cache']));
  await expect
    .poll(() =>
      client.resource('cache.example.com/v1', 'Cache').then(
        (found) => found.namespaced,
        () => undefined,
      ),
    )
    .toBe(true);

  const key = { apiVersion: 'cache.example.com/v1', kind: 'Cache', name: 'one', namespace: 'default' };
  const { apiVersion, kind, ...metadata } = key;
  const made = await client.create({ apiVersion, kind, metadata, spec: { any: { thing: [1] } } });
  const changed = await client.patch(key, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' });
  expect(changed).toMatchObject({ spec: { any: { thing: [1] } }, status: { phase: 'Running' } });
  expect(changed.metadata.generation).toBe(made.metadata.generation);
});

it('takes another version of a kind that it serves already', async () => {
  const kinds = [{ apiVersion: 'cache.example.com/v2', kind: 'Cache', verbs }];
  expect(await serveUnknownKinds(client, kinds, signal)).toEqual(['Cache of cache.example.com/v2']);
  expect(await simulatedKinds(client)).toEqual(new Set(['cache.example.com/v1 Cache', 'cache.example.com/v2 Cache']));
});

it('installs charts that it does not know in name only, and knows which those are', async () => {
  const backend = simulatedCharts({ cells: { client: async () => client } as unknown as Cells });
  const options = { signal, onStarted: async () => {}, reinstall: false, resumed: false };
  const chart = {
    repositoryUrl: 'https://charts.example.com',
    chart: 'example-cache-operator',
    version: '1.4.0',
    namespace: 'cellplane-operators',
    releaseName: 'example-cache-operator',
    values: null,
    plan: { id: 'pt-1', name: 'Cache', version: '1.0' },
  };
  expect(await backend.install('cell', chart, options)).toEqual({ version: '1.4.0' });
  expect(await backend.installed('cell', chart)).toBe('1.4.0');
  const named = (...names: string[]) => ({
    charts: names.map((chartName) => ({ chartName, chartVersion: '1', chartRepoName: 'x', chartRepoURL: 'https://x.example' })),
  });
  expect(await isKnownOperator(client, named('cloudnative-pg'), signal)).toBe(true);
  expect(await isKnownOperator(client, named('cloudnative-pg', 'example-cache-operator'), signal)).toBe(false);
  expect(await isKnownOperator(client, named(), signal)).toBe(false);
});
