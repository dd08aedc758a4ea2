import { describe, expect, it } from 'vitest';
import { type DriftedField, driftInWords, type DriftFinding, kept, settleDrift, shown } from './drift.js';

const field = (path: string, theirs: DriftedField['theirs'], more: Partial<DriftedField> = {}): DriftedField => ({
  path,
  ours: 1,
  theirs,
  manager: 'kubectl-patch',
  operation: 'Update',
  subresource: '',
  since: null,
  secret: false,
  ...more,
});
const finding = (path: string, state: DriftFinding['state'], theirs: DriftedField['theirs']): DriftFinding => ({
  ...field(path, theirs),
  id: `id of ${path}`,
  group: '',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'x',
  state,
  firstSeen: new Date(0),
  changes: 1,
  decidedBy: null,
  decidedAt: null,
});

describe('settleDrift', () => {
  it('tells a field once, and again only when it has another value', () => {
    expect(settleDrift([], [field('a', 2)])).toEqual({ found: [field('a', 2)], changed: [], ended: [] });
    expect(settleDrift([finding('a', 'open', 2)], [field('a', 2)])).toEqual({ found: [], changed: [], ended: [] });
    expect(settleDrift([finding('a', 'open', 2)], [field('a', 3)]).changed).toEqual([
      { id: 'id of a', field: field('a', 3), isNews: false },
    ]);
  });

  it('leaves what was accepted until it changes again, whatever the order of its keys', () => {
    const known = [finding('a', 'accepted', { x: 1, y: 2 })];
    expect(settleDrift(known, [field('a', { y: 2, x: 1 })])).toEqual({ found: [], changed: [], ended: [] });
    expect(settleDrift(known, [field('a', { y: 2, x: 2 })]).changed).toMatchObject([{ id: 'id of a', isNews: true }]);
  });

  it('ends what is ours again, and opens it anew when it comes back with the same value', () => {
    expect(settleDrift([finding('a', 'open', 2), finding('b', 'accepted', 2), finding('c', 'reverted', 2)], [])).toEqual({
      found: [],
      changed: [],
      ended: ['id of a', 'id of b'],
    });
    expect(settleDrift([finding('a', 'reverted', 2)], [field('a', 2)]).changed).toMatchObject([{ id: 'id of a', isNews: true }]);
  });

  it('knows a very long value by its mark', () => {
    const long = 'x'.repeat(20_000);
    const known = [{ ...finding('a', 'accepted', 1), theirs: kept(long) }];
    expect(settleDrift(known, [field('a', kept(long))])).toEqual({ found: [], changed: [], ended: [] });
    expect(settleDrift(known, [field('a', kept(`${long}y`))]).changed).toHaveLength(1);
    expect(shown(kept(long) ?? null)).toBe('(20002 characters)');
  });
});

it('drift is told by paths and managers, never by values', () => {
  const at = (name: string, path: string, manager: string) => ({ kind: 'Cluster', name, path, manager });
  expect(driftInWords([at('a', 'spec.x', 'kubectl'), at('b', 'spec.y', ''), at('a', 'spec.z', 'argo')])).toBe(
    'Cluster/a: spec.x, spec.z, by kubectl and argo; Cluster/b: spec.y',
  );
  const many = Array.from({ length: 8 }, (_, n) => at('a', `f${n}`, ''));
  expect(driftInWords(many)).toBe('Cluster/a: f0, f1, f2, f3, f4 and 3 more');
});
