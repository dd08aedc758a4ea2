import type { KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../engine/redact.js';
import { below, pathText } from './field-path.js';
import { objectChange } from './object-change.js';
import { diffObjects } from './object-diff.js';
import { withoutSecretElements } from './secret-elements.js';

const fields = (spec: object) => ({ managedFields: [{ manager: 'cellplane', operation: 'Apply', fieldsV1: { 'f:spec': spec } }] });
const object = (spec: object, owned: object): KubernetesObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Db',
  metadata: { name: 'one', ...fields(owned) },
  spec,
});
const set = (...values: string[]) => ({ 'f:tokens': Object.fromEntries(values.map((one) => [`v:${JSON.stringify(one)}`, {}])) });
const OLD = 'old-secret-token';
const NEW = 'new-secret-token';
const redactor = new Redactor({ a: { value: OLD, secret: true, source: '' }, b: { value: NEW, secret: true, source: '' } });

describe('elements of a list that are found by a secret', () => {
  const live = object({ tokens: [OLD, 'plain'] }, set(OLD, 'plain'));
  const next = object({ tokens: [NEW, 'plain'] }, set(NEW, 'plain'));

  it('are one change of the list', () => {
    const changes = withoutSecretElements(diffObjects(live, next), { holds: (value) => redactor.holds(value), isSecretField: () => false });
    expect(changes.map((change) => ({ ...change, path: pathText(change.path) }))).toEqual([
      { path: 'spec.tokens', before: [OLD], after: [NEW], owners: ['cellplane'], hidden: true },
    ]);
  });

  it('are so, too, where the manifest says that the list is secret, or its key', () => {
    const test = { holds: () => false, isSecretField: (names: readonly string[]) => names.join('.') === 'spec.tokens' };
    expect(withoutSecretElements(diffObjects(live, next), test)).toHaveLength(1);
    const users = { 'f:users': { 'k:{"name":"a"}': { '.': {} } } };
    const named = diffObjects(object({ users: [{ name: 'a', x: 1 }] }, users), object({ users: [{ name: 'a', x: 2 }] }, users));
    const byKey = { holds: () => false, isSecretField: (names: readonly string[]) => names.join('.') === 'spec.users.name' };
    expect(withoutSecretElements(named, byKey)).toMatchObject([{ path: [{ field: 'spec' }, { field: 'users' }], hidden: true }]);
  });

  it('are not in a preview', () => {
    const manifest = { apiVersion: 'example.com/v1', kind: 'Db', metadata: { name: 'one' }, spec: { tokens: [NEW] } };
    const facts = {
      apiVersion: 'example.com/v1',
      kind: 'Db',
      namespace: 'n',
      name: 'one',
      resource: 'r',
      tasks: ['t'],
      manifests: [{ manifest, masked: { ...manifest, spec: { tokens: ['***'] } } }],
      otherwise: [manifest],
      restarts: [{ kind: 'Db', paths: ['spec.tokens'] }],
    };
    const shown = (text: string) => text;
    const change = objectChange({ live, next, why: [] }, facts, { redactor, shown, shownOtherwise: shown });
    expect(change.fields).toEqual([{ path: 'spec.tokens', before: '***', after: '***', owners: ['cellplane'], hidden: true }]);
    expect(JSON.stringify(change)).not.toMatch(/secret-token/);
    expect(change.restartFields).toEqual(['spec.tokens']);
  });
});

describe('a path', () => {
  it('holds no character that a terminal would obey', () => {
    expect(pathText([{ field: 'spec' }, { field: 'a\u001b[2J' }, { keys: { name: 'b\u001b]' } }])).toBe(
      'spec["a\\u001b[2J"][name="b\\u001b]"]',
    );
  });

  it('finds an element of a list of thousands as fast as one of ten', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`k:{"name":"n${at}"}`, { [`f:v${at}`]: {} }]));
    for (let at = 0; at < 5_000; at++) expect(below(many, { keys: { name: `n${at}` } })).toBe(many[`k:{"name":"n${at}"}`]);
  });
});
