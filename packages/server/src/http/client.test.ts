import { ConnectionError, createClient, type InstanceStreamMessage, ResponseError } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { notFound, tooManyRequests } from '../errors.js';
import { testApp } from './app.testing.js';

// The client of packages/api against the application it is made for, in process.
const seen: unknown[] = [];
const app = testApp(
  {
    signin: async ({ body }) => ({ jwtToken: `token of ${body.email}`, refreshToken: 'r' }),
    revokeToken: async () => {},
    describeService: ({ params }) => Promise.reject(notFound('service', params.id)),
    listServicePlans: async ({ params, query }) => {
      seen.push(params, query);
      return { servicePlans: [] };
    },
    deleteInstance: async ({ params, body }) => {
      seen.push(params, body);
    },
    listServiceProviderEvents: async ({ query }) => {
      seen.push(query);
      return { events: [], eventsSummary: {} };
    },
  },
  {
    events: async function* (_, instanceId, { after }) {
      yield [{ event: 'progress', data: { instanceId, status: 'DEPLOYING', final: false, endpoints: {} } }];
      yield [{ event: 'run-event', data: { sequence: after + 1, runId: 'r', time: 't', type: 'x', step: 's', message: 'Grüße\n\n“”' } }];
    },
  },
);
const local: typeof fetch = async (input, init) => app.request(String(input), init);
const client = createClient({ baseUrl: 'http://local', token: () => 'good', fetch: local });

describe('the client against the application', () => {
  it('carries parameters, queries and bodies, also of DELETE', async () => {
    seen.length = 0;
    await client.listServicePlans({
      params: { serviceId: 's/1', serviceEnvironmentId: 'e ü' },
      query: { pageSize: 3, skipHasPendingChangesCheck: true },
    });
    await client.deleteInstance({ params: { serviceId: 's', environmentId: 'e', instanceId: 'i' }, body: { resourceId: 'pt-1' } });
    expect(seen).toEqual([
      { serviceId: 's/1', serviceEnvironmentId: 'e ü' },
      { pageSize: 3, skipHasPendingChangesCheck: true },
      { serviceId: 's', environmentId: 'e', instanceId: 'i' },
      { resourceId: 'pt-1' },
    ]);
  });

  it('carries a list as its parameter again and again', async () => {
    seen.length = 0;
    await client.listServiceProviderEvents({ query: { eventTypes: ['A', 'B'], pageSize: 2 } });
    await client.listServiceProviderEvents({ query: { eventTypes: ['A'] } });
    expect(seen).toEqual([{ eventTypes: ['A', 'B'], pageSize: 2 }, { eventTypes: ['A'] }]);
  });

  it('reads answers with and without a body', async () => {
    expect(await client.signin({ body: { email: 'a', password: 'b' } })).toEqual({ jwtToken: 'token of a', refreshToken: 'r' });
    expect(await client.revokeToken({ body: { refreshToken: 'r' } })).toBeUndefined();
  });

  it('turns error answers into errors that keep the body', async () => {
    const failure: unknown = await client.describeService({ params: { id: 's-1' } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ResponseError);
    expect(failure).toMatchObject({ status: 404, body: { name: 'not_found', code: 'service-not-found' } });
  });

  it('says so when nothing answers, or something else does', async () => {
    const broken = (answer: () => Promise<Response>) => createClient({ baseUrl: 'http://local', fetch: answer }).describeUser({});
    await expect(broken(() => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })))).rejects.toThrow(
      /local: ECONNREFUSED/,
    );
    await expect(broken(async () => new Response('<html>', { status: 200 }))).rejects.toThrow(ConnectionError);
    await expect(broken(async () => new Response('<html>', { status: 502 }))).rejects.toThrow(
      /answered 502 .* away behind a proxy: try again/,
    );
    await expect(broken(async () => new Response('<html>', { status: 404 }))).rejects.toThrow(/answered 404 .* is it a Cellplane server\?/);
  });

  it('goes again when there is room, a few times, and not when that takes long', async () => {
    const refusals = async (seconds: number, times: number) => {
      let sent = 0;
      const busy = testApp({
        signin: async () => {
          if ((sent += 1) <= times) throw tooManyRequests('sign-ins-busy', 'Too many at once.', seconds);
          return { jwtToken: 'a.b.c', refreshToken: 'r' };
        },
      });
      const fetching: typeof fetch = async (input, init) => busy.request(String(input), init);
      const answer = await createClient({ baseUrl: 'http://local', fetch: fetching })
        .signin({ body: { email: 'a@b', password: 'c' } })
        .then(
          () => 200,
          (error: ResponseError) => error.status,
        );
      return [answer, sent];
    };
    expect(await refusals(0, 3)).toEqual([200, 4]);
    expect(await refusals(0, 9)).toEqual([429, 4]);
    expect(await refusals(60, 1)).toEqual([429, 1]);
  });

  it('refuses an empty path parameter before anything is sent', async () => {
    await expect(client.describeService({ params: { id: '' } })).rejects.toThrow('"id" is missing');
  });

  it('follows an instance from where it was', async () => {
    const messages: InstanceStreamMessage[] = [];
    for await (const message of client.followInstance('instance-1', { after: 41 })) messages.push(message);
    expect(messages).toMatchObject([
      { event: 'progress', data: { instanceId: 'instance-1', status: 'DEPLOYING' } },
      { event: 'run-event', data: { sequence: 42, message: 'Grüße\n\n“”' } },
    ]);
  });
});
