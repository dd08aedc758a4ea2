import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectionPath, groupVersionPath, homePath, nameSegment, objectPath, query, rawPath } from './paths.js';

const pods = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, verbs: [] };
const nodes = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false, verbs: [] };
const invalid = expect.objectContaining({ reason: 'InvalidRequest', outcome: 'permanent' });

describe('paths', () => {
  it('are those of the Kubernetes API', () => {
    expect(groupVersionPath('v1')).toBe('/api/v1');
    expect(groupVersionPath('postgresql.cnpg.io/v1')).toBe('/apis/postgresql.cnpg.io/v1');
    expect(collectionPath(pods, undefined)).toBe('/api/v1/pods');
    expect(objectPath(pods, { namespace: 'a', name: 'b' })).toBe('/api/v1/namespaces/a/pods/b');
    expect(objectPath(pods, { namespace: 'a', name: 'b' }, 'status')).toBe('/api/v1/namespaces/a/pods/b/status');
    expect(objectPath(nodes, { name: 'system:node:1' })).toBe('/api/v1/nodes/system%3Anode%3A1');
    expect(() => homePath(pods, undefined)).toThrow(/metadata\.namespace must be set/);
  });

  it.each(['', '.', '..', 'a/b', 'a%2fb', '../x', 'a\nb', 'x'.repeat(254)])('refuse the name %j', (name) => {
    expect(() => nameSegment(name, 'name')).toThrow(invalid);
  });

  it.each(['v1/..', '../v1', 'a/b/v1', 'V1', '', '/v1', 'a?b/v1'])('refuse the apiVersion %j', (apiVersion) => {
    expect(() => groupVersionPath(apiVersion)).toThrow(invalid);
  });

  it.each(['x/../../secrets', 'A', '-a', 'a.b', '..'])('refuse the namespace %j', (namespace) => {
    expect(() => collectionPath(pods, namespace)).toThrow(invalid);
  });

  it('never leave their place, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        let path: string;
        try {
          path = objectPath(pods, { namespace: 'a', name });
        } catch {
          return;
        }
        const url = new URL(path, 'http://server');
        expect(url.pathname).toBe(path);
        expect(url.pathname.split('/')).toHaveLength(7);
        expect(decodeURIComponent(path.split('/')[6] ?? '')).toBe(name);
      }),
    );
  });

  it.each(['readyz', '//evil.example/x', '/a/../b', '/a/%2e%2e/b', '/a b', '/a\nb', '/a#b', '/a\\b'])('raw refuses %j', (path) => {
    expect(() => rawPath(path)).toThrow(invalid);
  });

  it('raw takes paths with queries', () => {
    expect(rawPath('/readyz?verbose=1&x=../y')).toBe('/readyz?verbose=1&x=../y');
  });

  it('queries are encoded', () => {
    expect(query({ labelSelector: 'a=b,c in (d)', limit: 5, continue: undefined })).toBe('?labelSelector=a%3Db%2Cc%20in%20(d)&limit=5');
    expect(query({})).toBe('');
  });
});
