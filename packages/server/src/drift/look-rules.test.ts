import { ApiError, type KubernetesClient, type KubernetesObject, type ObjectMeta } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import type { WrittenManifest } from '../engine/written-manifests.js';
import type { ExpectedObject } from '../reconciliation/expected-objects.js';
import { type ComposedManifest, composeManifest } from './composed-manifest.js';
import { dueObjects } from './due-objects.js';
import { lastOwner, NOBODY } from './last-owner.js';
import { driftInWords } from './drift.js';
import { driftedFields, lookAtObject } from './look-at-object.js';
import { markOf } from './object-mark.js';
import { requestBudget } from './request-budget.js';

const write = (action: WrittenManifest['action'], manifest: object, more: Partial<WrittenManifest> = {}): WrittenManifest => ({
  runId: 'run-1',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'x',
  action,
  manifest: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, ...manifest },
  secretPaths: [],
  secrets: {},
  fieldManager: 'cellplane',
  ...more,
});

describe('composeManifest', () => {
  it('lays patches over the last write of the whole object', () => {
    const composed = composeManifest(undefined, [
      write('apply', { data: { a: '1', b: '2' } }),
      write('patch', { data: { b: null, c: '3' }, metadata: { name: 'x', annotations: { n: 'y' } } }, { mergeStrategy: 'merge' }),
    ]);
    expect(composed?.manifest).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', annotations: { n: 'y' } },
      data: { a: '1', c: '3' },
    });
    expect(composeManifest(composed, [write('replace', { data: {} })])?.manifest['data']).toEqual({});
  });

  it('says that it does not know what nobody has written whole, and lists that a strategic patch merges', () => {
    expect(composeManifest(undefined, [write('patch', { data: {} })])).toBeUndefined();
    const composed = composeManifest(undefined, [write('apply', { spec: { ports: [1] } }), write('patch', { spec: { ports: [2], x: 1 } })]);
    expect(composed).toMatchObject({ manifest: { spec: { ports: [1], x: 1 } }, unknownPaths: ['spec.ports'] });
    const told = composeManifest(composed, [write('patch', { spec: { selector: { $patch: 'replace', a: 'b' } } })]);
    expect(told?.unknownPaths).toEqual(['spec.ports', 'spec.selector']);
    expect(JSON.stringify(told?.manifest)).not.toContain('$patch');
  });
});

describe('markOf', () => {
  const entry = (more: object) => ({ manager: 'm', operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1: {}, ...more });
  const meta = (more: Partial<ObjectMeta> = {}): ObjectMeta => ({
    name: 'x',
    uid: 'u',
    resourceVersion: '1',
    managedFields: [entry({})],
    ...more,
  });

  it('is the same after a write of the status, and another one after any other', () => {
    const before = markOf(meta());
    const status = entry({ subresource: 'status', time: '2026-01-02T00:00:00Z' });
    expect(markOf(meta({ resourceVersion: '2', managedFields: [entry({}), status] }))).toBe(before);
    for (const more of [
      { managedFields: [entry({ time: '2026-01-02T00:00:00Z' })] },
      { generation: 2 },
      { labels: { a: 'b' } },
      { annotations: { a: 'b' } },
      { uid: 'other' },
    ])
      expect(markOf(meta(more))).not.toBe(before);
  });

  it('goes by the resourceVersion where nobody is named', () => {
    expect(markOf(meta({ managedFields: [], resourceVersion: '2' }))).not.toBe(markOf(meta({ managedFields: [] })));
  });
});

describe('dueObjects', () => {
  const object: ExpectedObject = {
    group: '',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'x',
    uid: 'u',
    runId: 'r',
    present: true,
    product: true,
    passing: false,
  };
  const now = new Date('2026-01-02T00:00:00Z');
  const known = { ...object, seenMark: 'm', lookedAt: new Date('2026-01-01T23:30:00Z') };
  const due = (more: Partial<typeof known> | undefined, mark: string | undefined | null) =>
    dueObjects([object], more === undefined ? [] : [{ ...known, ...more }], () => mark, now).length;

  it('are none at rest, and those that were touched, written since, never looked at, or not for a day', () => {
    expect(due({}, 'm')).toBe(0);
    expect(due({}, 'other')).toBe(1);
    expect(due({}, undefined)).toBe(1);
    expect(due({}, null)).toBe(0);
    expect(due({ runId: 'before' }, 'm')).toBe(1);
    expect(due(undefined, 'm')).toBe(1);
    expect(due({ lookedAt: new Date('2026-01-01T00:00:00Z') }, 'm')).toBe(1);
    expect(due({ lookedAt: new Date('2025-12-31T23:59:59Z') }, 'm')).toBe(1);
  });
});

