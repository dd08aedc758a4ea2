import { apply, del, get, gone, json, merge, post, when } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

type Json = Record<string, unknown>;
const inside = (scenario: string, plural: string, name = '') =>
  `/api/v1/namespaces/${namespaceOf(scenario)}/${plural}${name === '' ? '' : `/${name}`}`;
const config = (name: string, metadata: Json = {}, data: Json = { a: '1' }): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

function finalizers(): Scenario {
  const n = 'finalizers';
  const all = inside(n, 'configmaps');
  const one = inside(n, 'configmaps', 'one');
  return {
    name: n,
    steps: [
      post('create', all, config('one', { finalizers: ['example.com/a', 'example.com/b'] })),
      del('delete waits', one),
      del('delete again', one),
      get('it is being deleted', one),
      post('create while it goes', all, config('one')),
      merge('change while it goes', one, { data: { a: '2' } }),
      merge('a new finalizer', one, { metadata: { finalizers: ['example.com/a', 'example.com/b', 'example.com/c'] } }),
      apply('apply while it goes', one, 'me', config('one', {}, { z: '1' })),
      merge('one finalizer less', one, { metadata: { finalizers: ['example.com/b'] } }),
      merge('the last one', one, { metadata: { finalizers: null } }),
      get('gone', one),
      post('again', all, config('two', { finalizers: ['example.com/a'] })),
      del('foreground', inside(n, 'configmaps', 'two'), { propagationPolicy: 'Foreground' }, { unrecorded: true }),
      get('foreground is done', inside(n, 'configmaps', 'two'), {
        until: when((body) => !JSON.stringify(body).includes('foregroundDeletion')),
        unrecorded: true,
      }),
      json('take the other off', inside(n, 'configmaps', 'two'), [{ op: 'remove', path: '/metadata/finalizers' }], { unrecorded: true }),
      get('gone too', inside(n, 'configmaps', 'two')),
      merge('on a live one', one, { metadata: { finalizers: ['x.y/z'] } }),
    ],
  };
}

function lists(): Scenario {
  const n = 'lists';
  const all = inside(n, 'configmaps');
  const labels: Json[] = [{ app: 'a', tier: 'x' }, { app: 'b' }, { app: 'a', n: '5' }, {}, { tier: 'x' }];
  const select = (name: string, query: string): Step => get(name, `${all}?${query}`);
  const byLabel = (selector: string): Step => select(`labels ${selector}`, `labelSelector=${encodeURIComponent(selector)}`);
  const byField = (selector: string): Step => select(`fields ${selector}`, `fieldSelector=${encodeURIComponent(selector)}`);
  return {
    name: n,
    steps: [
      { ...del('no root certificate', inside(n, 'configmaps', 'kube-root-ca.crt')), unrecorded: true },
      ...labels.map((one, i) =>
        post(
          `object ${i}`,
          all,
          config(`c${i}`, Object.keys(one).length > 0 ? { labels: { ...one, set: 'mine' } } : { labels: { set: 'mine' } }, {}),
        ),
      ),
      ...[
        'app=a,set=mine',
        'app==b,set=mine',
        'app!=a,set=mine',
        'app in (a,b),set=mine',
        'app notin (a),set=mine',
        'app,set=mine',
        '!app,set=mine',
        'tier=x,app=a,set=mine',
        'n>3,set=mine',
        'n<3,set=mine',
        'app=none',
        'a b',
        'app in a',
        '=x',
        'app=-x',
      ].map(byLabel),
      ...[
        'metadata.name=c1',
        'metadata.name!=c1,metadata.name!=kube-root-ca.crt',
        'metadata.name==c2',
        'data.a=1',
        'metadata.labels=x',
        'nonsense',
        `metadata.namespace=${namespaceOf(n)},metadata.name=c3`,
      ].map(byField),
      select('a page', 'limit=2&labelSelector=set%3Dmine'),
      get('a first page', `${all}?limit=3&labelSelector=set%3Dmine`, { save: { next: ['metadata', 'continue'] } }),
      get('the next page', `${all}?limit=3&labelSelector=set%3Dmine&continue=$next`),
      select('a bad token', 'continue=nonsense'),
      select('a bad version', 'resourceVersion=abc'),
      select('a match without a version', 'resourceVersionMatch=Exact'),
      select('version 0', 'resourceVersion=0&labelSelector=app%3Dnone'),
      get('events by object', `${inside(n, 'events')}?fieldSelector=involvedObject.name%3Dx`),
      get('pods by phase', `${inside(n, 'pods')}?fieldSelector=status.phase%3DRunning`),
      get('pods by node', `${inside(n, 'pods')}?fieldSelector=spec.nodeName%3Dx`),
      get('pods by nonsense', `${inside(n, 'pods')}?fieldSelector=spec.nonsense%3Dx`),
      { name: 'delete a selection', method: 'DELETE', path: `${all}?labelSelector=app%3Da` },
      select('what is left', 'labelSelector=set%3Dmine'),
    ],
  };
}

