import { request as nodeRequest } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { cut } from '@cellplane/plan';
import { readNetworks } from './client-address.js';
import { badRequest, DomainError, notFound, tooManyRequests } from '../errors.js';
import { silentLogger } from '../log.js';
import { SIGNED_IN, testApp } from './app.testing.js';
import { listen } from './listen.js';

const BASE = '/2022-09-01-00';

async function errorOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const body = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(expect.arrayContaining(['name', 'message', 'id', 'fault', 'temporary', 'timeout']));
  return { status: response.status, ...body } as { status: number; name: string; message: string; code: string; details?: unknown[] };
}

describe('errors', () => {
  it.each([
    ['bad_request', 400],
    ['auth_failure', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['invalid_state', 409],
    ['failed_request', 500],
    ['not_implemented', 501],
    ['unavailable', 503],
  ] as const)('%s answers %d with all six fields', async (kind, status) => {
    const app = testApp({ listServices: () => Promise.reject(new DomainError(kind, 'some-code', 'Some message.')) });
    const error = await errorOf(await app.request(`${BASE}/service`, { headers: SIGNED_IN }));
    expect(error).toMatchObject({ status, name: kind, message: 'Some message.', code: 'some-code' });
  });

  it.each([
    ['not_implemented', 501],
    ['unprocessable', 422],
    ['too_large', 413],
  ] as const)('%s goes out as 400 to the reference’s command, which reads no %d, with the same body', async (kind, status) => {
    const app = testApp({ listServices: () => Promise.reject(new DomainError(kind, 'some-code', 'Some message.')) });
    const asked = async (userAgent: string) =>
      errorOf(await app.request(`${BASE}/service`, { headers: { ...SIGNED_IN, 'user-agent': userAgent } }));
    expect(await asked('omnistrate-ctl/0.14.3')).toMatchObject({ status: 400, name: kind, message: 'Some message.', code: 'some-code' });
    expect(await asked('curl/8.5')).toMatchObject({ status, name: kind });
  });

  it('keeps the text of a defect inside, and logs it under the id of the answer', async () => {
    const logged: object[] = [];
    const log = { ...silentLogger, error: (fields: object) => void logged.push(fields) };
    const app = testApp({ listServices: () => Promise.reject(new Error('secret detail')) }, { log });
    const error = await errorOf(await app.request(`${BASE}/service`, { headers: SIGNED_IN }));
    expect(error).toMatchObject({ status: 500, name: 'failed_request', fault: true });
    expect(error.message).not.toContain('secret detail');
    expect(logged).toEqual([expect.objectContaining({ error: 'secret detail' })]);
    expect(error.message).toContain((logged[0] as { id: string }).id);
  });

  it('says 503 when the database is away, but 500 where a client would send a POST again by itself', async () => {
    const away = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const app = testApp({ listServices: away, searchInventory: away });
    const read = await app.request(`${BASE}/service`, { headers: SIGNED_IN });
    expect(read.headers.get('retry-after')).toBe('2');
    expect(await errorOf(read)).toMatchObject({ status: 503, name: 'unavailable', temporary: true });
    const write = await app.request(`${BASE}/fleet/search-inventory`, {
      method: 'POST',
      headers: SIGNED_IN,
      body: '{"query":"service:s"}',
    });
    expect(await errorOf(write)).toMatchObject({ status: 500, code: 'database-away' });
  });

  it.each(['Connection terminated unexpectedly', 'Client has encountered a connection error and is not queryable'])(
    'says 503 where the connection to the database broke: %s',
    async (message) => {
      const app = testApp({ listServices: () => Promise.reject(new Error(message)) });
      const read = await app.request(`${BASE}/service`, { headers: SIGNED_IN });
      expect(await errorOf(read)).toMatchObject({ status: 503, code: 'database-away', temporary: true });
    },
  );

  it.each(['55P03', '40P01', '40001'])('says 503 where a transaction gave way to others (%s), for a POST too', async (code) => {
    const app = testApp({ searchInventory: () => Promise.reject(Object.assign(new Error('canceling statement'), { code })) });
    const answer = await app.request(`${BASE}/fleet/search-inventory`, {
      method: 'POST',
      headers: SIGNED_IN,
      body: '{"query":"service:s"}',
    });
    expect(await errorOf(answer)).toMatchObject({ status: 503, code: 'busy', temporary: true });
  });

  it('says 429 with the time to wait where a limit is reached', async () => {
    const app = testApp({ signin: () => Promise.reject(tooManyRequests('sign-ins-busy', 'Too many at once.', 5)) });
    const answer = await app.request(`${BASE}/signin`, { method: 'POST', body: '{"email":"a@b","password":"c"}' });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await errorOf(answer)).toMatchObject({ status: 429, name: 'too_many_requests', code: 'sign-ins-busy', temporary: true });
  });

  it('never repeat long input, also where a message forgets to cut it', async () => {
    const long = 'x'.repeat(5_000);
    const details = Array.from({ length: 5_000 }, () => ({ field: long, message: `is ${long} and`, cure: `Do not ${long}.` }));
    const failures = [notFound('service', long), badRequest('some-code', `There is ${long} here: ${long}`, details)];
    for (const failure of failures) {
      const app = testApp({ listServices: () => Promise.reject(failure) });
      const text = await (await app.request(`${BASE}/service`, { headers: SIGNED_IN })).text();
      expect(text).not.toContain('x'.repeat(201));
      expect(text).toContain(`${'x'.repeat(199)}…`);
      expect(text.length).toBeLessThan(1_000_000);
    }
    expect(cut('😀'.repeat(200))).toBe(`${'😀'.repeat(99)}…`);
  });

  it('names an operation of the reference that is not served', async () => {
    const app = testApp({});
    const answers = await Promise.all([
      app.request(`${BASE}/fleet/cost/region`),
      app.request(`${BASE}/users/user-1/regenerate-token`, { method: 'POST' }),
      app.request(`${BASE}/service/composespec`, { method: 'PUT' }),
    ]);
    const errors = await Promise.all(answers.map((answer) => errorOf(answer)));
    expect(errors.map((error) => error.status)).toEqual([501, 501, 501]);
    expect(errors[0]?.message).toContain('cost-api#DescribeRegionCost');
    expect(errors[1]?.message).toContain('signup-api#RegenerateToken');
    expect(errors[2]?.message).toContain('service-api#BuildServiceFromComposeSpec');
  });

  it('answers an unknown path with 404', async () => {
    expect(await errorOf(await testApp({}).request(`${BASE}/nothing`))).toMatchObject({ status: 404, name: 'not_found' });
  });
});

