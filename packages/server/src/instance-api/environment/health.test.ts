import { expect, it } from 'vitest';
import { healthSummary, productHealth } from './health.js';

const of = { serviceId: 's-1', environmentId: 'se-1' };
const row = (
  cloudProvider: string,
  region: string,
  cellId: string,
  [total, healthy, unhealthy, deploying]: [number, number, number, number],
) => ({
  cloudProvider,
  region,
  cellId,
  total,
  healthy,
  unhealthy,
  deploying,
});

it('adds up cells, regions and clouds', () => {
  const summary = healthSummary(of, [
    row('aws', 'us-east-1', 'cell-1', [4, 2, 1, 0]),
    row('aws', 'us-east-1', 'cell-2', [1, 1, 0, 0]),
    row('gcp', 'europe-west3', 'cell-3', [2, 0, 2, 0]),
    row('gcp', 'us-central1', 'cell-3', [1, 0, 0, 1]),
  ]);
  expect(summary).toMatchObject({
    serviceID: 's-1',
    totalInstances: 8,
    healthyInstances: 3,
    unhealthyInstances: 3,
    unknownInstances: 1,
    status: 'Degraded',
  });
  const { aws, gcp } = summary.cloudProviderHealthSummary;
  expect(aws?.regionalHealthSummary['us-east-1']).toMatchObject({ totalInstances: 5, status: 'Degraded' });
  expect(aws?.regionalHealthSummary['us-east-1']?.deploymentCellHealthSummary).toMatchObject({
    'cell-2': { hostClusterID: 'cell-2', status: 'Healthy' },
  });
  expect(gcp?.regionalHealthSummary).toMatchObject({
    'europe-west3': { status: 'Unhealthy' },
    'us-central1': { status: 'Unknown', deployingInstances: 1 },
  });
});

it('knows nothing where nothing is', () => {
  expect(healthSummary(of, [])).toMatchObject({
    totalInstances: 0,
    status: 'Unknown',
    message: 'There are no instances.',
    cloudProviderHealthSummary: {},
  });
});

it('tells the health of a product by environment, model and cell', () => {
  const plan = (id: string, environmentId: string) => ({ id, environmentId, modelId: `model-${id}` });
  const plans = [plan('a', 'se-1'), plan('b', 'se-1'), plan('c', 'se-2')];
  const environments = [
    { id: 'se-1', name: 'Prod' },
    { id: 'se-2', name: 'Dev' },
    { id: 'se-3', name: 'Empty' },
  ];
  const of = (planId: string, cellId: string, healthy: number, unhealthy: number) => ({
    planId,
    cellId,
    total: healthy + unhealthy,
    healthy,
    unhealthy,
    deploying: 0,
  });
  expect(productHealth('s-1', plans, environments, [of('a', 'cell-1', 1, 0), of('a', 'cell-2', 0, 1)])).toEqual({
    id: 's-1',
    health: 'Degraded',
    report: {
      'se-1': {
        environmentName: 'Prod',
        models: { 'model-a': { vunits: { 'cell-1': 'Healthy', 'cell-2': 'Unhealthy' } }, 'model-b': { vunits: {} } },
      },
      'se-2': { environmentName: 'Dev', models: { 'model-c': { vunits: {} } } },
      'se-3': { environmentName: 'Empty', models: {} },
    },
  });
});
