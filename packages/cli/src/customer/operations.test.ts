import { expect, it } from 'vitest';
import { commandLine, type StubRequest, testToken } from '../context.testing.js';

const SERVER = 'http://127.0.0.1:8080';
const OFFERING = {
  productTierID: 'pt-1',
  productTierName: 'Small',
  productTierURLKey: 'small',
  serviceAPIVersion: 'v1',
  serviceEnvironmentID: 'se-1',
  serviceEnvironmentName: 'Prod',
  serviceEnvironmentURLKey: 'prod',
  serviceModelURLKey: 'small-model',
  resourceParameters: [{ resourceId: 'r-1', name: 'Database', urlKey: 'database' }],
};
const SERVICE = { serviceId: 's-1', serviceName: 'Postgres', serviceURLKey: 'postgres', serviceProviderId: 'sp-1', offerings: [OFFERING] };
const INSTANCE = {
  id: 'instance-1',
  status: 'RUNNING',
  resourceID: 'r-1',
  subscriptionId: 'sub-1',
  cloud_provider: 'aws',
  region: 'us-east-1',
  created_at: '',
};
const SUBSCRIPTION = {
  id: 'sub-1',
  status: 'ACTIVE',
  serviceId: 's-1',
  serviceName: 'Postgres',
  productTierId: 'pt-1',
  productTierName: 'Small',
};
const RESOURCE = '/resource-instance/sp-1/postgres/v1/prod/small-model/small';

/** What a customer's commands ask; whatever is the provider's is refused, as the server does. */
async function customer() {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const answers: Record<string, unknown> = {
    'POST /signin': { jwtToken: testToken(3600), refreshToken: 'r1' },
    'GET /user': { id: 'user-1', kind: 'customer' },
    'GET /service-offering': { services: [SERVICE] },
    'GET /subscription': { subscriptions: [SUBSCRIPTION] },
    'POST /subscription': '"sub-1"',
    'GET /resource-instance': { resourceInstances: [INSTANCE] },
    'GET /service/s-1/productTier/pt-1/customer-version-set': { tierVersionSets: [{ version: '2.0', status: 'Preferred' }] },
    [`POST ${RESOURCE}/database`]: { id: 'instance-2' },
  };
  const line = await commandLine(({ method, path, body }: StubRequest) => {
    asked.push(`${method} ${path}`);
    if (method !== 'GET') bodies.push(body);
    if (path.startsWith('/fleet/') || path === '/service')
      return {
        status: 403,
        body: { name: 'forbidden', code: 'provider-only', message: 'This operation is for the people of the provider.' },
      };
    return { body: answers[`${method} ${path}`] ?? {} };
  });
  expect((await line.run('login', '--email', 'anna@example.com', '--password', 'x')).code).toBe(0);
  asked.length = 0;
  return { ...line, asked, bodies };
}

it('a sign-in remembers that it is a customer’s', async () => {
  const { context } = await customer();
  expect(await context.sessions.read(SERVER)).toMatchObject({ email: 'anna@example.com', kind: 'customer' });
});

it('a customer’s instances are created, listed, started and deleted through the customer’s routes', async () => {
  const line = await customer();
  const create = ['instance', 'create', '--service', 'postgres', '--plan', 'small', '--param', 'size=2', '-o', 'json'];
  expect(JSON.parse((await line.run(...create)).out)).toMatchObject({ instance_id: 'instance-2' });
  expect(line.bodies.at(-1)).toMatchObject({ productTierVersion: '2.0', requestParams: { size: '2' } });
  const { out } = await line.run('instance', 'list');
  expect(out).toMatch(/instance-1 +RUNNING.*Postgres +Prod +Small/);
  expect((await line.run('instance', 'list', '--status', 'FAILED', '-o', 'json')).out.trim()).toBe('[]');
  expect((await line.run('instance', 'start', 'instance-1')).code).toBe(0);
  expect((await line.run('instance', 'delete', 'instance-1', '--yes')).code).toBe(0);
  expect(line.asked).toContain(`POST ${RESOURCE}/r-1/instance-1/start`);
  expect(line.asked).toContain(`DELETE ${RESOURCE}/r-1/instance-1`);
  expect(line.asked.filter((one) => one.includes('/fleet/'))).toEqual([]);
  expect((await line.run('instance', 'start', 'instance-9')).code).toBe(1);
});

it('a customer subscribes, and lists and ends what they have', async () => {
  const line = await customer();
  expect((await line.run('subscription', 'create', '--service', 'Postgres', '--plan', 'Small', '-o', 'json')).out).toContain('sub-1');
  expect(line.bodies.at(-1)).toEqual({ serviceId: 's-1', productTierId: 'pt-1' });
  expect((await line.run('subscription', 'list')).out).toMatch(/sub-1 +ACTIVE +Postgres +Prod +Small/);
  expect((await line.run('subscription', 'terminate', 'sub-1', '--yes')).code).toBe(0);
  expect((await line.run('subscription', 'member', 'invite', 'sub-1', 'bert@example.com', '--role', 'editor')).code).toBe(0);
  expect(line.bodies.at(-1)).toEqual({ email: 'bert@example.com', roleType: 'editor' });
  expect(line.asked).toContain('DELETE /subscription/sub-1');
  expect(line.asked.filter((one) => one.includes('/fleet/'))).toEqual([]);
});

it('what only the provider may do is refused in its words', async () => {
  const line = await customer();
  const { code, err } = await line.run('subscription', 'suspend', 'sub-1');
  expect([code, err]).toEqual([1, expect.stringContaining('for the people of the provider')]);
});
