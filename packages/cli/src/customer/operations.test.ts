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
const SNAPSHOT = {
  snapshotId: 'ss-1',
  status: 'COMPLETE',
  snapshotType: 'ManualSnapshot',
  sourceInstanceId: 'instance-1',
  createdTime: '2026-12-01T10:00:00Z',
  serviceId: 's-1',
  environmentId: 'se-1',
  productTierId: 'pt-1',
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
    'GET /instances/instance-1/operations': { serviceId: 's-1', environmentId: 'se-1', operations: [] },
    'GET /resource-instance/snapshot': { snapshots: [SNAPSHOT, { ...SNAPSHOT, snapshotId: 'ss-2', sourceInstanceId: 'instance-0' }] },
    'GET /resource-instance/snapshot/ss-1': SNAPSHOT,
    'GET /resource-instance/snapshot/ss-3': { ...SNAPSHOT, snapshotId: 'ss-3' },
    'POST /resource-instance/snapshot': { id: 'ss-3' },
    'POST /resource-instance/snapshot/ss-1': { id: 'ss-4' },
    'POST /resource-instance/snapshot/ss-1/restore': { instanceId: 'instance-3' },
    [`POST ${RESOURCE}/r-1/instance-1/copy-snapshot`]: { snapshotId: 'ss-5' },
    [`POST ${RESOURCE}/r-1/instance-1/restore`]: { id: 'instance-4' },
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

it('a customer upgrades an instance through the customer’s route', async () => {
  const line = await customer();
  const upgrade = ['instance', 'version-upgrade', 'instance-1', '--target-tier-version', '2.0', '--param', 'zone=b'];
  expect(await line.run(...upgrade)).toMatchObject({ code: 0, err: '' });
  expect(line.asked).toContain('POST /resource-instance/instance-1/version-upgrade');
  expect(line.bodies.at(-1)).toEqual({ targetVersion: '2.0', requestParams: { zone: 'b' } });
  expect(line.asked.filter((one) => one.includes('/fleet/'))).toEqual([]);
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

it('a customer takes, lists, keeps, restores and deletes snapshots through the customer’s routes', async () => {
  const line = await customer();
  const json = async (...args: string[]) => {
    const { code, out, err } = await line.run(...args, '-o', 'json');
    expect([code, err]).toEqual([0, '']);
    return (out === '' ? undefined : JSON.parse(out)) as Record<string, unknown> & Record<string, unknown>[];
  };
  expect(await json('snapshot', 'create', 'instance-1')).toMatchObject({ snapshot_id: 'ss-3' });
  expect(line.bodies.at(-1)).toEqual({ instanceId: 'instance-1' });
  expect(await json('snapshot', 'create', 'instance-1', '--wait')).toMatchObject({ snapshotId: 'ss-3', status: 'COMPLETE' });
  expect((await json('instance', 'list-snapshots', 'instance-1')).map((one) => one['snapshotId'])).toEqual(['ss-1']);
  expect((await json('snapshot', 'list')).map((one) => one['snapshotId'])).toEqual(['ss-1', 'ss-2']);
  expect(await json('instance', 'describe-snapshot', 'instance-1', 'ss-1')).toMatchObject({ snapshotId: 'ss-1' });
  expect(await json('instance', 'copy-snapshot', 'instance-1')).toMatchObject({ snapshot_id: 'ss-5' });
  expect(await json('instance', 'copy-snapshot', 'instance-1', '--snapshot-id', 'ss-1')).toMatchObject({ snapshot_id: 'ss-4' });
  expect(await json('snapshot', 'restore', 'ss-1')).toMatchObject({ instance_id: 'instance-3' });
  const time = ['--target-time', '2026-12-01T09:00:00Z'];
  expect(await json('instance', 'restore', 'instance-1', ...time)).toMatchObject({ instance_id: 'instance-4' });
  expect((await line.run('snapshot', 'delete', 'ss-1', '--yes')).code).toBe(0);
  expect(line.asked).toContain('DELETE /resource-instance/snapshot/ss-1');
  expect(line.asked.filter((one) => one.includes('/fleet/'))).toEqual([]);
  expect(await line.run('instance', 'trigger-backup', 'instance-1')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/taken by the provider[^]*cellplane snapshot create/),
  });
});

it('what only the provider may do is refused in its words', async () => {
  const line = await customer();
  const { code, err } = await line.run('subscription', 'suspend', 'sub-1');
  expect([code, err]).toEqual([1, expect.stringContaining('for the people of the provider')]);
});
