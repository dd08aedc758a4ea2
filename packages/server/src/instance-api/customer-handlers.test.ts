import type { Caller } from '@cellplane/api';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { callsPlan, openCalls, rested } from './calls.testing.js';
import { selectInstance } from '../instances/store.js';
import { testCustomer } from '../subscriptions/customer.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
afterAll(() => world.close());

const plan = await world.offer(callsPlan());
const other = await world.offer(callsPlan());
const { place } = plan;
/** Ids are as good as url keys. */
const offered = ({ serviceId, environmentId, modelId, planId } = place, resource = 'database') =>
  `/resource-instance/${place.serviceProviderId}/${serviceId}/v1/${environmentId}/${modelId}/${planId}/${resource}`;

const customer = (name: string, ...plans: string[]) => testCustomer(world.deps.db, { name, provider: world.caller, plans });

const anna = await customer('anna', place.planId);
const bert = await customer('bert', place.planId, other.place.planId);
const as = (caller: Caller) => (method: string, path: string, body?: unknown) => world.request(method, path, body, { caller });
const [annas, berts, providers] = [as(anna), as(bert), as(world.caller)];

it('a customer takes an instance through its life on the customer’s own routes', async () => {
  // As the reference's portal sends it: much of it beside the point.
  const created = await annas('POST', `${offered()}?subscriptionId=sub-anna0`, {
    serviceId: place.serviceId,
    servicePlanId: place.planId,
    subscriptionId: 'sub-anna0',
    resourceId: plan.resourceId,
    network_type: 'PUBLIC',
    requestParams: { size: 3 },
    customTags: [{ key: 'team', value: 'blue' }],
  });
  expect([created.status, created.body]).toEqual([202, { id: expect.stringMatching(/^instance-/) }]);
  const { id } = created.body;
  await world.reach(id, 'RUNNING');
  await rested(world, id);
  expect(await selectInstance(world.deps.db, id)).toMatchObject({ orgId: 'org-anna', subscriptionId: 'sub-anna0', createdBy: 'user-anna' });

  const described = await annas('GET', `${offered()}/${id}?subscriptionId=sub-anna0`);
  expect([described.status, described.body]).toMatchObject([
    200,
    {
      id,
      status: 'RUNNING',
      resourceID: plan.resourceId,
      subscriptionId: 'sub-anna0',
      result_params: { size: 3 },
      customTags: [{ key: 'team', value: 'blue' }],
      statusDescription: expect.any(String),
    },
  ]);
  const verbs = described.body.supportedOperations.map((one: { verb: string }) => one.verb);
  expect(verbs).toEqual(expect.arrayContaining(['START', 'STOP', 'REBOOT', 'MODIFY', 'Repair']));
  // Of the provider's own people only.
  expect(verbs).not.toContain('audit');

  // What it lacks is told only where it lacks something.
  expect(described.body).not.toHaveProperty('incomplete');
  const inRow = (columns: ReturnType<typeof sql>) => sql`update instances set ${columns} where id = ${id}`.execute(world.deps.db);
  for (const [columns, incomplete] of [
    [sql`status = 'FAILED', ever_ran = false`, 'NEVER_RAN'],
    [sql`restored_from = 'snapshot-x'`, 'NEVER_RESTORED'],
    [sql`taking_down = true`, 'BEING_TAKEN_DOWN'],
  ] as const) {
    await inRow(columns);
    expect((await annas('GET', `${offered()}/${id}?subscriptionId=sub-anna0`)).body).toMatchObject({ incomplete });
  }
  await inRow(sql`status = 'RUNNING', ever_ran = true, restored_from = null, taking_down = false`);

  // The provider sees whose it is.
  const { serviceId, environmentId } = place;
  const fleet = `/fleet/service/${serviceId}/environment/${environmentId}`;
  expect((await providers('GET', `${fleet}/instance/${id}`)).body).toMatchObject({
    organizationId: 'org-anna',
    organizationName: 'anna',
    subscriptionOwnerName: 'anna',
    consumptionResourceInstanceResult: { productTierVersionDetail: { name: 'Calls', version: '1.0' } },
  });
  expect((await providers('GET', `${fleet}/service-workflows?instanceId=${id}`)).body.workflows).toMatchObject([{ orgName: 'anna' }]);

  for (const [action, status] of [
    ['stop', 'STOPPED'],
    ['start', 'RUNNING'],
    ['restart', 'RUNNING'],
  ] as const) {
    const answered = await annas('POST', `${offered()}/${id}/${action}`);
    expect([answered.status, answered.body]).toEqual([202, {}]);
    await rested(world, id);
    expect((await annas('GET', `${offered()}/${id}`)).body.status).toBe(status);
  }
  expect((await annas('PATCH', `${offered()}/${id}`, { requestParams: { size: 4 }, id, cloudProvider: 'x' })).status).toBe(202);
  await rested(world, id);
  expect(world.specOf(`${id}-modify`)).toMatchObject({ size: 4 });
  // Tags alone need no run, also where the network type comes along.
  const tagged = { requestParams: {}, network_type: 'PUBLIC', customTags: [{ key: 'team', value: 'red' }] };
  expect((await annas('PATCH', `${offered()}/${id}`, tagged)).status).toBe(202);
  expect((await annas('GET', `${offered()}/${id}`)).body).toMatchObject({
    status: 'RUNNING',
    customTags: [{ key: 'team', value: 'red' }],
  });

  expect((await annas('PATCH', `${offered()}/${id}/metadata`, { deletionProtection: true })).status).toBe(202);
  expect((await annas('DELETE', `${offered()}/${id}`)).body.code).toBe('deletion-protected');
  await annas('PATCH', `${offered()}/${id}/metadata`, { deletionProtection: false });
  expect((await annas('DELETE', `${offered()}/${id}?skipFinalSnapshot=true`)).status).toBe(202);
  await world.reach(id, 'DELETED');
  expect((await annas('GET', `${offered()}/${id}`)).status).toBe(404);
});

