import { apply, del, get, gone, merge, post, put, when } from './builders.testing.js';
import { namespaceOf, type Scenario, type Step } from './step.testing.js';

import { around, crd, CRDS, established, type Json, struct, version } from './definition.testing.js';

function ownership(): Scenario {
  const n = 'ownership';
  const group = `${n}.simdiff.cellplane.dev`;
  const all = `/apis/${group}/v1/namespaces/${namespaceOf(n)}/things`;
  const one = `${all}/one`;
  const body = (spec: unknown, metadata: Json = {}): Json => ({
    apiVersion: `${group}/v1`,
    kind: 'Thing',
    metadata: { name: 'one', ...metadata },
    spec,
  });
  const keyed = {
    type: 'array',
    items: struct(
      {
        host: { type: 'string' },
        port: { type: 'integer', default: 80 },
        weight: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      },
      { required: ['host'] },
    ),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['host', 'port'],
  };
  const spec = struct({
    text: { type: 'string' },
    given: { type: 'string', default: 'default' },
    list: { type: 'array', items: { type: 'string' } },
    set: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-list-type': 'set' },
    keyed,
    map: { type: 'object', additionalProperties: { type: 'string' } },
    atomic: { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
    block: struct({ a: { type: 'string' }, b: { type: 'string' } }, { 'x-kubernetes-map-type': 'atomic' }),
    inner: struct({ x: { type: 'string' }, y: struct({ z: { type: 'string' } }) }),
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    either: { 'x-kubernetes-int-or-string': true },
  });
  const step = (name: string, manager: string, value: unknown, query = ''): Step => apply(name, one, manager, body(value), query);
  return {
    name: n,
    steps: around(crd(group, 'Thing', [version(struct({ spec }))]), 'things', group, namespaceOf(n), [
      step('create', 'alpha', {
        text: 'a',
        list: ['x'],
        set: [1, 2],
        keyed: [{ host: 'h', weight: 1 }],
        map: { k: 'v' },
        inner: { x: '1', y: { z: '2' } },
      }),
      step('the same', 'alpha', {
        text: 'a',
        list: ['x'],
        set: [1, 2],
        keyed: [{ host: 'h', weight: 1 }],
        map: { k: 'v' },
        inner: { x: '1', y: { z: '2' } },
      }),
      step('more of a set', 'beta', { set: [3, 2] }),
      step('less of a set', 'alpha', { text: 'a', set: [1] }),
      step('other item of a keyed list', 'beta', { set: [3], keyed: [{ host: 'h', port: 81, weight: 2 }] }),
      step('an item by its default key', 'gamma', { keyed: [{ host: 'h', port: 80, tags: ['t'] }] }),
      step('a set in an item', 'delta', { keyed: [{ host: 'h', port: 80, tags: ['u'] }] }),
      step('conflict in an item', 'beta', { keyed: [{ host: 'h', port: 80, tags: ['t'], weight: 7 }] }),
      step('keys of a map', 'beta', { map: { other: '1' } }),
      step('conflict on a key', 'beta', { map: { other: '1', k: 'w' } }),
      step('atomic map', 'alpha', { text: 'a', atomic: { a: '1' }, block: { a: '1' } }),
      step('conflict on an atomic map', 'beta', { atomic: { b: '2' } }),
      step('conflict on a block', 'beta', { block: { b: '2' } }),
      step('conflict on a list', 'alpha', { text: 'a', list: ['x', 'y'] }),
      merge('an update', `${one}?fieldManager=editor`, { spec: { text: 'edited', list: ['z'], map: { k: 'edited' } } }),
      step('conflict with the update', 'alpha', { text: 'a', list: ['x'] }),
      step('forced', 'alpha', { text: 'a', list: ['x'] }, '&force=true'),
      step("a default is nobody's", 'alpha', { text: 'a', given: 'own' }),
      step('a default comes back', 'alpha', { text: 'a' }),
      step('open fields', 'alpha', { text: 'a', open: { deep: { er: [1, { a: 2 }], b: 'c' } } }),
      step('open fields of another', 'beta', { open: { deep: { q: 1 } } }),
      step('conflict on an open list', 'beta', { open: { deep: { er: [] } } }),
      step('open fields given up', 'alpha', { text: 'a' }),
      step('either number', 'alpha', { either: 1 }),
      step('either text', 'beta', { either: '1' }),
      step('nested given up', 'alpha', { inner: { y: { z: '3' } } }),
      step('nested empty', 'alpha', { inner: {} }),
      step('empty list', 'alpha', { list: [] }),
      step('empty set', 'alpha', { set: [] }),
      step('null', 'alpha', { text: null }),
      step('nothing', 'alpha', {}),
      step('the rest given up', 'beta', {}),
      step('two items without port', 'alpha', { keyed: [{ host: 'h' }, { host: 'h', port: 80 }] }),
      step('no host', 'alpha', { keyed: [{ weight: 1 }] }),
      apply('labels of one', one, 'alpha', body({}, { labels: { a: '1' } })),
      apply('labels of another', one, 'beta', body({}, { labels: { b: '2' } })),
      apply('conflict on a label', one, 'beta', body({}, { labels: { a: '2', b: '2' } })),
      apply('label of one given up', one, 'alpha', body({})),
      apply(
        'owner',
        one,
        'alpha',
        body({}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'nobody', uid: '00000000-0000-4000-8000-000000000001' }] }),
        '&dryRun=All',
      ),
      put(
        'put by a manager with its version',
        `${one}?fieldManager=putter`,
        body({ text: 'put', keyed: [{ host: 'p' }] }, { resourceVersion: '1' }),
      ),
      get('at the end', one),
    ]),
  };
}

