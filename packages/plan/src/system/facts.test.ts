import { describe, expect, it } from 'vitest';
import type { Json } from '../json.js';
import { checkFacts, factValues, mergeTrees, simulatedFacts } from './facts.js';
import { matchSystemPath } from './match.js';
import { parseFacts } from './read-facts.js';
import { stepsOf, SYSTEM_VALUES } from './table.js';
import { parseExpression } from '../expression/expression-parser.js';
import { readPath } from '../expression/path.js';

const pathOf = (text: string) => {
  const parsed = parseExpression(`$sys.${text}`);
  if (!parsed.ok || parsed.value.type !== 'reference') throw new Error(text);
  return parsed.value.path;
};
/** A path that an author would write for a row. */
const written = (path: string) => path.replaceAll('[]', '[0]').replaceAll('**', 'some.name').replaceAll('*', 'some');

describe('the table', () => {
  it('names each path once, and finds each as it is written', () => {
    expect(new Set(SYSTEM_VALUES.map(({ path }) => path)).size).toBe(SYSTEM_VALUES.length);
    for (const row of SYSTEM_VALUES) expect(matchSystemPath(pathOf(written(row.path)))).toEqual({ values: [row] });
  });

  it('has a simulated value of the right form for each fact, which may be stored as a fact, too', () => {
    for (const row of SYSTEM_VALUES.filter(({ fact }) => fact !== undefined)) {
      const path = pathOf(written(row.path));
      const keys = path.flatMap((segment) => ('key' in segment ? [segment.key] : []));
      const value = readPath(simulatedFacts([keys]), path);
      expect([row.path, typeof value]).toEqual([row.path, row.type === 'number' ? 'number' : 'string']);
      // Numbers and addresses cannot say it; the certificate is base64 of what says it.
      const isPlain = row.type !== 'text' || /simulated/.test(row.path.endsWith('CACertificate') ? atob(String(value)) : String(value));
      expect([row.path, isPlain]).toEqual([row.path, true]);
      const tree = written(row.fact ?? '')
        .split('.')
        .reduceRight<Json>((inner, step) => {
          const list = /^(\w+)\[0\]$/.exec(step)?.[1];
          return list === undefined ? { [step]: inner } : { [list]: [inner] };
        }, value ?? null);
      expect(checkFacts(tree)).toEqual({ facts: tree, problems: [] });
      expect(stepsOf(row.fact ?? '').length).toBeGreaterThan(1);
    }
  });

  it.each([
    ['nope', 0],
    ['deploymentCell.nope', 1],
    ['deploymentCell.gcp.projectId', 2],
    ['deploymentCell.publicSubnetIDs.id', 2],
    ['tenant.email.x', 2],
    ['id.x', 1],
  ])('does not know %s', (path, unknownAt) => {
    expect(matchSystemPath(pathOf(path))).toMatchObject({ unknownAt });
  });
});

describe('facts', () => {
  it('are read from YAML, in the short form too', () => {
    const { facts, problems } = parseFacts(`
deploymentCell:
  cidrRange: 10.0.0.0/16
  publicSubnetIDs: [a, {id: b}]
  accountTags: {"cost center": x}
  gcp: null
compute: {machineTypes: {t3.medium: {cores: 2, memory: "4"}}}
storage: {bucket: {name: b}}
`);
    expect(problems).toEqual([]);
    expect(facts).toEqual({
      deploymentCell: { cidrRange: '10.0.0.0/16', publicSubnetIDs: [{ id: 'a' }, { id: 'b' }], accountTags: { 'cost center': 'x' } },
      compute: { machineTypes: { 't3.medium': { cores: 2, memory: 4 } } },
      storage: { bucket: { name: 'b' } },
    });
    expect(factValues(facts, 't3.medium')).toMatchObject({ compute: { node: { cores: 2, memory: 4 } } });
    expect(factValues(facts, 'other')).toMatchObject({ compute: {} });
    expect(factValues(facts, 'constructor')).toMatchObject({ compute: {} });
  });

  it.each<[string, Json, string, RegExp]>([
    ['a slip', { deploymentCell: { cidrRage: 'x' } }, 'deploymentCell.cidrRage', /Did you mean `cidrRange`/],
    ['an unknown root', { deploymentcell: {} }, 'deploymentcell', /Did you mean `deploymentCell`/],
    ['what the platform gives', { deploymentCell: { region: 'x' } }, 'deploymentCell.region', /given by the platform/],
    ['no range', { deploymentCell: { cidrRange: 'x' } }, 'deploymentCell.cidrRange', /range of addresses/],
    ['a number for a text', { deploymentCell: { accountId: 123 } }, 'deploymentCell.accountId', /in quotes/],
    ['a text for a list', { deploymentCell: { publicSubnetIDs: 'a' } }, 'deploymentCell.publicSubnetIDs', /must be a list/],
    ['a list for a map', { deploymentCell: [] }, 'deploymentCell', /must be a map/],
    ['an empty element', { deploymentCell: { publicSubnetIDs: ['a', ''] } }, 'deploymentCell.publicSubnetIDs[1].id', /not empty/],
    ['a map for a text', { deploymentCell: { accountTags: { a: {} } } }, 'deploymentCell.accountTags.a', /must be a text/],
    ['a text for a number', { compute: { machineTypes: { m: { cores: 'two' } } } }, 'compute.machineTypes.m.cores', /must be a number/],
    ['a text', 'x', '', /must be a map/],
    ['a list', [], '', /must be a map/],
  ])('refuse %s, naming the path', (_what, given, path, message) => {
    expect(checkFacts(given).problems).toEqual([{ path, message: expect.stringMatching(message) as string }]);
  });

  it('say where their text is broken', () => {
    expect(parseFacts('a: [').problems).toMatchObject([{ path: '', message: expect.stringContaining('line') as string }]);
  });

  it('win over what is under them, map by map', () => {
    expect(mergeTrees({ a: { b: 1, c: [1] } }, { a: { c: [2] } })).toEqual({ a: { b: 1, c: [2] } });
  });
});
