import { apply, del, get, json, merge, post, put } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

const core = (scenario: string, plural: string, name = '') =>
  `/api/v1/namespaces/${namespaceOf(scenario)}/${plural}${name === '' ? '' : `/${name}`}`;
const config = (name: string, data: Record<string, unknown> = { a: '1' }, metadata: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

function basics(): Scenario {
  const n = 'basics';
  const all = core(n, 'configmaps');
  const one = core(n, 'configmaps', 'one');
  const bad = (name: string, body: unknown): Step => post(name, all, body);
  return {
    name: n,
    steps: [
      get('get what is not there', one),
      put('put what is not there', one, config('one')),
      merge('patch what is not there', one, { data: { a: '1' } }),
      del('delete what is not there', one),
      get('an unknown kind', core(n, 'gadgets')),
      get('an unknown group', '/apis/nothing.example.com/v1/things'),
      get('an unknown version', '/apis/apps/v9/deployments'),
      post('create', all, config('one', { a: '1' }, { labels: { l: 'x' }, annotations: { n: 'y' } }), {
        save: { uid: ['metadata', 'uid'], rv: ['metadata', 'resourceVersion'] },
      }),
      post('create again', all, config('one')),
      get('get', one),
      put('put without version', one, config('one', { a: '2' })),
      put('put with the old version', one, config('one', { a: '3' }, { resourceVersion: '$rv' })),
      put('put with another uid', one, config('one', { a: '3' }, { uid: '00000000-0000-4000-8000-000000000000' })),
      put('put the same', one, config('one', { a: '2' })),
      put('put another name', one, config('two')),
      put('put another namespace', one, config('one', {}, { namespace: 'default' })),
      put('put no name', one, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: {} }),
      post('create in another namespace', all, config('two', {}, { namespace: 'default' })),
      post('create on an object', one, config('one')),
      bad('no name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: {} }),
      bad('upper case name', config('Upper')),
      bad('name with an underscore', config('a_b')),
      bad('name that is too long', config('x'.repeat(254))),
      bad('bad label key', config('bad', {}, { labels: { 'a b': 'c' } })),
      bad('bad label value', config('bad', {}, { labels: { a: '-c' } })),
      bad('long label value', config('bad', {}, { labels: { a: 'c'.repeat(64) } })),
      bad('bad annotation key', config('bad', {}, { annotations: { 'a/b/c': 'd' } })),
      bad('bad finalizer', config('bad', {}, { finalizers: ['a b'] })),
      bad('bare finalizer', config('bare', {}, { finalizers: ['bare'] })),
      bad('bad owner', config('bad', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: '' }] })),
      merge('free the bare one', core(n, 'configmaps', 'bare'), { metadata: { finalizers: null } }),
      bad('bad data key', config('bad', { 'a b': '1' })),
      bad('number in data', config('bad', { a: 1 })),
      bad('list for data', config('bad', [] as never)),
      bad('string for metadata', { apiVersion: 'v1', kind: 'ConfigMap', metadata: 'x' }),
      bad('string for labels', config('bad', {}, { labels: 'x' })),
      bad('version that is set', config('bad', {}, { resourceVersion: '1' })),
      bad('other kind', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bad' } }),
      bad('other version', { apiVersion: 'apps/v1', kind: 'ConfigMap', metadata: { name: 'bad' } }),
      bad('no kind and version', { metadata: { name: 'without-kind' }, data: { a: '1' } }),
      bad('null for data', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'null-data' }, data: null }),
      bad('empty data', config('empty-data', {})),
      bad('an empty value', config('empty-value', { a: '' })),
      post('unknown field, strict', `${all}?fieldValidation=Strict`, { ...config('strict'), bogus: 1, spec: { x: 1 } }),
      post('unknown field in metadata, strict', `${all}?fieldValidation=Strict`, config('strict', {}, { bogus: 1 })),
      post('unknown field, warn', `${all}?fieldValidation=Warn`, { ...config('warned'), bogus: 1 }),
      post('unknown field, ignore', `${all}?fieldValidation=Ignore`, { ...config('ignored'), bogus: 1 }),
      post('unknown field, default', all, { ...config('unsaid'), bogus: 1 }),
      post('dry run', `${all}?dryRun=All`, config('dry')),
      get('dry run made nothing', core(n, 'configmaps', 'dry')),
      post('dry run of what is there', `${all}?dryRun=All`, config('one')),
      put('dry run of put', `${one}?dryRun=All`, config('one', { a: '9' })),
      get('dry run changed nothing', one),
      post(
        'generated name',
        all,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'generated-' } },
        { save: { generated: ['metadata', 'name'] } },
      ),
      del('delete the generated one', `${all}/$generated`),
      post(
        'own field manager',
        `${all}?fieldManager=someone`,
        config('managed', { a: '1' }, { labels: { l: '1' }, annotations: { n: '1' } }),
      ),
      put(
        'another manager puts',
        `${core(n, 'configmaps', 'managed')}?fieldManager=other`,
        config('managed', { a: '1', b: '2' }, { labels: { l: '2' } }),
      ),
      merge('a third one patches', `${core(n, 'configmaps', 'managed')}?fieldManager=third`, { data: { a: null, c: '3' } }),
      del('delete with another uid', one, { preconditions: { uid: '00000000-0000-4000-8000-000000000000' } }),
      del('delete with another version', one, { preconditions: { resourceVersion: '1' } }),
      del('delete with a bad policy', one, { propagationPolicy: 'Sideways' }),
      del('dry run of delete', one, { dryRun: ['All'] }),
      del('delete', one, { preconditions: { uid: '$uid' } }),
      del('delete again', one),
      get('it is gone', one),
    ],
  };
}