describe('requests', () => {
  it('need a session, except for signing in', async () => {
    const app = testApp({ signin: async () => ({ jwtToken: 'a.b.c', refreshToken: 'r' }) });
    expect(await errorOf(await app.request(`${BASE}/service`))).toMatchObject({ status: 401, name: 'auth_failure', code: 'no-token' });
    const bad = await app.request(`${BASE}/service`, { headers: { authorization: 'Bearer old' } });
    expect(await errorOf(bad)).toMatchObject({ status: 401, code: 'invalid-token' });
    const signin = await app.request(`${BASE}/signin`, { method: 'POST', body: '{"email":"a@b","password":"c"}' });
    expect(await signin.json()).toEqual({ jwtToken: 'a.b.c', refreshToken: 'r' });
  });

  it('reach the handler with trimmed ids, converted queries, and null as missing', async () => {
    const seen: unknown[] = [];
    const app = testApp({
      listServicePlans: async ({ params, query, caller }) => {
        seen.push(params, query, caller.orgId);
        return { servicePlans: [] };
      },
      createInstance: async ({ body }) => {
        seen.push(body);
        return { id: 'instance-1' };
      },
    });
    await app.request(`${BASE}/service/%22s-1%22%0A/environment/se-1/service-plan?skipHasPendingChangesCheck=false&pageSize=5`, {
      headers: SIGNED_IN,
    });
    expect(seen).toEqual([{ serviceId: 's-1', serviceEnvironmentId: 'se-1' }, { skipHasPendingChangesCheck: false, pageSize: 5 }, 'org-1']);
    const created = await app.request(`${BASE}/fleet/resource-instance/sp/s/v1/e/m/p/r`, {
      method: 'POST',
      headers: SIGNED_IN,
      body: JSON.stringify({ cloud_provider: 'aws', requestParams: null, customTags: null, subscriptionId: '"sub-1"\n', extra: 1 }),
    });
    expect(created.status).toBe(202);
    expect(seen[3]).toEqual({ cloud_provider: 'aws', subscriptionId: 'sub-1' });
  });

  it('find literal paths before parameters, with and without a trailing slash', async () => {
    const app = testApp({
      prepareServicePlanSpec: async () => ({
        serviceID: 's',
        serviceEnvironmentID: 'e',
        productTierID: 'p',
        isNewProductTierCreated: false,
        artifactUploadingTasks: [],
      }),
      listInstances: async () => ({ resourceInstances: [] }),
    });
    const body = JSON.stringify({ name: 'n', environment: 'Dev', environmentType: 'DEV', fileContent: '' });
    expect((await app.request(`${BASE}/service/serviceplanspec/prepare`, { method: 'PUT', headers: SIGNED_IN, body })).status).toBe(200);
    for (const path of ['instances', 'instances/'])
      expect((await app.request(`${BASE}/fleet/service/s/environment/e/${path}`, { headers: SIGNED_IN })).status).toBe(200);
  });

  it('name every wrong field at once', async () => {
    const response = await testApp({}).request(`${BASE}/service/serviceplanspec`, {
      method: 'PUT',
      headers: SIGNED_IN,
      body: JSON.stringify({ name: '', dryrun: 'yes' }),
    });
    const error = await errorOf(response);
    expect(error).toMatchObject({ status: 400, name: 'bad_request' });
    expect(error.details).toEqual([
      { field: 'fileContent', code: 'missing-field', message: 'is missing' },
      { field: 'name', code: 'missing-field', message: 'must not be empty' },
      { field: 'dryrun', code: 'invalid-type', message: 'must be a boolean' },
    ]);
    for (const field of ['fileContent', 'name', 'dryrun']) expect(error.message).toContain(field);
  });

  it('name the place where JSON is wrong', async () => {
    const app = testApp({});
    const post = async (body: string | Uint8Array) =>
      errorOf(await app.request(`${BASE}/signin`, { method: 'POST', body: body as string }));
    expect(await post('{"email": "a",\n "password" 1}')).toMatchObject({
      status: 400,
      code: 'invalid-json',
      message: expect.stringContaining('line 2, column 13'),
    });
    expect(await post('{"email":')).toMatchObject({ message: expect.stringContaining('ends too early') });
    expect(await post('[]')).toMatchObject({ status: 400, message: 'Invalid request: the body must be an object.' });
    expect(await post(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({ status: 400, code: 'invalid-encoding' });
  });

  it('name numbers that would be rounded, and never say them', async () => {
    const app = testApp({});
    const body = '{"requestParams": {"password": 12345678901234567890, "conf": {"a": [1, 9007199254740993, 0.1234567890123456789]}}}';
    const response = await app.request(`${BASE}/fleet/resource-instance/sp/s/v1/e/m/p/r`, { method: 'POST', headers: SIGNED_IN, body });
    const error = await errorOf(response);
    expect(error).toMatchObject({
      status: 400,
      code: 'inexact-number',
      message: expect.stringContaining('field requestParams.password is a number that would be rounded; quote it'),
      details: [{ field: 'requestParams.password' }, { field: 'requestParams.conf.a[1]' }, { field: 'requestParams.conf.a[2]' }],
    });
    expect(JSON.stringify(error)).not.toContain('1234567890');
  });

  it('name texts that the database cannot hold, wherever they stand', async () => {
    const app = testApp({});
    const path = await errorOf(await app.request(`${BASE}/service/a%00b`, { headers: SIGNED_IN }));
    expect(path).toMatchObject({ status: 400, code: 'invalid-format', details: [{ field: 'id' }] });
    const body = String.raw`{"cloud_provider":"aws","requestParams":{"a\u0000":1,"b":["x","\ud800"],"c":"😀"}}`;
    const response = await app.request(`${BASE}/fleet/resource-instance/sp/s/v1/e/m/p/r`, { method: 'POST', headers: SIGNED_IN, body });
    const error = await errorOf(response);
    expect(error).toMatchObject({ status: 400, details: [{ field: 'requestParams' }, { field: 'requestParams.b.1' }] });
    const deep = `{"cloud_provider":"aws","requestParams":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const nested = await app.request(`${BASE}/fleet/resource-instance/sp/s/v1/e/m/p/r`, { method: 'POST', headers: SIGNED_IN, body: deep });
    expect((await errorOf(nested)).message).toContain('levels deep');
  });

  it('of more than the limit are refused', async () => {
    const send = (method: string, path: string, size: number) =>
      testApp({}).request(`${BASE}${path}`, { method, headers: SIGNED_IN, body: `{"query":"${'x'.repeat(size - 12)}"}` });
    const [KiB, MiB] = [1024, 1024 * 1024];
    for (const [method, path, limit] of [
      ['POST', '/signin', 64 * KiB],
      ['POST', '/fleet/search-inventory', MiB],
      ['PUT', '/service/serviceplanspec', 4 * MiB],
    ] as const) {
      expect(await errorOf(await send(method, path, limit + 1))).toMatchObject({ status: 413, code: 'request-too-large' });
      // As large as may be: read, and refused for what it says.
      expect((await send(method, path, limit)).status).toBe(400);
    }
  });
});

describe('answers', () => {
  it('are never empty where a client reads them, and strings are JSON strings', async () => {
    const app = testApp({ createServiceEnvironment: async () => 'se-1', deleteService: async () => {}, revokeToken: async () => {} });
    const body = JSON.stringify({ name: 'prod', description: '', deploymentConfigId: 'dc-1' });
    const created = await app.request(`${BASE}/service/s/environment`, { method: 'POST', headers: SIGNED_IN, body });
    expect(await created.text()).toBe('"se-1"');
    expect(created.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await (await app.request(`${BASE}/service/s`, { method: 'DELETE', headers: SIGNED_IN })).text()).toBe('{}');
    const revoked = await app.request(`${BASE}/revoke-token`, { method: 'POST', body: '{"refreshToken":"r"}' });
    expect([revoked.status, await revoked.text()]).toEqual([204, '']);
  });

  it('carry security headers', async () => {
    const { headers } = await testApp({}).request('/');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('own paths', () => {
  it('answer', async () => {
    const app = testApp({}, { readiness: async () => ({ ready: false, checks: { database: 'away' } }) });
    expect(await (await app.request('/')).text()).toContain('simulated');
    expect((await app.request('/healthz')).status).toBe(200);
    expect((await app.request('/readyz')).status).toBe(503);
    expect(await (await app.request('/openapi.json')).json()).toHaveProperty('openapi', '3.1.0');
    await app.request(`${BASE}/nothing`);
    expect(await (await app.request('/metrics')).text()).toContain(
      'cellplane_http_request_duration_seconds_count{operation="none",status="404"} 1',
    );
  });
});

describe('event stream', () => {
  it('sends progress and run events, with the sequence as id', async () => {
    const seen: unknown[] = [];
    const app = testApp(
      {},
      {
        events: async function* (caller, instanceId, { after }) {
          seen.push(caller.orgId, instanceId, after);
          yield [{ event: 'progress', data: { instanceId, status: 'DEPLOYING', final: false, endpoints: {} } }];
          yield [
            {
              event: 'run-event',
              id: '8',
              data: { sequence: 8, runId: 'r', time: 't', type: 'WorkflowStepStarted', step: 'apply', message: 'a\nb' },
            },
          ];
        },
      },
    );
    const response = await app.request('/api/instances/instance-1/events', { headers: { ...SIGNED_IN, 'last-event-id': '7' } });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(seen).toEqual(['org-1', 'instance-1', 7]);
    expect(text).toContain('event: progress\ndata: {"instanceId":"instance-1"');
    expect(text).toContain('id: 8');
  });

  it('refuses like any operation before it begins', async () => {
    const app = testApp(
      {},
      { events: (_, id) => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(notFound('instance', id)) }) }) },
    );
    expect(await errorOf(await app.request('/api/instances/instance-1/events', { headers: SIGNED_IN }))).toMatchObject({ status: 404 });
    expect(await errorOf(await app.request('/api/instances/instance-1/events'))).toMatchObject({ status: 401 });
  });
});

describe('on a socket', async () => {
  const bodies: unknown[] = [];
  const app = testApp({
    listFleetAccountConfigs: async ({ body }) => {
      bodies.push(body);
      return { ids: [], accountConfigs: [] };
    },
    deleteInstance: async ({ body }) => {
      bodies.push(body);
    },
    listServices: () => Promise.reject(badRequest('x', 'y')),
  });
  const server = await listen(app, '127.0.0.1', 0, silentLogger);
  afterAll(() => server.close(100));

  it.each([
    ['GET', `${BASE}/fleet/account-configs`, { cloudProviderName: 'aws' }],
    ['DELETE', `${BASE}/fleet/service/s/environment/e/instance/i`, { resourceId: 'pt-1', skipFinalSnapshot: true }],
  ])('reads the body of a %s', async (method, path, body) => {
    const status = await new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = { ...SIGNED_IN, 'content-length': text.length };
      const sent = nodeRequest({ host: '127.0.0.1', port: server.port, path, method, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject).end(text);
    });
    expect(status).toBe(200);
    expect(bodies.pop()).toEqual(body);
  });

  it('tells handlers where a request comes from', async () => {
    const seen: unknown[] = [];
    const signin = async ({ address }: { address?: string }) => {
      seen.push(address);
      return { jwtToken: 'a.b.c', refreshToken: 'r' };
    };
    const networks = readNetworks('127.0.0.1');
    const behind = await listen(
      testApp({ signin }, 'networks' in networks ? { trustedProxies: networks.networks } : {}),
      '127.0.0.1',
      0,
      silentLogger,
    );
    const open = await listen(testApp({ signin }), '127.0.0.1', 0, silentLogger);
    for (const { url } of [behind, open])
      await fetch(`${url}${BASE}/signin`, {
        method: 'POST',
        headers: { 'x-forwarded-for': '192.0.2.1, 198.51.100.7' },
        body: '{"email":"a@b","password":"c"}',
      });
    expect(seen).toEqual(['198.51.100.7', '127.0.0.1']);
    await Promise.all([behind.close(100), open.close(100)]);
  });

  it('says what to do when the port is taken', async () => {
    await expect(listen(app, '127.0.0.1', server.port, silentLogger)).rejects.toThrow('CELLPLANE_PORT');
  });
});

it('takes members of a body in any letter case; the one that is written right goes first', async () => {
  const seen: unknown[] = [];
  const app = testApp({
    customerSignup: async ({ body }) => {
      seen.push(body);
    },
  });
  const send = (body: object) =>
    app.request('/2022-09-01-00/customer-user-signup', { method: 'POST', headers: SIGNED_IN, body: JSON.stringify(body) });
  await send({ NAME: 'Ada', email: 'a@example.com', Email: 'b@example.com', password: 'x', legalcompanyname: 'Acme', companyurl: null });
  expect(seen).toEqual([{ name: 'Ada', email: 'a@example.com', password: 'x', legalCompanyName: 'Acme' }]);
});
