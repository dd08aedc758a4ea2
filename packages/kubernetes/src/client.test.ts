import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configMap, discovery, json, type Seen, startTestServer, statusBody, type TestServer } from './api-server.testing.js';
import { connect } from './client.js';
import type { KubernetesClient } from './model.js';

const KEY = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'a' };
let server: TestServer;
let client: KubernetesClient;

beforeEach(async () => {
  server = await startTestServer((request, response) => {
    if (!discovery(request, response)) json(response, configMap('a', { uid: 'u1', resourceVersion: '5' }));
  });
  client = connect({ server: server.url }, { label: 'cell x' });
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

/** The last request, without those of discovery. */
const last = (): Seen => server.seen.at(-1) as Seen;
const answerWith = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
  server.answer = (request, response) => {
    if (!discovery(request, response)) json(response, body, status, headers);
  };
};

describe('what is sent', () => {
  it('applies on the server, as JSON', async () => {
    const object = configMap('a');
    await expect(client.apply(object, { fieldManager: 'cellplane/é', force: true })).resolves.toMatchObject({ metadata: { uid: 'u1' } });
    expect(last()).toMatchObject({ method: 'PATCH', url: '/api/v1/namespaces/ns/configmaps/a?fieldManager=cellplane%2F%C3%A9&force=true' });
    expect(last().headers['content-type']).toBe('application/apply-patch+yaml');
    expect(JSON.parse(last().body)).toEqual(object);
  });

  it.each([
    [201, 1],
    [200, 0],
  ])('says whether an apply made the object: %i', async (status, times) => {
    answerWith(status, configMap('a', { uid: 'u1' }));
    let created = 0;
    const applied = await client.apply(configMap('a'), { fieldManager: 'm', force: true, onCreated: () => (created += 1) });
    expect(applied.metadata.uid).toBe('u1');
    expect(created).toBe(times);
  });

  it.each([
    ['merge', 'application/merge-patch+json'],
    ['strategic', 'application/strategic-merge-patch+json'],
    ['json', 'application/json-patch+json'],
  ] as const)('patches: %s', async (type, content) => {
    await client.patch(KEY, type, [{ op: 'test' }], { fieldManager: 'm', subresource: 'status' });
    expect(last()).toMatchObject({
      method: 'PATCH',
      url: '/api/v1/namespaces/ns/configmaps/a/status?fieldManager=m',
      body: '[{"op":"test"}]',
    });
    expect(last().headers['content-type']).toBe(content);
  });

  it('creates, replaces and reads', async () => {
    await client.create(configMap('a'));
    expect(last()).toMatchObject({ method: 'POST', url: '/api/v1/namespaces/ns/configmaps' });
    await client.replace(configMap('a'));
    expect(last()).toMatchObject({ method: 'PUT', url: '/api/v1/namespaces/ns/configmaps/a' });
    await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'n' });
    expect(last()).toMatchObject({ method: 'GET', url: '/api/v1/namespaces/n' });
  });

  it('deletes with preconditions', async () => {
    await client.delete(KEY, { uid: 'u1', resourceVersion: '7', propagationPolicy: 'Foreground' });
    expect(last().method).toBe('DELETE');
    expect(JSON.parse(last().body)).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u1', resourceVersion: '7' },
      propagationPolicy: 'Foreground',
    });
    await client.delete(KEY);
    expect(JSON.parse(last().body)).toEqual({ apiVersion: 'v1', kind: 'DeleteOptions' });
  });

  // The API server gives an impersonated service account the groups of its token; to ask for them would need the right to be any group.
  it('impersonates a service account by its name alone', async () => {
    await client.get(KEY, { impersonate: 'system:serviceaccount:tenant:run' });
    expect(last().headers['impersonate-user']).toBe('system:serviceaccount:tenant:run');
    expect(last().headers).not.toHaveProperty('impersonate-group');
    expect(server.seen[0]?.headers).not.toHaveProperty('impersonate-user');
  });

  it('refuses a line break in a header, before sending', async () => {
    await expect(client.get(KEY, { impersonate: 'a\r\nx: y' })).rejects.toMatchObject({ reason: 'InvalidRequest', outcome: 'permanent' });
  });

  it('keeps a path prefix of the API server', async () => {
    const proxied = connect({ server: `${server.url}/k8s/clusters/c1` });
    server.answer = (_request, response) => json(response, { gitVersion: 'v1' });
    await expect(proxied.raw('/version')).resolves.toEqual({ gitVersion: 'v1' });
    expect(last().url).toBe('/k8s/clusters/c1/version');
    await proxied.close();
  });

  it('reads logs as text', async () => {
    server.answer = (_request, response) => {
      response.end('one\ntwo\n');
    };
    await expect(client.logs({ namespace: 'ns', name: 'p', container: 'c', tailLines: 2, previous: true })).resolves.toBe('one\ntwo\n');
    expect(last().url).toBe('/api/v1/namespaces/ns/pods/p/log?container=c&tailLines=2&previous=true&limitBytes=1048576');
    await expect(client.logs({ namespace: '..', name: 'p' })).rejects.toMatchObject({ reason: 'InvalidRequest' });
  });

  it('raw gives text or JSON, as it comes', async () => {
    server.answer = (_request, response) => {
      response.end('ok');
    };
    await expect(client.raw('/readyz')).resolves.toBe('ok');
    answerWith(200, { a: 1 });
    await expect(client.raw('/x', { method: 'post', body: { b: 1 } })).resolves.toEqual({ a: 1 });
    expect(last()).toMatchObject({ method: 'POST', body: '{"b":1}' });
    await expect(client.raw('/x', { method: 'CONNECT' })).rejects.toMatchObject({ reason: 'InvalidRequest' });
  });

  it('keeps its connections', async () => {
    for (let turn = 0; turn < 20; turn += 1) await client.get(KEY);
    // A call that follows at once may still find the first one being put back.
    expect(server.connections()).toBeLessThanOrEqual(2);
    expect(server.seen.filter((request) => request.url === '/api/v1')).toHaveLength(1);
  });
});

