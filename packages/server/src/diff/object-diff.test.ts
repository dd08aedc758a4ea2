import type { KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { pathText } from './field-path.js';
import { diffObjects } from './object-diff.js';

type Owned = [manager: string, fields: unknown][];

function object(spec: unknown, owned: Owned = [], metadata: object = {}): KubernetesObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Db',
    metadata: {
      name: 'one',
      resourceVersion: String(Math.random()),
      managedFields: owned.map(([manager, fieldsV1]) => ({ manager, operation: 'Apply', fieldsV1 })),
      ...metadata,
    },
    spec,
    status: { random: Math.random() },
  };
}

function lines(live: KubernetesObject | null, next: KubernetesObject): string[] {
  return diffObjects(live, next).map(({ path, before, after, owners }) =>
    `${pathText(path)}: ${JSON.stringify(before)} -> ${JSON.stringify(after)} ${owners.join('+')}`.trim(),
  );
}

describe('the difference of two objects', () => {
  it('names changed, new and removed fields, and who owns them now', () => {
    const owned: Owned = [
      ['cellplane', { 'f:spec': { 'f:image': {}, 'f:params': { 'f:max.conn': {} } } }],
      ['kubectl-edit', { 'f:spec': { 'f:image': {}, 'f:old': {} } }],
    ];
    const live = object({ image: 'a', params: { 'max.conn': '10' }, old: true }, owned);
    expect(lines(live, object({ image: 'b', params: { 'max.conn': '20' }, added: { deep: 1 } }))).toEqual([
      'spec.added: undefined -> {"deep":1}',
      'spec.image: "a" -> "b" cellplane+kubectl-edit',
      'spec.old: true -> undefined kubectl-edit',
      'spec.params["max.conn"]: "10" -> "20" cellplane',
    ]);
  });

  it('does not see status, counters, managers and times', () => {
    expect(lines(object({ a: 1 }, [['x', { 'f:spec': {} }]]), object({ a: 1 }, [], { generation: 9, uid: 'u' }))).toEqual([]);
  });

  it('sees labels, annotations, finalizers and owner references', () => {
    const live = object({}, [['helm', { 'f:metadata': { 'f:labels': { 'f:a': {} } } }]], { labels: { a: '1' }, finalizers: ['x/y'] });
    expect(lines(live, object({}, [], { labels: { a: '2' } }))).toEqual([
      'metadata.finalizers: ["x/y"] -> undefined',
      'metadata.labels.a: "1" -> "2" helm',
    ]);
  });

  it('finds elements of a list by the keys that the owners name, in whatever order they stand', () => {
    const owned: Owned = [
      ['cellplane', { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {}, 'f:image': {} } } } }],
      ['injector', { 'f:spec': { 'f:containers': { 'k:{"name":"proxy"}': { '.': {}, 'f:name': {} } } } }],
    ];
    const live = object({ containers: [{ name: 'proxy' }, { name: 'app', image: 'a' }] }, owned);
    const next = object({ containers: [{ name: 'app', image: 'b' }, { name: 'more' }] }, owned);
    expect(lines(live, next)).toEqual([
      'spec.containers[name=proxy]: {"name":"proxy"} -> undefined injector',
      'spec.containers[name=app].image: "a" -> "b" cellplane',
      'spec.containers[name=more]: undefined -> {"name":"more"}',
    ]);
  });

  it('finds elements of a set by their values', () => {
    const owned: Owned = [['cellplane', { 'f:metadata': { 'f:finalizers': { 'v:"a/b"': {}, '.': {} } } }]];
    const live = object({}, owned, { finalizers: ['a/b', 'c/d'] });
    expect(lines(live, object({}, owned, { finalizers: ['c/d', 'e/f'] }))).toEqual([
      'metadata.finalizers[="a/b"]: "a/b" -> undefined cellplane',
      'metadata.finalizers[="e/f"]: undefined -> "e/f"',
    ]);
  });

  it('takes a list that is owned as a whole as one value, or by places where it has as many maps as before', () => {
    const owned: Owned = [['cellplane', { 'f:spec': { 'f:args': {}, 'f:rules': {} } }]];
    const live = object({ args: ['a'], rules: [{ n: 1 }, { n: 2 }] }, owned);
    expect(lines(live, object({ args: ['a', 'b'], rules: [{ n: 1 }, { n: 3 }] }, owned))).toEqual([
      'spec.args: ["a"] -> ["a","b"] cellplane',
      'spec.rules[1].n: 2 -> 3 cellplane',
    ]);
  });

  it('tells a manager of an empty map from the owners of its fields', () => {
    const owned: Owned = [
      ['first', { 'f:spec': { 'f:labels': {} } }],
      ['second', { 'f:spec': { 'f:labels': { 'f:a': {} } } }],
    ];
    expect(lines(object({ labels: { a: '1' } }, owned), object({ labels: { a: '2' } }, owned))).toEqual([
      'spec.labels.a: "1" -> "2" second',
    ]);
  });

  it('has each top field of a new object as one change without owners', () => {
    expect(lines(null, object({ a: { b: 1 } }, [['cellplane', {}]], { labels: { l: 'x' } }))).toEqual([
      'metadata: undefined -> {"labels":{"l":"x"}}',
      'spec: undefined -> {"a":{"b":1}}',
    ]);
  });
});
