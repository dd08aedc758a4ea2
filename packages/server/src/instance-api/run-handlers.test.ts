import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../database/test-database.testing.js';
import { openWorld } from '../lifecycle/life.testing.js';
import { workflowHandlers } from './run-handlers.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
const handlers = workflowHandlers(deps);
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
cluster.operator = (object, cell) => {
  if (object.kind === 'Cluster' && cell.find('Cluster', object.metadata.name) !== undefined)
    cell.setStatus('Cluster', object.metadata.name, { phase: 'Cluster in healthy state', instances: 1, readyInstances: 1 });
};
const spec = await readFile(new URL('../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

it('lists the runs of one environment only, full pages of them, and tells their steps in the platform’s words', async () => {
  const [one, other] = [await world.offer(spec), await world.offer(spec)];
  const id = await world.create(one);
  await world.reach(id, 'RUNNING');
  await world.reach(await world.create(other), 'RUNNING');
  const { serviceId, environmentId } = one.place;
  const params = { serviceId, environmentId };

  const { workflows, nextPageToken } = await handlers.listWorkflows({ params, query: { pageSize: 1 }, body: undefined, caller });
  expect(workflows.map((workflow) => workflow.instanceId)).toEqual([id]);
  expect(nextPageToken).toBeUndefined();
  const summary = await handlers.describeWorkflowSummary({ params, query: {}, body: undefined, caller });
  expect(summary).toMatchObject({ ActiveWorkflowCount: 0, CompletedWorkflowCount: 1, FailedWorkflowCount: 0 });

  const run = { ...params, id: workflows[0]?.id ?? '' };
  expect(run.id).toMatch(new RegExp(`^submit-create-${id}-`));
  const { resources } = await handlers.listWorkflowEvents({ params: run, query: {}, body: undefined, caller });
  expect(resources).toHaveLength(1);
  expect(resources[0]?.workflowSteps.map((step) => step.stepName).slice(0, 6)).toEqual([
    'Bootstrap',
    'Storage',
    'Network',
    'Compute',
    'Deployment',
    'Monitoring',
  ]);
  expect(resources[0]?.workflowSteps.length).toBeGreaterThan(6);
  const { Resources } = await handlers.describeWorkflow({ params: run, query: {}, body: undefined, caller });
  expect(Resources[0]).toMatchObject({ status: 'SUCCESS', infraDeploymentStatus: 'SUCCESS', monitoringStatus: 'SUCCESS' });
});

it('knows no runs of an environment that is not there', async () => {
  const { place } = await world.offer(spec);
  const { serviceId, environmentId } = place;
  const list = (params: { serviceId: string; environmentId: string }, instanceId?: string) =>
    handlers.listWorkflows({ params, query: instanceId === undefined ? {} : { instanceId }, body: undefined, caller });
  await expect(list({ serviceId, environmentId: 'se-nope' })).rejects.toMatchObject({
    kind: 'not_found',
    message: expect.stringContaining('se-nope') as string,
  });
  // The wrong one is named: the service, or the instance that the list is narrowed to.
  await expect(list({ serviceId: 's-nope', environmentId })).rejects.toMatchObject({
    kind: 'not_found',
    message: expect.stringContaining('s-nope') as string,
  });
  await expect(list({ serviceId, environmentId }, 'instance-nopenope1')).rejects.toMatchObject({
    kind: 'not_found',
    message: expect.stringContaining('instance-nopenope1') as string,
  });
});
