/** The life of an instance, through the provider's operations and through the customer's. */
import { expect } from 'vitest';
import { until } from '../../control-plane.testing.js';
import { reaches, urlKeys, type World } from '../world.testing.js';

/** By the provider. */
export async function provided({ provider, plan }: World): Promise<void> {
  const keys = await urlKeys(provider, plan);
  const created = await provider.createInstance({ params: keys, body: { requestParams: {} } });
  const id = created.id;
  const { serviceId, environmentId } = plan;
  const place = { serviceId, environmentId };
  const instance = { ...place, instanceId: id };
  // While its run is there to be held.
  const { workflows } = await provider.listWorkflows({ params: place, query: { instanceId: id } });
  const run = { ...place, id: workflows[0]?.id ?? '' };
  await provider.addBreakpoint({ params: { id: run.id }, body: { at: 'publish' } });
  await until(
    'the run is held',
    async () => (await provider.describeWorkflow({ params: run })).Workflow.status === 'PAUSED',
    180_000,
    async () => JSON.stringify(await provider.describeWorkflow({ params: run })),
  );
  expect((await provider.describeFleet({ query: {} })).waiting).toContainEqual(expect.objectContaining({ cause: 'paused', count: 1 }));
  await provider.updateWorkflow({ params: run, body: { status: 'RESUME' } });
  await reaches(provider, id, 'RUNNING');
  await provider.listWorkflowEvents({ params: run });
  expect((await provider.listRuns({ query: { instanceId: id, verb: 'create' } })).runs).toMatchObject([{ id: run.id, status: 'SUCCESS' }]);
  expect((await provider.describeRun({ params: { id: run.id } })).observations).not.toEqual([]);
  await provider.describeWorkflowSummary({ params: place });
  await provider.describeInstance({ params: instance, query: {} });
  expect((await provider.listInstances({ params: place, query: {} })).resourceInstances).not.toEqual([]);
  expect((await provider.listSeenInstances({ query: { q: id, sort: '-plan' } })).instances).toMatchObject([{ id }]);
  expect((await provider.countSeenInstances({})).total).toBeGreaterThan(0);
  await provider.debugInstance({ params: instance });
  const resource = { serviceID: serviceId, resourceKey: keys.resourceKey, instanceID: id };
  expect(await provider.evaluateExpression({ body: { ...resource, expression: '$sys.id' } })).toMatchObject({ result: id });
  await provider.updateInstanceMetadata({ params: instance, body: { customTags: [{ key: 'team', value: 'a' }] } });
  await provider.modifyInstance({ params: instance, body: { requestParams: { maxConnections: 120 } } });
  await reaches(provider, id, 'RUNNING');
  await provider.addCapacity({ params: instance, body: { capacityToBeAdded: 1 } });
  await reaches(provider, id, 'RUNNING');
  await provider.failoverInstance({ params: instance, body: { failedReplicaID: `${id}-1`, failedReplicaAction: 'FAILOVER_ONLY' } });
  await reaches(provider, id, 'RUNNING');
  await provider.removeCapacity({ params: instance, body: { capacityToBeRemoved: 1 } });
  await reaches(provider, id, 'RUNNING');
  const body = { requestParams: { name: 'shop' }, waitForCompletionSeconds: 30 };
  await provider.executeWorkflowVerb({ params: { ...instance, verb: 'createDatabase' }, body });
  const { customWorkflows } = await provider.listCustomWorkflows({ params: { serviceId, productTierId: plan.productTierId }, query: {} });
  const workflowId = customWorkflows.find(({ isSystemWorkflow }) => !isSystemWorkflow)?.id ?? '';
  await provider.executeCustomWorkflow({ params: { ...instance, workflowId }, body: { ...body, requestParams: { name: 'store' } } });
  const { workflowExecutions } = await provider.listWorkflowExecutions({ params: instance, query: {} });
  const executionId = workflowExecutions[0]?.executionId ?? '';
  await provider.describeWorkflowExecution({ params: { ...instance, executionId } });
  await provider.describeExecution({ params: { ...place, executionId } });
  await provider.stopInstance({ params: instance, body: {} });
  await reaches(provider, id, 'STOPPED');
  await provider.startInstance({ params: instance, body: {} });
  await reaches(provider, id, 'RUNNING');
  await provider.restartInstance({ params: instance, body: {} });
  const { workflows: restarts } = await provider.listWorkflows({ params: place, query: { instanceId: id } });
  await provider.terminateWorkflow({ params: { ...place, id: restarts[0]?.id ?? '' } });
  const { events } = await provider.listInstanceEvents({ params: instance, query: {} });
  await provider.describeInstanceEvent({ params: { ...instance, id: events[0]?.id ?? '' } });
  await provider.deleteInstance({ params: instance, body: { skipFinalSnapshot: true } });
}

