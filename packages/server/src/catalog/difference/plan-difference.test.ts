import { buildPlan, type CompiledPlan } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { testSpec } from '../catalog.testing.js';
import { changeSets } from './change-sets.js';
import { changedFields } from './changed-fields.js';
import { planDifferences } from './plan-difference.js';

function compiled(spec: string): CompiledPlan {
  const { plan, problems } = buildPlan(spec);
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

const one = compiled(testSpec());
const brief = (after: string) => planDifferences(one, compiled(after)).map(({ fields, ...part }) => [part, fields.map(({ path }) => path)]);

describe('differences of two versions', () => {
  it('are none between equal ones, whatever a comment says', () => {
    expect(brief(testSpec({ comment: 'another one' }))).toEqual([]);
  });

  it('are named by resource, area, name and field', () => {
    const after = testSpec({ image: 'two' })
      .replace('defaultValue: "1"', 'defaultValue: "2"')
      .replace(
        '      - key: adminPassword\n        name: Admin password\n        description: Of the administrator\n        type: Password\n        defaultValue: "changeme"\n',
        '      - key: color\n        name: Colour\n        description: Of the cache\n        type: String\n        defaultValue: red\n',
      )
      .replace('tenancyType: CUSTOM_TENANCY', 'tenancyType: CUSTOM_TENANCY\nfeatures:\n  CUSTOMER:\n    logs: {}');
    expect(brief(after)).toEqual([
      [{ area: 'feature', name: 'LOGS (CUSTOMER)', change: 'added' }, []],
      [{ resource: 'cache', area: 'parameter', name: 'size', change: 'changed' }, ['defaultValue']],
      [{ resource: 'cache', area: 'parameter', name: 'color', change: 'added' }, []],
      [{ resource: 'cache', area: 'parameter', name: 'adminPassword', change: 'removed' }, []],
      [{ resource: 'cache', area: 'workflow', name: 'create', change: 'changed' }, ['templates[apply].manifest']],
    ]);
  });

  it('tell a manifest by its lines, and no password', () => {
    const after = compiled(testSpec({ image: 'two' }).replace('"changeme"', '"other-one"'));
    const differences = planDifferences(one, after);
    const manifest = differences.find(({ area }) => area === 'workflow')?.fields[0];
    expect(manifest?.lines).toEqual(['-  image: one', '+  image: two']);
    expect(differences.find(({ area }) => area === 'parameter')?.fields).toEqual([{ path: 'defaultValue', before: '***', after: '***' }]);
    expect(JSON.stringify(differences)).not.toMatch(/changeme|other-one/);
  });

  it('name resources that come and go, and make sets of them by id', () => {
    const renamed = compiled(testSpec().replace('name: Cache', 'name: Store'));
    const differences = planDifferences(one, renamed);
    expect(differences.filter(({ area }) => area === 'resource')).toEqual([
      { resource: 'store', area: 'resource', name: 'Store', change: 'added', fields: [] },
      { resource: 'cache', area: 'resource', name: 'Cache', change: 'removed', fields: [] },
    ]);
    expect(changeSets(one, renamed, differences, { store: 'r-2', cache: 'r-1' })).toMatchObject({
      'r-2': { resourceName: 'Store', overallResourceStatus: 'PENDING_CHANGE', resourceChanges: 'PENDING_NEW' },
      'r-1': { resourceName: 'Cache', overallResourceStatus: 'PENDING_CHANGE', resourceChanges: 'PENDING_DELETE' },
    });
    expect(changeSets(one, one, [], {})).toEqual({
      cache: { resourceName: 'Cache', overallResourceStatus: 'NO_CHANGE', resourceChanges: 'ACTIVE', categorizedResourceChanges: {} },
    });
  });
});

describe('changed fields', () => {
  it('compare entries by their names, others by their place', () => {
    const before = { tasks: [{ name: 'a', x: 1 }, { name: 'b' }], ports: [1, 2], limit: 3, gone: true };
    const after = { tasks: [{ name: 'b' }, { name: 'a', x: 2 }, { name: 'c' }], ports: [1, 3], limit: 3 };
    expect(changedFields(before, after)).toEqual([
      { path: 'tasks[a].x', before: '1', after: '2' },
      { path: 'tasks[c]', after: '{"name":"c"}' },
      { path: 'ports[1]', before: '2', after: '3' },
      { path: 'gone', before: 'true' },
    ]);
  });

  it('tell lines of texts that begin and end alike, and look at so many pairs of lines in all', () => {
    const text = (word: string, lines = 500) =>
      ['first', ...Array.from({ length: lines }, (_, at) => `${at % 2 === 0 ? word : 'same'} ${at}`), 'last'].join('\n');
    const [found] = changedFields({ manifest: text('one', 3) }, { manifest: text('two', 3) });
    expect(found?.lines).toEqual(['-one 0', '+two 0', '-one 2', '+two 2']);
    const many = (word: string) => Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`f${at}`, text(word)]));
    const counts = changedFields(many('one'), many('two')).map(({ lines }) => lines?.length);
    // Four times 249,001 pairs, and no room for a fifth.
    expect(counts).toEqual([...Array.from({ length: 4 }, () => 500), ...Array.from({ length: 6 }, () => 998)]);
  });

  it('are bounded, each and all', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, 'x'.repeat(5_000)]));
    const found = changedFields({}, many);
    expect(found).toHaveLength(200);
    expect(found[0]?.after).toHaveLength(2_000);
  });
});