function immutables(): Scenario {
  const n = 'immutables';
  const one = core(n, 'configmaps', 'fixed');
  return {
    name: n,
    steps: [
      post('immutable config map', core(n, 'configmaps'), { ...config('fixed'), immutable: true }),
      merge('its data', one, { data: { a: '2' } }),
      merge('its flag', one, { immutable: false }),
      merge('its labels', one, { metadata: { labels: { a: 'b' } } }),
      post('secret', core(n, 'secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        stringData: { a: 'text' },
        data: { b: 'Yg==' },
      }),
      merge('secret type', core(n, 'secrets', 's'), { type: 'kubernetes.io/tls' }),
      merge('string data', core(n, 'secrets', 's'), { stringData: { a: 'other', c: 'new' } }),
      post('secret that is not base64', core(n, 'secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'bad' },
        data: { a: '***' },
      }),
      post('secret with a bad key', core(n, 'secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'bad' },
        stringData: { 'a b': '1' },
      }),
      apply('apply string data', core(n, 'secrets', 'applied'), 'me', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'applied' },
        stringData: { a: '1', b: '2' },
      }),
      apply('apply the same string data', core(n, 'secrets', 'applied'), 'me', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'applied' },
        stringData: { a: '1', b: '2' },
      }),
      apply('apply other string data', core(n, 'secrets', 'applied'), 'me', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'applied' },
        stringData: { a: '3' },
      }),
      merge('metadata that nobody changes', one, { metadata: { uid: '00000000-0000-4000-8000-000000000000' } }),
      merge('creation time', one, { metadata: { creationTimestamp: '2001-01-01T00:00:00Z' } }),
      merge('generation', one, { metadata: { generation: 7 } }),
      merge('name', one, { metadata: { name: 'other' } }),
      merge('namespace', one, { metadata: { namespace: 'default' } }),
      merge('old version', one, { metadata: { resourceVersion: '1' } }),
    ],
  };
}