it('an instance goes into the subscription that the caller has of the plan; one of another plan, or of others, is not found', async () => {
  const create = async (ask: typeof berts, path: string, query = '') => (await ask('POST', `${path}${query}`, {})).body;
  const { id } = await create(berts, offered(other.place));
  expect(await selectInstance(world.deps.db, id)).toMatchObject({ subscriptionId: 'sub-bert1', planId: other.place.planId });
  expect(await create(berts, offered(other.place), '?subscriptionId=sub-bert0')).toMatchObject({ name: 'not_found' });
  expect(await create(berts, offered(), '?subscriptionId=sub-anna0')).toMatchObject({ code: 'subscription-not-found' });
  expect(await create(annas, offered(other.place))).toMatchObject({ name: 'not_found' });
  expect(await create(as({ ...anna, orgId: 'org-nobody', subscriptions: [] }), offered())).toMatchObject({ name: 'not_found' });
  // The provider's own, in its default subscription.
  const mine = await create(providers, offered());
  expect(await selectInstance(world.deps.db, mine.id)).toMatchObject({ orgId: world.caller.orgId });
  expect(await create(annas, offered(), '?subscriptionId=')).toHaveProperty('id');
  await world.reach(id, 'RUNNING');
});

it('lists hold one’s own, and instances of others are not there, the provider’s customers’ neither', async () => {
  const { id } = (await berts('POST', offered(), {})).body;
  await world.reach(id, 'RUNNING');
  const idsOf = async (ask: typeof berts, query = '') =>
    (await ask('GET', `/resource-instance${query}`)).body.resourceInstances.map((one: { id: string }) => one.id);
  expect(await idsOf(berts)).toHaveLength(2);
  expect(await idsOf(berts, '?environmentType=dev')).toContain(id);
  expect(await idsOf(berts, '?environmentType=PROD')).toEqual([]);
  expect(await idsOf(annas)).not.toContain(id);
  expect(await idsOf(providers)).not.toContain(id);
  expect((await berts('GET', offered())).body).toEqual({ ids: [id] });
  expect((await berts('GET', `${offered()}?subscriptionId=sub-bert0`)).body).toEqual({ ids: [id] });
  expect((await annas('GET', offered())).body.ids).not.toContain(id);
  for (const ask of [annas, providers]) {
    for (const [method, rest, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { requestParams: { size: 9 } }],
      ['PATCH', '/metadata', { deletionProtection: true }],
      ['DELETE', '', undefined],
      ['POST', '/start', undefined],
      ['POST', '/stop', undefined],
      ['POST', '/restart', undefined],
    ] as const) {
      const refused = await ask(method, `${offered()}/${id}${rest}`, body);
      expect([method, rest, refused.status, refused.body.code]).toEqual([method, rest, 404, 'instance-not-found']);
    }
  }
  // Under another plan's path it is not there, whoever asks; the resource's own segment is not read.
  expect((await berts('GET', `${offered(other.place)}/${id}`)).status).toBe(404);
  expect((await berts('GET', `${offered(place, 'undefined')}/${id}`)).status).toBe(200);
});

