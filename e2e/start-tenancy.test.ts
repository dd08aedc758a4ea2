/** The customers that `npm start` makes: two, however often a start is killed and repeated; and what each of them sees. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, createClient, createInstancePath } from '@cellplane/api';
import { CUSTOMERS, type SignIns, startCredentials } from '../packages/cli/src/start/credentials.js';
import {
  buildExample,
  createExampleInstance,
  type ExamplePlan,
  findExampleInstance,
  setExampleSecrets,
} from '../packages/cli/src/start/example.js';
import { ensureTenants, type Tenant } from '../packages/cli/src/start/tenants.js';
import { type ControlPlane, startControlPlane } from './control-plane.testing.js';

let plane: ControlPlane;
let plan: ExamplePlan;
let signIns: SignIns;

beforeAll(async () => {
  plane = await startControlPlane();
  await setExampleSecrets(plane.client);
  plan = await buildExample(plane.client);
  signIns = await startCredentials(plane.dataDir, {});
}, 300_000);
afterAll(() => plane?.stop());

async function tokenOf(credentials: { email: string; password: string }): Promise<string> {
  return (await createClient({ baseUrl: plane.url }).signin({ body: credentials })).jwtToken;
}

async function step(client: Client): Promise<{ tenants: [Tenant, Tenant]; instanceId: string }> {
  const tenants = await ensureTenants(plane.url, client, plan, signIns.customers);
  const { subscriptionId } = tenants[0];
  return {
    tenants,
    instanceId: (await findExampleInstance(client, subscriptionId)) ?? (await createExampleInstance(client, plan, subscriptionId)),
  };
}

it('are the same two after any number of starts that end where something has just been made', { timeout: 180_000 }, async () => {
  const lost: string[] = [];
  // What is made is made, and the start that asked for it ends before it hears of it.
  const losing: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    const what = `${init?.method} ${String(input)} ${String(init?.body)}`;
    const makes = /^POST \S+(\/fleet\/user|\/subscription|\/resource-instance\/\S+) /.test(what);
    if (!makes || !answer.ok || lost.includes(what)) return answer;
    lost.push(what);
    throw new TypeError('killed');
  };
  const token = await tokenOf({ email: 'provider@example.com', password: 'a-long-enough-password' });
  const client = createClient({ baseUrl: plane.url, token, fetch: losing });
  let done: Awaited<ReturnType<typeof step>> | undefined;
  for (let start = 0; start < 10 && done === undefined; start += 1) done = await step(client).catch(() => undefined);
  // Two customers, two subscriptions, one instance: each answer was lost once.
  expect(lost).toHaveLength(5);
  expect(await step(plane.client)).toEqual(done);
  const { users } = await plane.client.listAllUsers({ query: {} });
  expect(users.map(({ email, orgName, instanceCount, subscriptionCount }) => [email, orgName, instanceCount, subscriptionCount])).toEqual(
    expect.arrayContaining(CUSTOMERS.map(({ email, company }, index) => [email, company, index === 0 ? 1 : 0, 1])),
  );
  expect(users).toHaveLength(2);
});

it('sign in with what is kept; whose password has changed keeps it, and the start goes on', async () => {
  const { tenants } = await step(plane.client);
  expect(tenants.map(({ email, password }) => ({ email, password }))).toEqual(signIns.customers);
  const other = signIns.customers.map((one, index) => (index === 1 ? { ...one, password: 'not this one' } : one));
  const seen = await ensureTenants(plane.url, plane.client, plan, other);
  expect(seen.map(({ password }) => password)).toEqual([signIns.customers[0]?.password, undefined]);
});

it('see their own: the second one neither lists nor describes the instance of the first', async () => {
  const { instanceId } = await step(plane.client);
  const [ada, bo] = await Promise.all(
    signIns.customers.map(async (one) => createClient({ baseUrl: plane.url, token: await tokenOf(one) })),
  );
  if (ada === undefined || bo === undefined) throw new Error('two customers');
  const service = await bo.describeServiceOffering({ params: { serviceId: plan.serviceId }, query: {} });
  const offering = service.offerings.find((one) => one.productTierID === plan.productTierId);
  const resource = offering?.resourceParameters[0];
  if (offering === undefined || resource === undefined) throw new Error('the plan is not offered to its subscriber');
  const path = (id: string) => ({ params: { ...createInstancePath(service, offering, resource), id }, query: {} });
  const listed = async (client: Client) => (await client.customerListInstances({ query: {} })).resourceInstances.map(({ id }) => id);
  expect(await listed(ada)).toEqual([instanceId]);
  expect(await listed(bo)).toEqual([]);
  expect(await ada.customerDescribeInstance(path(instanceId))).toMatchObject({ id: instanceId });
  const refusal = (id: string) =>
    bo.customerDescribeInstance(path(id)).then(
      () => 'answered',
      (error: { status: number; message: string }) => `${error.status} ${error.message.replace(id, 'ID')}`,
    );
  expect(await refusal(instanceId)).toMatch(/^404 /);
  expect(await refusal(instanceId)).toBe(await refusal('instance-nobodys00'));
});