const live = (fields: object[], more: object): KubernetesObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'x', managedFields: fields },
  ...more,
});
const by = (manager: string, time: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1,
  ...more,
});

describe('lastOwner', () => {
  const object = live(
    [
      by('cellplane', '2026-01-01T00:00:00Z', { 'f:spec': { 'f:a': {}, 'f:only': {} } }, { operation: 'Apply' }),
      by('old', '2026-01-02T00:00:00Z', { 'f:spec': { 'f:a': {} } }),
      by('young', '2026-01-03T00:00:00Z', { 'f:spec': { 'f:a': {} } }, { subresource: 'scale' }),
      by('list', '2026-01-03T00:00:00Z', { 'f:spec': { 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:value': {} } }, 'f:whole': {} } }),
    ],
    {},
  );
  const of = (...path: Parameters<typeof lastOwner>[1]) => lastOwner(object, [{ field: 'spec' }, ...path], 'cellplane');

  it('is the youngest of the others, nobody, or undefined where we alone have the field', () => {
    expect(of({ field: 'a' })).toEqual({
      manager: 'young',
      operation: 'Update',
      subresource: 'scale',
      since: new Date('2026-01-03T00:00:00Z'),
    });
    expect(of({ field: 'only' })).toBeUndefined();
    expect(of({ field: 'none' })).toEqual(NOBODY);
    expect(of({ field: 'env' }, { keys: { name: 'A' } }, { field: 'value' })?.manager).toBe('list');
    expect(of({ field: 'whole' }, { index: 0 }, { field: 'x' })?.manager).toBe('list');
  });
});

describe('driftedFields', () => {
  const composed: ComposedManifest = {
    manifest: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } },
    secretPaths: ['spec.env[0].value'],
    unknownPaths: ['spec.unknown'],
    secrets: { p: { value: 'a-long-secret', secret: true, source: '' } },
    fieldManager: 'cellplane',
  };
  const other = [by('kubectl', '2026-01-01T00:00:00Z', { 'f:spec': { 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } } })];

  it('are masked where the manifest was secret, or a value repeats a secret; unknown lists are left out', () => {
    const before = live(other, { spec: { env: [{ name: 'A', value: 'theirs' }], note: 'x a-long-secret', unknown: [1], plain: 2 } });
    const after = live(other, { spec: { env: [{ name: 'A', value: 'ours' }], note: 'x', unknown: [2], plain: 1 } });
    expect(driftedFields(before, after, composed)).toMatchObject([
      { path: 'spec.env[name=A].value', secret: true, manager: 'kubectl' },
      { path: 'spec.note', secret: true },
      { path: 'spec.plain', secret: false, ours: 1, theirs: 2 },
    ]);
  });
});

