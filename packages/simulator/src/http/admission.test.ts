/** What a cluster refuses beside its schemas: quotas, and what validating webhooks say. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type TestCell, testCell } from '../cell.testing.js';
import { isObject, type JsonObject } from '../json.js';
import { makeCertificate } from './certificate.js';

const MAPS = '/api/v1/namespaces/default/configmaps';
const map = (name: string, labels: JsonObject = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } });

describe('a quota', () => {
  it('counts objects by plural and by count/plural, on create alone', async () => {
    const cell = await testCell();
    const before = (await cell.call('GET', MAPS)).body['items'];
    const room = (Array.isArray(before) ? before.length : 0) + 1;
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small' },
      spec: { hard: { configmaps: String(room), 'count/secrets': '0' } },
    };
    expect((await cell.call('POST', '/api/v1/namespaces/default/resourcequotas', quota)).code).toBe(201);
    expect((await cell.call('POST', MAPS, map('one'))).code).toBe(201);
    expect(await cell.call('POST', MAPS, map('two'))).toMatchObject({
      code: 403,
      body: {
        reason: 'Forbidden',
        message: `configmaps "two" is forbidden: exceeded quota: small, requested: configmaps=1, used: configmaps=${room}, limited: configmaps=${room}`,
      },
    });
    expect((await cell.call('PUT', `${MAPS}/one`, { ...map('one'), data: { a: 'b' } })).code).toBe(200);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };
    expect((await cell.call('POST', '/api/v1/namespaces/default/secrets', secret)).body['message']).toContain(
      'requested: count/secrets=1, used: count/secrets=0, limited: count/secrets=0',
    );
  });

  it('tells in its status what it counts, as objects come and go', async () => {
    const cell = await testCell();
    const QUOTAS = '/api/v1/namespaces/default/resourcequotas';
    const hard = { 'count/secrets': '2', configmaps: '9', 'requests.cpu': '4' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small' }, spec: { hard } };
    await cell.call('POST', QUOTAS, quota);
    const status = async () => (await cell.call('GET', `${QUOTAS}/small`)).body['status'];
    await expect.poll(status).toEqual({ hard, used: { 'count/secrets': '0', configmaps: '1' } });
    const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } });
    for (const name of ['a', 'b']) await cell.call('POST', '/api/v1/namespaces/default/secrets', secret(name));
    await cell.call('POST', MAPS, map('one'));
    await expect.poll(status).toEqual({ hard, used: { 'count/secrets': '2', configmaps: '2' } });
    await cell.call('DELETE', '/api/v1/namespaces/default/secrets/a');
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect((await cell.call('PATCH', `${QUOTAS}/small`, { spec: { hard: { 'count/secrets': '5' } } }, merge)).code).toBe(200);
    const now = { hard: { ...hard, 'count/secrets': '5' }, used: { 'count/secrets': '1', configmaps: '2' } };
    await expect.poll(status).toEqual(now);
    // A status that is right is not written again.
    const version = (await cell.call('GET', `${QUOTAS}/small`)).body['metadata'];
    expect((await cell.call('PATCH', `${MAPS}/one`, { data: { a: 'b' } }, merge)).code).toBe(200);
    await expect.poll(status).toEqual(now);
    expect((await cell.call('GET', `${QUOTAS}/small`)).body['metadata']).toEqual(version);
  });
});

describe('a validating webhook', () => {
  it('is asked about the object as it would be stored, and may deny it in its own words', async () => {
    const cell = await testCell();
    const asked = await serveWebhook(cell, { allowed: false, status: { code: 403, message: 'not this one' } });
    expect(await cell.call('POST', MAPS, map('asked', { ask: 'yes' }))).toMatchObject({
      code: 403,
      body: { message: 'admission webhook "check.example.test" denied the request: not this one' },
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      operation: 'CREATE',
      name: 'asked',
      namespace: 'default',
      object: { metadata: { name: 'asked', namespace: 'default', uid: expect.any(String) as string } },
    });
    expect((await cell.call('GET', `${MAPS}/asked`)).code).toBe(404);
    // Not selected: not asked.
    expect((await cell.call('POST', MAPS, map('other'))).code).toBe(201);
    expect(asked).toHaveLength(1);
  });

  it('is asked about a dry run, and told that it is one', async () => {
    const cell = await testCell();
    const asked = await serveWebhook(cell, { allowed: false, status: { code: 403, message: 'not this one' } });
    expect(await cell.call('POST', `${MAPS}?dryRun=All`, map('dry', { ask: 'yes' }))).toMatchObject({
      code: 403,
      body: { message: 'admission webhook "check.example.test" denied the request: not this one' },
    });
    expect(asked).toMatchObject([{ operation: 'CREATE', dryRun: true }]);
  });

  it('lets pass what it allows', async () => {
    const cell = await testCell();
    const asked = await serveWebhook(cell, { allowed: true });
    expect((await cell.call('POST', MAPS, map('asked', { ask: 'yes' }))).code).toBe(201);
    const path = `${MAPS}/asked?fieldManager=t`;
    const body = JSON.stringify({ ...map('asked', { ask: 'yes' }), data: { a: 'b' } });
    expect((await cell.call('PATCH', path, body, { 'content-type': 'application/apply-patch+yaml' })).code).toBe(200);
    expect(asked.map((one) => one['operation'])).toEqual(['CREATE', 'UPDATE']);
  });

  it.each([
    ['Fail', 500],
    ['Ignore', 201],
  ])('that is away, with failurePolicy %s, answers %i', async (failurePolicy, code) => {
    const cell = await testCell();
    await configure(cell, { url: 'https://127.0.0.1:1/', failurePolicy });
    const answer = await cell.call('POST', MAPS, map('asked', { ask: 'yes' }));
    expect(answer.code).toBe(code);
    expect(String(answer.body['message'] ?? 'connection refused')).toContain('connection refused');
  });
});

async function serveWebhook(cell: TestCell, response: JsonObject): Promise<JsonObject[]> {
  const { key, certificate } = makeCertificate(['127.0.0.1'], Date.now());
  const asked: JsonObject[] = [];
  const server = createServer({ key, cert: certificate }, (request, answer) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const review: unknown = JSON.parse(text);
      const sent = isObject(review) && isObject(review['request']) ? review['request'] : {};
      asked.push(sent);
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(
        JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: sent['uid'], ...response } }),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  await configure(cell, { url: `https://127.0.0.1:${port}/`, caBundle: Buffer.from(certificate).toString('base64') });
  return asked;
}

async function configure(
  cell: TestCell,
  { url, caBundle, failurePolicy = 'Fail' }: { url: string; caBundle?: string; failurePolicy?: string },
) {
  const made = await cell.call('POST', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'check' },
    webhooks: [
      {
        name: 'check.example.test',
        clientConfig: { url, ...(caBundle === undefined ? {} : { caBundle }) },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }],
        objectSelector: { matchExpressions: [{ key: 'ask', operator: 'In', values: ['yes'] }] },
        failurePolicy,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  });
  expect(made.code).toBe(201);
}