/** By the customer whose it is. */
export async function customers({ ada: { client, subscription }, provider, plan }: World): Promise<void> {
  const keys = await urlKeys(client, plan);
  const query = { subscriptionId: subscription };
  const { id } = await client.customerCreateInstance({ params: keys, query, body: { requestParams: {} } });
  await reaches(client, id, 'RUNNING');
  const params = { ...keys, id };
  expect((await client.customerListInstances({ query: {} })).resourceInstances).toMatchObject([{ id }]);
  expect((await client.listSeenInstances({ query: { q: id } })).instances).toMatchObject([{ id }]);
  expect((await client.countSeenInstances({})).total).toBe(1);
  expect((await client.customerListInstanceIds({ params: keys, query })).ids).toEqual([id]);
  expect(await client.customerDescribeInstance({ params, query })).toMatchObject({ id, status: 'RUNNING' });
  const { nodes } = await client.listInstanceNodes({ params: { id } });
  expect(nodes).toMatchObject([{ id: `${id}-1`, role: 'primary', healthStatus: 'HEALTHY' }]);
  expect((await client.listClusterEvents({ params: { id }, query: {} })).events).not.toEqual([]);
  // No container runs there; what is made up is no log.
  expect(await client.readInstanceLog({ params: { id, node: `${id}-1` }, query: {} })).toMatchObject({ simulated: true, lines: [] });
  expect(await client.readInstanceMetrics({ params: { id } })).toMatchObject({ simulated: true, available: false });
  await client.customerUpdateInstanceMetadata({ params, query, body: { deletionProtection: false } });
  const { objects } = await client.previewInstanceChange({ params: { id }, body: { requestParams: { maxConnections: 120 } } });
  expect(objects.map(({ kind, action }) => ({ kind, action }))).toContainEqual({ kind: 'Cluster', action: 'change' });
  await client.customerModifyInstance({ params, query, body: { requestParams: { maxConnections: 110 } } });
  await reaches(client, id, 'RUNNING');
  await client.addCustomerCapacity({ params, query, body: { capacityToBeAdded: 1 } });
  await reaches(client, id, 'RUNNING');
  await client.failoverCustomerInstance({ params, query, body: { failedReplicaID: `${id}-1`, failedReplicaAction: 'FAILOVER_ONLY' } });
  await reaches(client, id, 'RUNNING');
  await client.removeCustomerCapacity({ params, query, body: { capacityToBeRemoved: 1 } });
  await reaches(client, id, 'RUNNING');
  const { customWorkflows } = await provider.listCustomWorkflows({
    params: { serviceId: plan.serviceId, productTierId: plan.productTierId },
    query: {},
  });
  const workflowId = customWorkflows.find(({ isSystemWorkflow }) => !isSystemWorkflow)?.id ?? '';
  const body = { requestParams: { name: 'shop' }, waitForCompletionSeconds: 30 };
  await client.executeCustomerWorkflow({ params: { ...params, workflowId }, query, body });
  const { workflowExecutions } = await client.listInstanceExecutions({ params: { id }, query: {} });
  const executionId = workflowExecutions[0]?.executionId ?? '';
  expect(await client.describeInstanceExecution({ params: { id, executionId } })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await client.revealInstanceSecret({ params: { id }, body: { key: 'password' } })).toMatchObject({ key: 'password' });
  // The provider ends a change; the customer tries it again.
  await client.customerModifyInstance({ params, query, body: { requestParams: { maxConnections: 130 } } });
  const { run } = await client.describeInstanceProgress({ params: { id } });
  const runId = run?.id ?? '';
  await provider.terminateWorkflow({ params: { serviceId: plan.serviceId, environmentId: plan.environmentId, id: runId } });
  await until('the change has ended', async () => (await client.describeInstanceProgress({ params: { id } })).status === 'FAILED', 180_000);
  await client.retryInstanceRun({ params: { id, runId } });
  await reaches(client, id, 'RUNNING');
  await client.customerStopInstance({ params, query });
  await reaches(client, id, 'STOPPED');
  await client.customerStartInstance({ params, query });
  await reaches(client, id, 'RUNNING');
  await client.customerRestartInstance({ params, query });
  await reaches(client, id, 'RUNNING');
  await client.listInstanceOperations({ params: { id }, query: {} });
  const { events } = await client.customerListInstanceEvents({ params: { instanceId: id }, query });
  await client.customerDescribeEvent({ params: { id: events[0]?.id ?? '' }, query });
  const { resourceKey: _, ...planKeys } = keys;
  await client.customerListPlanEvents({ params: planKeys, query });
  await client.customerListPlanAuditEvents({ params: planKeys, query });
  const { events: audited } = await client.customerListInstanceAuditEvents({ params: { instanceId: id }, query });
  await client.customerDescribeAuditEvent({ params: { id: audited[0]?.id ?? '' }, query });
  expect((await client.customerListAuditEvents({ query: {} })).events).not.toEqual([]);
  await client.customerDeleteInstance({ params, query: { ...query, skipFinalSnapshot: true } });
}