function watches(): Scenario {
  const n = 'watches';
  const all = inside(n, 'configmaps');
  const one = (name: string) => inside(n, 'configmaps', name);
  return {
    name: n,
    steps: [
      get('where we are', `${all}?labelSelector=w`, { save: { start: ['metadata', 'resourceVersion'] } }),
      {
        name: 'life of an object',
        path: `${all}?watch=1&labelSelector=w&resourceVersion=$start`,
        watch: {
          events: 4,
          during: [
            post('w1', all, config('w1', { labels: { w: '1' } })),
            merge('w1 changes', one('w1'), { data: { a: '2' } }),
            merge('w1 does not change', one('w1'), { data: { a: '2' } }),
            post('another', all, config('other')),
            merge('w1 again', one('w1'), { metadata: { labels: { w: '2' } } }),
            del('w1 goes', one('w1')),
          ],
        },
      },
      {
        name: 'entering and leaving a selection',
        path: `${all}?watch=true&labelSelector=color%3Dred`,
        watch: {
          events: 4,
          during: [
            post('x', all, config('x', { labels: { color: 'red' } })),
            merge('to blue', one('x'), { metadata: { labels: { color: 'blue' } } }),
            merge('unseen', one('x'), { data: { a: '9' } }),
            merge('to red', one('x'), { metadata: { labels: { color: 'red' } } }),
            merge('red changes', one('x'), { data: { a: '10' } }),
          ],
        },
      },
      { name: 'from the start', path: `${all}?watch=1&labelSelector=w&resourceVersion=$start`, watch: { events: 4, during: [] } },
      { name: 'what is there', path: `${all}?watch=1&fieldSelector=metadata.name%3Dx`, watch: { events: 1, during: [] } },
      {
        name: 'what is there, version 0',
        path: `${all}?watch=1&fieldSelector=metadata.name%3Dx&resourceVersion=0`,
        watch: { events: 1, during: [] },
      },
      {
        name: 'by name',
        path: `${all}?watch=1&fieldSelector=metadata.name%3Dy&resourceVersion=$start`,
        watch: {
          events: 3,
          during: [
            post('y', all, config('y', { finalizers: ['example.com/f'] })),
            del('y waits', one('y')),
            merge('y goes', one('y'), { metadata: { finalizers: null } }),
          ],
        },
      },
      { name: 'initial events without the match', path: `${all}?watch=1&sendInitialEvents=true`, watch: { events: 1, during: [] } },
      { name: 'too old', path: `${all}?watch=1&resourceVersion=1`, watch: { events: 1, during: [] } },
      { name: 'a bad version', path: `${all}?watch=1&resourceVersion=abc`, watch: { events: 1, during: [] } },
      {
        name: 'metadata only',
        path: `${all}?watch=1&fieldSelector=metadata.name%3Dx`,
        headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' },
        watch: { events: 1, during: [] },
      },
      {
        name: 'two objects in order',
        path: `${all}?watch=1&labelSelector=o&resourceVersion=$start`,
        watch: {
          events: 5,
          during: [
            post('o1', all, config('o1', { labels: { o: '1' } })),
            post('o2', all, config('o2', { labels: { o: '1' } })),
            del('o1 goes', one('o1')),
            apply('o1 is applied', one('o1'), 'me', config('o1', { labels: { o: '1' } })),
            apply('o2 is applied', one('o2'), 'me', config('o2', { labels: { o: '1' } })),
          ],
        },
      },
      { name: 'ends by time', path: `${all}?watch=1&labelSelector=none&timeoutSeconds=1`, watch: { events: 1, during: [] } },
    ],
  };
}