function jsonPatches(): Scenario {
  const n = 'json-patches';
  const one = core(n, 'configmaps', 'one');
  const step = (name: string, ...operations: unknown[]): Step => json(name, one, operations);
  return {
    name: n,
    steps: [
      post(
        'create',
        core(n, 'configmaps'),
        config('one', { a: '1', 'x/y': 'slash', 'm~n': 'tilde' }, { finalizers: ['example.com/a', 'example.com/b'] }),
      ),
      step('add', { op: 'add', path: '/data/b', value: '2' }),
      step('add over', { op: 'add', path: '/data/b', value: '3' }),
      step('replace', { op: 'replace', path: '/data/a', value: '4' }),
      step('replace what is not there', { op: 'replace', path: '/data/zz', value: '4' }),
      step('remove', { op: 'remove', path: '/data/b' }),
      step('remove what is not there', { op: 'remove', path: '/data/b' }),
      step('copy', { op: 'copy', from: '/data/a', path: '/data/c' }),
      step('move', { op: 'move', from: '/data/c', path: '/data/d' }),
      step('copy what is not there', { op: 'copy', from: '/data/zz', path: '/data/c' }),
      step('move what is not there', { op: 'move', from: '/data/zz', path: '/data/c' }),
      step('test that holds', { op: 'test', path: '/data/a', value: '4' }, { op: 'add', path: '/data/e', value: '5' }),
      step('test that fails', { op: 'test', path: '/data/a', value: '9' }, { op: 'add', path: '/data/f', value: '5' }),
      step('escaped keys', { op: 'replace', path: '/data/x~1y', value: 'changed' }),
      step('tilde', { op: 'remove', path: '/data/m~0n' }),
      step('append', { op: 'add', path: '/metadata/finalizers/-', value: 'example.com/c' }),
      step('insert', { op: 'add', path: '/metadata/finalizers/0', value: 'example.com/first' }),
      step('remove by index', { op: 'remove', path: '/metadata/finalizers/1' }),
      step('index out of range', { op: 'remove', path: '/metadata/finalizers/9' }),
      step('no parent', { op: 'add', path: '/spec/a/b', value: 1 }),
      step('unknown operation', { op: 'jump', path: '/data/a', value: 1 }),
      step('nothing'),
      json('no list', one, { op: 'add' }),
      json('no JSON', one, '{'),
      step('wrong type', { op: 'add', path: '/data/a', value: 1 }),
      step('unknown field', { op: 'add', path: '/bogus', value: 1 }),
      json('unknown field, strict', `${one}?fieldValidation=Strict`, [{ op: 'add', path: '/bogus', value: 1 }]),
      step('no change', { op: 'replace', path: '/data/a', value: '4' }),
      step('remove the finalizers', { op: 'remove', path: '/metadata/finalizers' }),
    ],
  };
}

function mergePatches(): Scenario {
  const n = 'merge-patches';
  const one = core(n, 'configmaps', 'one');
  return {
    name: n,
    steps: [
      post('create', core(n, 'configmaps'), config('one', { a: '1', b: '2' })),
      merge('set', one, { data: { c: '3' } }),
      merge('unset', one, { data: { a: null } }),
      merge('unset what is not there', one, { data: { zz: null } }),
      merge('set labels', one, { metadata: { labels: { x: 'y', z: null } } }),
      merge('nothing', one, {}),
      merge('no object', one, [1]),
      merge('a text', one, '"text"'),
      merge('no JSON', one, '{"a":'),
      merge('wrong type', one, { data: { a: 1 } }),
      merge('unknown field', one, { bogus: 1 }),
      merge('unknown field, strict', `${one}?fieldValidation=Strict`, { bogus: 1 }),
      merge('bad key', one, { data: { 'a b': '1' } }),
      merge('all data away', one, { data: null }),
      merge('a manager', `${one}?fieldManager=mine`, { data: { q: '1' } }),
      merge('force is for apply', `${one}?force=true`, { data: { q: '2' } }),
      merge('dry run', `${one}?dryRun=All`, { data: { q: '3' } }),
      merge('bad dry run', `${one}?dryRun=Some`, { data: { q: '3' } }),
      { ...merge('unknown media type', one, { data: {} }), type: 'application/nonsense' },
      { ...merge('JSON is no patch', one, { data: {} }), type: 'application/json' },
      { ...post('unknown media type of a body', core(n, 'configmaps'), config('x')), type: 'text/plain' },
      {
        ...post('YAML body', core(n, 'configmaps'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: "1"}\n'),
        type: 'application/yaml',
      },
      post('no JSON body', core(n, 'configmaps'), '{"apiVersion": "v1", '),
      { name: 'patch of a collection', method: 'PATCH', path: core(n, 'configmaps'), body: {}, type: 'application/merge-patch+json' },
      { name: 'put of a collection', method: 'PUT', path: core(n, 'configmaps'), body: {} },
    ],
  };
}

/** Scenarios on built-in objects that no controller touches. */
export const objectScenarios: Scenario[] = [basics(), immutables(), jsonPatches(), mergePatches()];