describe('driftedFields, where a path itself would tell too much', () => {
  const manifest = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } };
  const composed: ComposedManifest = {
    manifest,
    secretPaths: ['spec["a.b"]'],
    unknownPaths: [],
    secrets: { p: { value: 'a-long-secret', secret: true, source: '' } },
    fieldManager: 'cellplane',
  };
  const owned = (...values: string[]) => [
    by('kubectl', '2026-01-01T00:00:00Z', {
      'f:spec': { 'f:set': Object.fromEntries(values.map((one) => [`v:${JSON.stringify(one)}`, {}])), 'f:$x': {} },
    }),
  ];

  it('has the list for the field whose elements are secrets', () => {
    const before = live(owned('theirs'), { spec: { set: ['theirs'] } });
    const after = live(owned('a-long-secret'), { spec: { set: ['a-long-secret'] } });
    const fields = driftedFields(before, after, composed);
    expect(fields.filter(({ secret }) => secret)).toMatchObject([{ path: 'spec.set', ours: ['a-long-secret'] }]);
    expect(fields.map(({ path }) => path).join()).not.toContain('a-long-secret');
  });

  it('has the path of a long name cut, and told from others', () => {
    const name = 'k'.repeat(5_000);
    const before = live([], { spec: { [`${name}1`]: 1, [`${name}2`]: 1 } });
    const fields = driftedFields(before, live([], { spec: { [`${name}1`]: 2, [`${name}2`]: 2 } }), composed);
    expect(fields.map(({ path }) => path.length)).toEqual([400, 400]);
    expect(new Set(fields.map(({ path }) => path)).size).toBe(2);
  });

  it('knows a secret field whose name is no plain word', () => {
    const fields = driftedFields(live([], { spec: { 'a.b': 'x' } }), live([], { spec: { 'a.b': 'y' } }), composed);
    expect(fields).toMatchObject([{ path: 'spec["a.b"]', secret: true }]);
  });
});

describe('lookAtObject', () => {
  const composed: ComposedManifest = {
    manifest: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } },
    secretPaths: [],
    unknownPaths: [],
    secrets: { p: { value: 'a-long-secret', secret: true, source: '' } },
    fieldManager: 'cellplane',
  };
  const client = (answers: Partial<KubernetesClient>) =>
    ({ resource: () => Promise.resolve({ namespaced: true }), get: () => Promise.resolve(live([], {})), ...answers }) as KubernetesClient;
  const look = (answers: Partial<KubernetesClient>) => lookAtObject(client(answers), { namespace: 'n', labels: {} }, composed, {});

  it.each([
    ['cannot answer now', new ApiError('overloaded', 503, 'ServiceUnavailable', 'transient')],
    ['has too many requests', new ApiError('slow down', 429, 'TooManyRequests', 'transient')],
    ['does not serve the kind', new ApiError('no such kind', 404, 'KindNotServed', 'transient')],
    ['grants nobody the right', new ApiError('things is forbidden: User "x" cannot get resource "things"', 403, 'Forbidden', 'transient')],
  ])('does not say that an object is gone where the API server %s', async (_, error) => {
    expect(await look({ get: () => Promise.reject(error) })).toEqual({ outcome: 'refused', mark: '', message: error.message });
  });

  it('says that it is gone where the API server says so', async () => {
    const none = new ApiError('not found', 404, 'NotFound', 'permanent');
    expect(await look({ get: () => Promise.reject(none), apply: () => Promise.resolve(live([], {})) })).toEqual({ outcome: 'gone' });
  });

  it('keeps no secret that an API server quotes', async () => {
    const invalid = new ApiError('spec.password: Invalid value: "a-long-secret": too short', 422, 'Invalid', 'permanent');
    expect(await look({ apply: () => Promise.reject(invalid) })).toMatchObject({
      outcome: 'refused',
      message: 'spec.password: Invalid value: "***": too short',
    });
  });
});

it('the words of an event name ten objects at most', () => {
  const found = Array.from({ length: 12 }, (_, at) => ({ kind: 'Thing', name: `x${at}`, path: 'spec.a', manager: '' }));
  expect(driftInWords(found)).toMatch(/Thing\/x9: spec\.a; and 2 more objects$/);
});

it('a budget lets some requests through at once, and then so many in a minute', async () => {
  let now = 0;
  const waits: number[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    now += ms;
    return Promise.resolve();
  };
  const take = requestBudget(60, new AbortController().signal, { now: () => now, wait });
  for (let n = 0; n < 6; n++) await take(1);
  expect(waits).toEqual([]);
  await take(2);
  expect(waits).toEqual([2_000]);
  now += 600_000;
  for (let n = 0; n < 7; n++) await take(1);
  expect(waits).toEqual([2_000, 1_000]);
  const over = AbortSignal.abort(new Error('stopped'));
  await expect(requestBudget(60, over)(1)).rejects.toThrow('stopped');
});
