import { describe, expect, it } from 'vitest';
import { type AdoptedObject, type AdoptionPreview, checkNames, idForName, type PlannedWrite, refusalsOf } from './adopted-object.js';

const pg: AdoptedObject = { kind: 'Cluster', apiVersion: '', namespace: 'shop', name: 'pg' };
const write = (name: string, more: Partial<PlannedWrite> = {}): PlannedWrite => ({
  action: 'apply',
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  name,
  ...more,
});

describe('checkNames', () => {
  it('refuses namespaces of the cluster, of Cellplane and of everybody', () => {
    for (const namespace of ['default', 'kube-system', 'kube-anything', 'cellplane-operators', 'cellplane', 'openshift-ingress'])
      expect(() => checkNames({ ...pg, namespace })).toThrow(/cannot become an instance's/);
    expect(() => checkNames(pg)).not.toThrow();
  });

  it('refuses what is no name', () => {
    for (const name of ['', 'Pg', 'a/b', '../x', 'a.b', 'x'.repeat(64), '-a', "a' or '1"])
      expect(() => checkNames({ ...pg, name })).toThrow(/name/);
    for (const kind of ['', 'cluster', 'Clu ster', 'A/b']) expect(() => checkNames({ ...pg, kind })).toThrow(/kind/);
    expect(() => checkNames({ ...pg, namespace: 'a/b' })).toThrow(/namespace/);
  });
});

describe('idForName', () => {
  const tried = 'instance-abcdefghi';
  const of = (object: AdoptedObject, writes: PlannedWrite[]) => idForName(object, { verb: 'create', writes, tried });

  it('is what the plan makes the name of', () => {
    expect(of(pg, [write(tried)])).toEqual({ id: 'pg', apiVersion: 'postgresql.cnpg.io/v1' });
    expect(of({ ...pg, name: 'db-pg-main' }, [write(`db-${tried}-main`)]).id).toBe('pg');
    // Another object of the plan does not matter.
    expect(of(pg, [write(`${tried}-x`, { kind: 'Secret', apiVersion: 'v1' }), write(tried)]).id).toBe('pg');
  });

  it('is any where the plan names the object without it', () => {
    expect(of(pg, [write('pg')]).id).toBeUndefined();
  });

  it('is none where the plan cannot call its object so, and it says why', () => {
    expect(() => of(pg, [write(`db-${tried}`)])).toThrow(/calls its Cluster db-<id>, which cannot be pg/);
    expect(() => of({ ...pg, name: 'db-' }, [write(`db-${tried}`)])).toThrow(/which cannot be db-/);
    expect(() => of(pg, [write('main')])).toThrow(/calls its Cluster main/);
    expect(() => of(pg, [write(`${tried}-${tried}`)])).toThrow(/cannot be pg/);
    expect(() => of(pg, [write(tried), write(`${tried}-2`)])).toThrow(/several objects/);
    expect(() => of(pg, [write(tried, { kind: 'Other' })])).toThrow(/applies no Cluster.*It applies: Other/);
    expect(() => of(pg, [write(tried, { action: 'patch' })])).toThrow(/It applies: nothing/);
    expect(() => of({ ...pg, apiVersion: 'example.com/v1' }, [write(tried)])).toThrow(/applies no Cluster/);
  });
});

describe('refusalsOf', () => {
  const cluster = (more: Partial<AdoptionPreview['objects'][number]> = {}): AdoptionPreview['objects'][number] => ({
    action: 'change',
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    name: 'pg',
    fields: [{ path: 'metadata.labels["cellplane.dev/instance"]' }, { path: 'metadata.labels["app.kubernetes.io/managed-by"]' }],
    restarts: false,
    ...more,
  });
  const preview = (more: Partial<AdoptionPreview> = {}): AdoptionPreview => ({
    objects: [cluster()],
    charts: [{ chart: 'cloudnative-pg', action: 'keep' }],
    problems: [],
    restarts: [],
    ...more,
  });
  const codes = (of: AdoptionPreview, allowed = { changes: false, restart: false }) => refusalsOf(of, pg, allowed).map(({ code }) => code);

  it('are none where only marks of Cellplane come', () => {
    expect(codes(preview())).toEqual([]);
    expect(codes(preview({ objects: [cluster({ action: 'unchanged', fields: [] })] }))).toEqual([]);
    const labels = (after: Record<string, string>) => preview({ objects: [cluster({ fields: [{ path: 'metadata.labels', after }] })] });
    expect(codes(labels({ 'cellplane.dev/instance': 'pg' }))).toEqual([]);
    expect(codes(labels({ 'cellplane.dev/instance': 'pg', team: 'x' }))).toEqual(['adoption-changes']);
  });

  it('name every change, and what else the plan would make', () => {
    const changed = preview({
      objects: [cluster({ fields: [{ path: 'spec.instances' }] }), cluster({ action: 'create', kind: 'Secret', name: 'x', fields: [] })],
    });
    expect(refusalsOf(changed, pg, { changes: false, restart: false })).toMatchObject([
      { code: 'adoption-changes', message: expect.stringContaining('Cluster/pg: spec.instances; Secret/x (create)') as string },
    ]);
    expect(codes(changed, { changes: true, restart: false })).toEqual([]);
  });

  it('hold a restart back, even where changes are allowed', () => {
    const restarting = preview({ restarts: [{ kind: 'Cluster', name: 'pg', fields: ['spec.imageName'] }] });
    expect(codes(restarting, { changes: true, restart: false })).toEqual(['adoption-restarts']);
    expect(codes(restarting, { changes: true, restart: true })).toEqual([]);
  });

  it('hold back a second operator, and a change of the one that all share', () => {
    const charts = (action: string) => preview({ charts: [{ chart: 'cloudnative-pg', action }] });
    expect(codes(charts('install'), { changes: true, restart: true })).toEqual(['operator-not-installed']);
    expect(codes(charts('upgrade'))).toEqual(['chart-changes']);
  });

  it('tell what is not there, and what the API server refuses', () => {
    expect(codes(preview({ objects: [cluster({ action: 'create', fields: [] })] }))).toContain('object-not-found');
    expect(codes(preview({ problems: [{ code: 'invalid', message: 'spec.x is immutable' }] }))).toEqual(['invalid']);
  });
});