function namespaces(): Scenario {
  const n = 'namespaces';
  const other = `${namespaceOf(n)}-inner`;
  const path = `/api/v1/namespaces/${other}`;
  const all = '/api/v1/namespaces';
  return {
    name: n,
    steps: [
      get('no old one', path, { until: gone, unrecorded: true }),
      post('create', all, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other, labels: { a: 'b' } } }),
      post('again', all, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } }),
      post('bad name', all, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } }),
      post('long name', all, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x'.repeat(64) } }),
      merge('its own label stays', path, { metadata: { labels: { 'kubernetes.io/metadata.name': 'other' } } }),
      apply('apply', path, 'me', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: other, labels: { c: 'd' } } }),
      get('service account', `${path}/serviceaccounts/default`, { until: (answer) => answer.code === 200 }),
      post('held object', `${path}/configmaps`, config('held', { finalizers: ['example.com/hold'] })),
      post('free object', `${path}/configmaps`, config('free')),
      del('delete', path),
      post('create in it', `${path}/configmaps`, config('late')),
      apply('apply in it', `${path}/configmaps/late`, 'me', config('late')),
      get('the free one is gone', `${path}/configmaps/free`, { until: gone }),
      merge('let the held one go', `${path}/configmaps/held`, { metadata: { finalizers: null } }, { unrecorded: true }),
      get('gone', path, { until: gone }),
      post('create in what is gone', `${path}/configmaps`, config('late')),
      apply('apply in what is gone', `${path}/configmaps/late`, 'me', config('late')),
      get('get in what is gone', `${path}/configmaps/late`),
      get('list in what is gone', `${path}/configmaps?fieldSelector=metadata.name%3Dx`),
      { name: 'no deletecollection', method: 'DELETE', path: `${all}?labelSelector=none` },
    ],
  };
}

function garbage(): Scenario {
  const n = 'garbage';
  const all = inside(n, 'configmaps');
  const one = (name: string) => inside(n, 'configmaps', name);
  const owner = (name: string, uid: string, more: Json = {}) => ({
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, ...more }],
  });
  const tree = (prefix: string): Step[] => [
    post(`${prefix} owner`, all, config(`${prefix}-owner`), { save: { [`${prefix}uid`]: ['metadata', 'uid'] } }),
    post(`${prefix} child`, all, config(`${prefix}-child`, owner(`${prefix}-owner`, `$${prefix}uid`, { blockOwnerDeletion: true }))),
  ];
  return {
    name: n,
    steps: [
      ...tree('back'),
      del('background', one('back-owner'), { propagationPolicy: 'Background' }),
      get('owner is gone', one('back-owner')),
      get('child goes', one('back-child'), { until: gone }),
      ...tree('fore'),
      del('foreground', one('fore-owner'), { propagationPolicy: 'Foreground' }),
      get('child went first', one('fore-child'), { until: gone }),
      get('then the owner', one('fore-owner'), { until: gone }),
      ...tree('orph'),
      del('orphan', one('orph-owner'), { propagationPolicy: 'Orphan' }),
      get('owner goes', one('orph-owner'), { until: gone }),
      get('child stays', one('orph-child')),
      post('owner that never was', all, config('stray', owner('nobody', '00000000-0000-4000-8000-000000000001')), { unrecorded: true }),
      get('it goes', one('stray'), { until: gone }),
      ...tree('two'),
      post('second owner', all, config('second'), { save: { seconduid: ['metadata', 'uid'] } }),
      merge('child of both', one('two-child'), {
        metadata: { ownerReferences: [...owner('two-owner', '$twouid').ownerReferences, ...owner('second', '$seconduid').ownerReferences] },
      }),
      del('one owner goes', one('two-owner'), { propagationPolicy: 'Background' }),
      get('child has one owner', one('two-child'), {
        until: when((body) => ((body.metadata as Json).ownerReferences as unknown[]).length === 1),
      }),
      merge('two controllers', one('two-child'), {
        metadata: {
          ownerReferences: [
            ...owner('a', '00000000-0000-4000-8000-000000000001', { controller: true }).ownerReferences,
            ...owner('b', '00000000-0000-4000-8000-000000000002', { controller: true }).ownerReferences,
          ],
        },
      }),
    ],
  };
}

/** Scenarios on the machinery around objects. */
export const machineryScenarios: Scenario[] = [finalizers(), lists(), watches(), namespaces(), garbage()];