function definitions(): Scenario {
  const n = 'definitions';
  const group = `${n}.simdiff.cellplane.dev`;
  const text = { type: 'string' };
  const bad = (name: string, definition: Json): Step => post(name, `${CRDS}?dryRun=All`, definition);
  const root = (properties: Json) => version(struct({ spec: struct(properties) }));
  const good = crd(group, 'Gizmo', [
    root({ a: text }),
    { ...root({ a: text, b: { type: 'integer', default: 7 } }), name: 'v2', storage: false },
    { ...root({}), name: 'v3', served: false, storage: false },
  ]);
  const path = `${CRDS}/${good.metadata.name}`;
  const all = (v: string) => `/apis/${group}/${v}/namespaces/${namespaceOf(n)}/gizmos`;
  const object = (v: string, name: string, spec: Json) => ({ apiVersion: `${group}/${v}`, kind: 'Gizmo', metadata: { name }, spec });
  return {
    name: n,
    steps: [
      bad('wrong name', { ...crd(group, 'Gizmo', [root({})]), metadata: { name: 'wrong' } }),
      bad('no schema', crd(group, 'Gizmo', [{ name: 'v1', served: true, storage: true }])),
      bad('bad scope', crd(group, 'Gizmo', [root({})], { scope: 'Galaxy' })),
      bad('no type', crd(group, 'Gizmo', [root({ a: {} })])),
      bad('array without items', crd(group, 'Gizmo', [root({ a: { type: 'array' } })])),
      bad(
        'keyed list without keys',
        crd(group, 'Gizmo', [root({ a: { type: 'array', items: struct({ k: text }), 'x-kubernetes-list-type': 'map' } })]),
      ),
      get('no old definition', path, { until: gone, unrecorded: true }),
      post('create', CRDS, good),
      get('established', path, { until: established }),
      get('served', all('v2'), { until: (answer) => answer.code === 200, unrecorded: true }),
      post('create again', CRDS, good),
      post('an object', all('v1'), object('v1', 'one', { a: 'x' })),
      get('in the other version', `${all('v2')}/one`),
      get('not served', all('v3')),
      get('group', `/apis/${group}`),
      merge('immutable group', path, { spec: { group: 'other.example.com' } }),
      merge('another kind', path, { spec: { names: { kind: 'Other' } } }),
      post('with a finalizer', all('v1'), { ...object('v1', 'held', {}), metadata: { name: 'held', finalizers: ['example.com/hold'] } }),
      del('delete the definition', path),
      get('it waits for its objects', path, { until: when((body) => JSON.stringify(body).includes('InstanceDeletion')), unrecorded: true }),
      get('the object is gone', `${all('v1')}/one`, { until: gone }),
      merge('let the last go', `${all('v1')}/held`, { metadata: { finalizers: null } }),
      get('gone', path, { until: gone }),
    ],
  };
}

/** Scenarios of field ownership on custom resources, and of their definitions. */
export const ownershipScenarios: Scenario[] = [ownership(), definitions()];
