import { apply, get, json, merge, post, put, strategic } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

type Json = Record<string, unknown>;

const RBAC = 'rbac.authorization.k8s.io';
const role = (
  name: string,
  rules: Json[] = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }],
  kind = 'Role',
): Json => ({
  apiVersion: `${RBAC}/v1`,
  kind,
  metadata: { name },
  rules,
});
const binding = (name: string, to: string, kind = 'Role'): Json => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind, name: to },
  subjects: [{ apiGroup: RBAC, kind: 'User', name: 'joe' }],
});

/** Nobody grants what they do not hold: the same refusal by every verb that writes. */
function escalation(): Scenario {
  const n = 'escalation';
  const namespace = namespaceOf(n);
  const roles = `/apis/${RBAC}/v1/namespaces/${namespace}/roles`;
  const bindings = `/apis/${RBAC}/v1/namespaces/${namespace}/rolebindings`;
  const as = (step: Step): Step => ({ ...step, headers: { ...step.headers, 'impersonate-user': `jane-${n}` } });
  const force = '&force=true';
  const held = [
    { apiGroups: [RBAC], resources: ['roles', 'rolebindings'], verbs: ['get', 'create', 'update', 'patch'] },
    { apiGroups: [''], resources: ['configmaps', 'pods/log'], verbs: ['get', 'patch', 'update'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['*/scale'], verbs: ['get'] },
  ];
  const grants = (name: string, rules: Json[]) => as(post(name, `${roles}?dryRun=All`, role('x', rules)));
  const allow = (name: string, rules: Json[]): Step[] => [
    post(`role ${name}`, roles, role(name, rules), { unrecorded: true }),
    post(
      `binding ${name}`,
      bindings,
      { ...binding(name, name), subjects: [{ apiGroup: RBAC, kind: 'User', name: `jane-${n}` }] },
      { unrecorded: true },
    ),
  ];
  return {
    name: n,
    steps: [
      ...allow('held', held),
      post('a strong role', roles, role('strong'), { unrecorded: true }),
      post('an empty role', roles, role('mine', []), { unrecorded: true }),
      as(get('the rights are known', `${roles}/mine`, { until: (answer) => answer.code === 200, unrecorded: true })),
      as(post('create', roles, role('more'))),
      as(apply('apply a new one', `${roles}/more`, 'jane', role('more'), force)),
      as(put('put a new one', `${roles}/more`, role('more'))),
      as(apply('apply', `${roles}/mine`, 'jane', role('mine'), force)),
      as(put('put', `${roles}/mine`, role('mine'))),
      as(merge('merge', `${roles}/mine`, { rules: role('mine').rules })),
      as(strategic('strategic', `${roles}/mine`, { rules: role('mine').rules })),
      as(json('json', `${roles}/mine`, [{ op: 'add', path: '/rules', value: role('mine').rules }])),
      as(merge('labels of a strong role', `${roles}/strong`, { metadata: { labels: { a: 'b' } } })),
      as(
        merge(
          'finalizers of a strong role',
          `${roles}/strong?dryRun=All`,
          { metadata: { finalizers: ['example.com/x'] } },
          { verdict: true },
        ),
      ),
      as(merge('nothing of a strong role', `${roles}/strong?dryRun=All`, {}, { verdict: true })),
      as(post('bind', bindings, binding('b', 'strong'))),
      as(apply('apply a binding', `${bindings}/b`, 'jane', binding('b', 'strong'), force)),
      as(post('bind what is not there', bindings, binding('b', 'absent'))),
      as(post('bind a cluster role', bindings, binding('b', 'cluster-admin', 'ClusterRole'))),
      grants('what is held', held),
      grants('one of several', [{ apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get', 'delete'] }]),
      grants('all', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
      grants('a named one', [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] }]),
      grants('another name', [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['one', 'two'], verbs: ['get'] }]),
      grants('a subresource', [{ apiGroups: ['apps'], resources: ['deployments/scale', 'deployments'], verbs: ['get'] }]),
      grants('impersonation', [{ apiGroups: [''], resources: ['users', 'serviceaccounts'], verbs: ['impersonate'] }]),
      grants('escalation itself', [{ apiGroups: [RBAC], resources: ['roles'], verbs: ['escalate', 'bind'] }]),
      as(
        apply('apply what needs create', `/api/v1/namespaces/${namespace}/configmaps/new`, 'jane', {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'new' },
        }),
      ),
      ...allow('binder', [{ apiGroups: [RBAC], resources: ['roles'], resourceNames: ['strong'], verbs: ['bind'] }]),
      as(
        post('bound by right', `${bindings}?dryRun=All`, binding('b', 'strong'), { until: (answer) => answer.code === 201, verdict: true }),
      ),
      as(post('not another role', `${bindings}?dryRun=All`, binding('b', 'binder'))),
      ...allow('escalator', [{ apiGroups: [RBAC], resources: ['roles'], verbs: ['escalate'] }]),
      as(apply('escalated by right', `${roles}/more`, 'jane', role('more'), `${force}&dryRun=All`)),
    ].map((step, i, all) =>
      i === all.length - 1 ? { ...step, verdict: true, until: (answer: { code: number }) => answer.code === 201 } : step,
    ),
  };
}

/** Keys, sizes and types of ConfigMaps and Secrets; names and labels. */
function data(): Scenario {
  const n = 'data';
  const path = (plural: string) => `/api/v1/namespaces/${namespaceOf(n)}/${plural}?dryRun=All`;
  const config = (name: string, values: Json, metadata: Json = {}): Step =>
    post(`config map: ${name}`, path('configmaps'), { metadata: { name: 'x', ...metadata }, ...values }, { verdict: true });
  const secret = (name: string, values: Json): Step =>
    post(`secret: ${name}`, path('secrets'), { metadata: { name: 'x' }, ...values }, { verdict: true });
  const key = (name: string, text: string): Step[] => [
    config(`key ${name}`, { data: { [text]: 'v' } }),
    secret(`key ${name}`, { stringData: { [text]: 'v' } }),
  ];
  const half = 'x'.repeat(524_288);
  const labels = (given: Json) => ({ labels: given });
  return {
    name: n,
    steps: [
      ...key('with a slash', 'a/b'),
      ...key('with a space', 'a b'),
      ...key('of letters beyond ASCII', 'schlüssel'),
      ...key('that is empty', ''),
      ...key('.', '.'),
      ...key('..', '..'),
      ...key('..a', '..a'),
      ...key('.a', '.a'),
      ...key('of 253', 'k'.repeat(253)),
      ...key('of 254', 'k'.repeat(254)),
      config('number', { data: { a: 1 } }),
      config('binary key', { binaryData: { 'a b': 'YQ==' } }),
      config('a key twice', { data: { a: 'x' }, binaryData: { a: 'YQ==' } }),
      config('binary that is none', { binaryData: { a: '?' } }),
      config('1 MiB', { data: { a: half, b: half } }),
      config('1 MiB and 1', { data: { a: half, b: `${half}x` } }),
      secret('1 MiB and 1', { stringData: { a: half, b: `${half}x` } }),
      secret('data that is none', { data: { a: 'not base64!' } }),
      secret('basic-auth', { type: 'kubernetes.io/basic-auth', stringData: { username: 'a' } }),
      secret('basic-auth without both', { type: 'kubernetes.io/basic-auth', stringData: { user: 'a' } }),
      secret('tls', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': '' } }),
      secret('ssh-auth', { type: 'kubernetes.io/ssh-auth', stringData: { 'ssh-privatekey': '' } }),
      secret('dockercfg', { type: 'kubernetes.io/dockercfg' }),
      secret('docker config', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{}' } }),
      secret('account token', { type: 'kubernetes.io/service-account-token' }),
      secret('a type of one’s own', { type: 'example.com/any thing' }),
      config('name', {}, { name: 'A_b' }),
      config('name of 253', {}, { name: 'a'.repeat(253) }),
      config('name of 254', {}, { name: 'a'.repeat(254) }),
      config('label value', {}, labels({ a: 'b c' })),
      config('label value of 64', {}, labels({ a: 'b'.repeat(64) })),
      config('label key', {}, labels({ 'a b': 'c' })),
      config('label key of 64', {}, labels({ ['a'.repeat(64)]: 'c' })),
      config('label prefix', {}, labels({ 'A_/b': 'c' })),
      config('label number', {}, labels({ a: 1 })),
      config('annotation key', {}, { annotations: { 'a b': 'c' } }),
      config('annotation value', {}, { annotations: { a: true } }),
      post(
        'immutable',
        path('configmaps').replace('?dryRun=All', ''),
        { metadata: { name: 'fixed' }, data: { a: '1' }, immutable: true },
        { verdict: true },
      ),
      merge('changed', path('configmaps').replace('?', '/fixed?'), { data: { a: '2' } }),
      merge('no longer immutable', path('configmaps').replace('?', '/fixed?'), { immutable: null }),
      merge('a label of it', path('configmaps').replace('?', '/fixed?'), { metadata: { labels: { a: 'b' } } }, { verdict: true }),
    ],
  };
}

/** Scenarios on what a real API server refuses. */
export const refusalScenarios: Scenario[] = [escalation(), data()];