describe('lists', () => {
  it('go through all pages and give built-in kinds their type', async () => {
    server.answer = (request, response) => {
      if (discovery(request, response)) return;
      const token = new URL(request.url, server.url).searchParams.get('continue');
      const items = [{ metadata: { name: token === null ? 'a' : 'b' } }];
      json(response, { metadata: { resourceVersion: '9', ...(token === null ? { continue: 't 1' } : {}) }, items });
    };
    const list = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', labelSelector: 'a=b' });
    expect(list.items.map((item) => `${item.kind} ${item.apiVersion} ${item.metadata.name}`)).toEqual(['ConfigMap v1 a', 'ConfigMap v1 b']);
    expect(list).toMatchObject({ resourceVersion: '9' });
    expect(list.continueToken).toBeUndefined();
    expect(last().url).toBe('/api/v1/namespaces/ns/configmaps?labelSelector=a%3Db&limit=500&continue=t%201');
  });

  it('give one page where a limit is given', async () => {
    answerWith(200, { metadata: { resourceVersion: '9', continue: 't' }, items: null });
    const page = await client.list({ apiVersion: 'v1', kind: 'ConfigMap', limit: 2 });
    expect(page).toEqual({ resourceVersion: '9', items: [], continueToken: 't' });
    expect(last().url).toBe('/api/v1/configmaps?limit=2');
  });

  it('begin again in one piece where a continue token expires', async () => {
    server.answer = (request, response) => {
      if (discovery(request, response)) return;
      const params = new URL(request.url, server.url).searchParams;
      if (params.has('continue')) json(response, statusBody(410, 'Expired', 'The provided continue parameter is too old'), 410);
      else if (params.has('limit'))
        json(response, { metadata: { resourceVersion: '1', continue: 't' }, items: [{ metadata: { name: 'a' } }] });
      else json(response, { metadata: { resourceVersion: '2' }, items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }] });
    };
    const list = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(list.items.map((item) => item.metadata.name)).toEqual(['a', 'b']);
    expect(list.resourceVersion).toBe('2');
  });
});

describe('errors', () => {
  it('are those of the API server', async () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'bad', field: 'spec.x' }];
    answerWith(422, statusBody(422, 'Invalid', 'it is invalid', { causes }), { 'retry-after': '3' });
    await expect(client.create(configMap('a'))).rejects.toMatchObject({
      name: 'ApiError',
      status: 422,
      reason: 'Invalid',
      outcome: 'permanent',
      message: 'it is invalid',
      causes,
      retryAfterMs: 3_000,
    });
  });

  it('name the kind that is not served, and forget it', async () => {
    await client.get(KEY);
    answerWith(404, statusBody(404, 'NotFound', 'the server could not find the requested resource'));
    const gone = { reason: 'KindNotServed', message: 'kind ConfigMap of v1 is not served by cell x' };
    await expect(client.get(KEY)).rejects.toMatchObject(gone);
    const before = server.seen.length;
    await expect(client.get(KEY)).rejects.toMatchObject(gone);
    expect(server.seen.slice(before).map((request) => request.url)).toEqual(['/api/v1', '/api/v1/namespaces/ns/configmaps/a']);
  });

  it('do not take a missing subresource for a missing kind', async () => {
    answerWith(404, statusBody(404, 'NotFound', 'the server could not find the requested resource'));
    await expect(client.patch(KEY, 'merge', {}, { subresource: 'scale' })).rejects.toMatchObject({
      reason: 'NotFound',
      outcome: 'permanent',
      message: 'kind ConfigMap of v1 has no scale subresource',
    });
  });

  it.each(['', '{"metadata"', '[]', 'null', '<html>', '{"kind":"ConfigMap"}'])(
    'an answer that is broken (%j) has an unknown outcome',
    async (body) => {
      server.answer = (request, response) => {
        if (!discovery(request, response)) response.end(body);
      };
      await expect(client.apply(configMap('a'), { fieldManager: 'm', force: true })).rejects.toMatchObject({
        reason: 'InvalidAnswer',
        outcome: 'unknown',
        status: 200,
      });
    },
  );

  it('refuse names that would leave their place, and namespaced kinds without a namespace', async () => {
    await expect(client.get({ ...KEY, name: '../secrets/x' })).rejects.toMatchObject({ reason: 'InvalidRequest' });
    await expect(client.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'a' })).rejects.toThrow(/metadata\.namespace must be set/);
    expect(server.seen.map((request) => request.url)).toEqual(['/api/v1']);
  });
});
