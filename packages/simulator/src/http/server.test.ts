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

  it('lets nobody grant what they do not hold, whatever the verb', async () => {
    const cell = await testCell();
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const grant = async (name: string, resources: string[], verbs: string[]) => {
      await cell.call('POST', `${rbac}/roles`, {
        metadata: { name },
        rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources, verbs }],
      });
      const subjects = [{ kind: 'User', name: 'jane' }];
      await cell.call('POST', `${rbac}/rolebindings`, { metadata: { name }, roleRef: { kind: 'Role', name }, subjects });
    };
    const as = (type = 'application/json') => ({ 'impersonate-user': 'jane', 'content-type': type });
    const role = (name: string) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }],
    });
    const binding = (name: string, roleName: string) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: roleName },
      subjects: [{ kind: 'User', name: 'joe' }],
    });
    const refused = (answer: { code: number; body: JsonObject }) => {
      expect(answer.code).toBe(403);
      expect(answer.body.message).toMatch(
        /attempting to grant RBAC permissions not currently held:\n.*Resources:\["secrets"\], Verbs:\["get" "list"\]/,
      );
    };
    await grant('granter', ['roles', 'rolebindings'], ['get', 'create', 'update', 'patch']);
    await cell.call('POST', `${rbac}/roles`, role('strong'));
    await cell.call('POST', `${rbac}/roles`, { ...role('mine'), rules: [] });
    const manager = '?fieldManager=jane&force=true';
    refused(await cell.call('POST', `${rbac}/roles`, role('more'), as()));
    refused(await cell.call('PATCH', `${rbac}/roles/more${manager}`, role('more'), as('application/apply-patch+yaml')));
    refused(await cell.call('PATCH', `${rbac}/roles/mine${manager}`, role('mine'), as('application/apply-patch+yaml')));
    refused(await cell.call('PUT', `${rbac}/roles/mine`, role('mine'), as()));
    refused(await cell.call('PUT', `${rbac}/roles/more`, role('more'), as()));
    for (const type of ['merge-patch', 'strategic-merge-patch'])
      refused(await cell.call('PATCH', `${rbac}/roles/mine`, { rules: role('mine').rules }, as(`application/${type}+json`)));
    const operation = [{ op: 'add', path: '/rules', value: role('mine').rules }];
    refused(await cell.call('PATCH', `${rbac}/roles/mine`, operation, as('application/json-patch+json')));
    refused(await cell.call('POST', `${rbac}/rolebindings`, binding('b', 'strong'), as()));
    refused(await cell.call('PATCH', `${rbac}/rolebindings/b${manager}`, binding('b', 'strong'), as('application/apply-patch+yaml')));
    expect((await cell.call('POST', `${rbac}/rolebindings`, binding('b', 'absent'), as())).code).toBe(404);
    // What changes nothing, or only owners and finalizers, grants nothing.
    const finalizers = { metadata: { finalizers: ['example.com/x'] } };
    expect((await cell.call('PATCH', `${rbac}/roles/strong`, finalizers, as('application/merge-patch+json'))).code).toBe(200);
    // The two ways around it.
    await grant('binder', ['roles'], ['bind']);
    expect(
      (await cell.call('PATCH', `${rbac}/rolebindings/b${manager}`, binding('b', 'strong'), as('application/apply-patch+yaml'))).code,
    ).toBe(201);
    refused(await cell.call('POST', `${rbac}/roles`, role('more'), as()));
    await grant('escalator', ['roles'], ['escalate']);
    expect((await cell.call('PATCH', `${rbac}/roles/more${manager}`, role('more'), as('application/apply-patch+yaml'))).code).toBe(201);
  });

  it('asks for the right to create where an apply or a PUT makes the object', async () => {
    const cell = await testCell();
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const rules = [{ apiGroups: ['', 'coordination.k8s.io'], resources: ['configmaps', 'leases'], verbs: ['get', 'patch', 'update'] }];
    await cell.call('POST', `${rbac}/roles`, { metadata: { name: 'r' }, rules });
    const subjects = [{ kind: 'User', name: 'jane' }];
    await cell.call('POST', `${rbac}/rolebindings`, { metadata: { name: 'r' }, roleRef: { kind: 'Role', name: 'r' }, subjects });
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' } };
    const apply = () =>
      cell.call('PATCH', `${CONFIGS}/new?fieldManager=jane`, config, {
        'impersonate-user': 'jane',
        'content-type': 'application/apply-patch+yaml',
      });
    const refused = await apply();
    expect([refused.code, refused.body.message]).toEqual([
      403,
      'configmaps "new" is forbidden: User "jane" cannot create resource "configmaps" in API group "" in the namespace "default"',
    ]);
    const lease = await cell.call(
      'PUT',
      '/apis/coordination.k8s.io/v1/namespaces/default/leases/l',
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' } },
      { 'impersonate-user': 'jane' },
    );
    expect(lease.code).toBe(403);
    await cell.call('POST', CONFIGS, config);
    expect((await apply()).code).toBe(200);
  });

  it('keeps hostile keys as data', async () => {
    const cell = await testCell();
    const created = await cell.call('POST', CONFIGS, `{"metadata":{"name":"hostile"},"data":{"__proto__":"a","constructor":"b"}}`);
    expect(created.code).toBe(201);
    expect(JSON.stringify((await cell.call('GET', `${CONFIGS}/hostile`)).body.data)).toBe('{"__proto__":"a","constructor":"b"}');
    expect(({} as JsonObject).a).toBeUndefined();
  });
});