it('a customer reads why an instance has failed', async () => {
  const { id } = (await annas('POST', offered(), {})).body;
  await world.reach(id, 'RUNNING');
  await rested(world, id);
  world.broken.add(`${id}-modify`);
  await annas('PATCH', `${offered()}/${id}`, { requestParams: { size: 5 } });
  await rested(world, id);
  const { body } = await annas('GET', `${offered()}/${id}`);
  expect(body).toMatchObject({ status: 'FAILED', statusDescription: expect.stringContaining('status.phase == Broken') });
  // The description has the warnings, too: what a change that failed half way may have left.
  const [reason, warning] = body.statusDescription.split(' Warning: ');
  expect(body.detailedNetworkTopology[plan.resourceId].recentDeploymentFailure).toEqual({ failureReason: reason });
  expect(warning).toMatch(/^values: some of a modify that failed may be in place/);
});

it('what a create asks for and is not served is said, on every route, and nothing is made', async () => {
  const segments = `${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/database`;
  const conditions = { '$sys.action': 'MODIFY' };
  for (const [path, body, named] of [
    [offered(), { custom_network_id: 'n-1' }, 'custom_network_id'],
    [offered(), { externalBillingId: 'b-1' }, 'externalBillingId'],
    [`/fleet/resource-instance/${segments}`, { onprem_platform: 'EKS' }, 'onprem_platform'],
    [`/fleet/resource-instance/${segments}`, { workflowBreakpoints: [{ id: 'database', conditions }] }, 'workflowBreakpoints.conditions'],
  ] as const) {
    const refused = await providers('POST', path, body);
    expect([refused.status, refused.body.code]).toEqual([501, 'create-option-not-served']);
    expect(refused.body.message).toContain(named);
  }
});

it('a form is made from the version of the instance, or from the preferred one of a plan that the customer has', async () => {
  const form = (instance: string, query = '', resourceId = plan.resourceId, serviceId = place.serviceId) =>
    `/service-offering/${serviceId}/resource/${resourceId}/instance/${instance}${query}`;
  const inputs = (body: { apis: { verb: string; inputParameters: { key: string }[] }[] }, verb: string) =>
    body.apis.find((api) => api.verb === verb)?.inputParameters.map((parameter) => parameter.key);
  const fresh = await annas('GET', form('none', `?productTierId=${place.planId}&productTierVersion=1.0`));
  expect(inputs(fresh.body, 'CREATE')).toEqual(['size', 'replicaCount']);
  expect(inputs((await annas('GET', form('none'))).body, 'UPDATE')).toEqual(['size', 'replicaCount']);
  const { id } = (await annas('POST', offered(), {})).body;
  expect((await annas('GET', form(id))).status).toBe(200);
  expect((await providers('GET', form('none', `?productTierId=${place.planId}`))).status).toBe(200);
  for (const [ask, path] of [
    [annas, form('none', `?productTierId=${other.place.planId}`, other.resourceId, other.place.serviceId)],
    [annas, form('none', '', other.resourceId, other.place.serviceId)],
    [annas, form('none', '', plan.resourceId, other.place.serviceId)],
    [annas, form('none', '?productTierVersion=9.0')],
    [berts, form(id)],
    [providers, form(id)],
    [as({ ...anna, orgId: 'org-nobody', subscriptions: [] }), form('none', `?productTierId=${place.planId}`)],
  ] as const)
    expect([path, (await ask('GET', path)).status]).toEqual([path, 404]);
  await world.reach(id, 'RUNNING');
});
