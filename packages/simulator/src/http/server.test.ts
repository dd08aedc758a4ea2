import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { type TestCell, testCell } from '../cell.testing.js';
import { arrayAt, at, type JsonObject, stringAt } from '../json.js';

const CONFIGS = '/api/v1/namespaces/default/configmaps';

/** Reads the first events of a watch. */
function watch(cell: TestCell, path: string, count: number): Promise<JsonObject[]> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, cell.simulator.url),
      { ca: cell.simulator.certificate, headers: { authorization: `Bearer ${cell.simulator.token}` } },
      (response) => {
        const events: JsonObject[] = [];
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          events.push(...lines.map((line) => JSON.parse(line) as JsonObject));
          if (events.length >= count) response.destroy();
        });
        response.on('close', () => resolve(events));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('the wire', () => {
  it('needs the token', async () => {
    const cell = await testCell();
    const answer = await cell.call('GET', '/api/v1/namespaces', undefined, { authorization: 'Bearer wrong' });
    expect(answer).toMatchObject({ code: 401, body: { kind: 'Status', reason: 'Unauthorized' } });
    expect((await cell.call('GET', '/readyz', undefined, { authorization: '' })).body.text).toBe('ok');
  });

  it('answers discovery in both forms', async () => {
    const cell = await testCell();
    const aggregated = await cell.call('GET', '/apis', undefined, {
      accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    });
    expect(arrayAt(aggregated.body, 'items').map((one) => stringAt(one, 'metadata', 'name'))).toContain('apps');
    expect(arrayAt((await cell.call('GET', '/apis')).body, 'groups').map((one) => at(one, 'name'))).toContain('apps');
    expect(arrayAt((await cell.call('GET', '/apis/apps/v1')).body, 'resources').map((one) => at(one, 'name'))).toEqual(
      expect.arrayContaining(['deployments', 'deployments/status', 'deployments/scale']),
    );
  });

  it('says that it checks fields itself', async () => {
    const cell = await testCell();
    const document = await cell.call('GET', '/openapi/v3/apis/apps/v1');
    const patch = at(document.body, 'paths', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'patch', 'parameters');
    expect((patch as JsonObject[]).map((one) => one.name)).toContain('fieldValidation');
  });

  it('sends initial events and then a bookmark', async () => {
    const cell = await testCell();
    await cell.call('POST', CONFIGS, { metadata: { name: 'a', labels: { w: '1' } } });
    const events = await watch(
      cell,
      `${CONFIGS}?watch=1&labelSelector=w&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      2,
    );
    expect(events.map((event) => event.type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(at(events[1], 'object', 'metadata', 'annotations')).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('ends a watch by time with a bookmark to go on from', async () => {
    const cell = await testCell();
    const events = await watch(cell, `${CONFIGS}?watch=1&labelSelector=none&allowWatchBookmarks=true&timeoutSeconds=1`, 2);
    expect(events.map((event) => event.type)).toEqual(['BOOKMARK']);
    expect(Number(at(events[0], 'object', 'metadata', 'resourceVersion'))).toBeGreaterThan(0);
  });

  it('pages through a list as it was', async () => {
    const cell = await testCell();
    for (const name of ['a', 'b', 'c', 'd']) await cell.call('POST', CONFIGS, { metadata: { name, labels: { p: '1' } } });
    const first = await cell.call('GET', `${CONFIGS}?limit=2&labelSelector=p`);
    await cell.call('DELETE', `${CONFIGS}/c`);
    await cell.call('POST', CONFIGS, { metadata: { name: 'bb', labels: { p: '1' } } });
    const second = await cell.call('GET', `${CONFIGS}?limit=2&labelSelector=p&continue=${stringAt(first.body, 'metadata', 'continue')}`);
    const names = [first, second].flatMap((page) => arrayAt(page.body, 'items').map((one) => stringAt(one, 'metadata', 'name')));
    expect(names).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets nobody grant what they do not hold', async () => {
    const cell = await testCell();
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    await cell.call('POST', `${rbac}/roles`, {
      metadata: { name: 'granter' },
      rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['create'] }],
    });
    await cell.call('POST', `${rbac}/rolebindings`, {
      metadata: { name: 'granter' },
      roleRef: { kind: 'Role', name: 'granter' },
      subjects: [{ kind: 'User', name: 'jane' }],
    });
    const answer = await cell.call(
      'POST',
      `${rbac}/roles`,
      { metadata: { name: 'more' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
      { 'impersonate-user': 'jane' },
    );
    expect(answer.code).toBe(403);
    expect(answer.body.message).toContain('is attempting to grant RBAC permissions not currently held');
  });

  it('keeps hostile keys as data', async () => {
    const cell = await testCell();
    const created = await cell.call('POST', CONFIGS, `{"metadata":{"name":"hostile"},"data":{"__proto__":"a","constructor":"b"}}`);
    expect(created.code).toBe(201);
    expect(JSON.stringify((await cell.call('GET', `${CONFIGS}/hostile`)).body.data)).toBe('{"__proto__":"a","constructor":"b"}');
    expect(({} as JsonObject).a).toBeUndefined();
  });
});
