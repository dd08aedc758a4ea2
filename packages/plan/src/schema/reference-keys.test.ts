import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Json } from '../json.js';
import { parseDocument } from '../parse/document.js';
import { itemsOf, type SpecNode, valueAt } from '../parse/node.js';
import { createReport } from '../parse/report.js';
import type { Problem } from '../problem.js';
import { PLAN_SHAPE } from './plan.js';
import { readShape } from './read.js';

/** A key of the published schema: the way to it, and what its value is. */
interface PublishedKey {
  /** `services[]`, `<name>` and plain keys. */
  way: string[];
  type: string;
}

/** Samples where the type alone does not tell a value that means something. */
const SAMPLES: [RegExp, Json[]][] = [
  [/^tenancyType$/, ['CUSTOM_TENANCY', 'OMNISTRATE_DEDICATED_TENANCY', 'OMNISTRATE_MULTI_TENANCY']],
  [/\.network(ing)?Type$/, ['PUBLIC', 'INTERNAL']],
  [/\.mergeStrategy$/, ['merge', 'strategic']],
  [/\.action$/, ['apply', 'patch', 'delete']],
  [/customWorkflows\[\]\.apiParameters\[\]\.type$/, ['String', 'int32', 'Json']],
  [/\.scope\[\]$/, ['fleet', 'customer']],
  [/\.cloudProviders\[\]$/, ['aws', 'byoc-onprem']],
  [/\.disable$/, ['true', 'false']],
  [/\.readinessConditions$/, [{ '$var._crd.status.phase': 'Ready' }]],
];

function published(): PublishedKey[] {
  const lines = readFileSync(new URL('../fixtures/reference-keys.txt', import.meta.url), 'utf8').split('\n');
  const keys: PublishedKey[] = [];
  const way: string[] = [];
  for (const line of lines) {
    const [, indent = '', name = '', type = ''] = /^( *)(\S+) ?([^!]*)/.exec(line) ?? [];
    if (name === '' || name === '#') continue;
    way.length = indent.length / 2;
    way.push(name);
    keys.push({ way: [...way], type: type.trim() });
  }
  return keys;
}

/** Keys that are said by reference to others, written out. */
function writtenOut(keys: PublishedKey[]): PublishedKey[] {
  return keys.flatMap((key): PublishedKey[] => {
    const like = /^like (.*)$/.exec(key.type)?.[1];
    if (like === undefined) return [key];
    const target = like.split('.');
    const same = keys.filter(({ way }) => target.every((segment, index) => bare(way[index]) === bare(segment)));
    return writtenOut(same).map(({ way, type }) => ({ way: [...key.way, ...way.slice(target.length)], type }));
  });
}

const bare = (segment: string | undefined) => segment?.replace(/\[\]$/, '');

function samplesOf({ way, type }: PublishedKey): Json[] {
  const special = SAMPLES.find(([pattern]) => pattern.test(way.join('.')));
  if (special) return special[1];
  const choices = /^one of (.*)$/.exec(type)?.[1];
  if (choices !== undefined) return choices.split(' ');
  const known: Record<string, Json[]> = {
    text: ['x'],
    flag: [true, false],
    int: [1],
    number: [1.5],
    any: ['x', 1, { a: 1 }],
    anything: [{}, { a: { B: [1] } }],
  };
  return known[type] ?? [{}];
}

/** A spec that holds nothing but the key. */
function specWith(way: string[], value: Json): string {
  const whole = way.toReversed().reduce<Json>((inner, segment) => {
    const key = bare(segment) === '<name>' ? 'own' : (bare(segment) ?? '');
    return { [key]: segment.endsWith('[]') ? [inner] : inner };
  }, value);
  return stringify(whole);
}

function read(spec: string): { tree: SpecNode | undefined; problems: Problem[] } {
  const report = createReport();
  const document = parseDocument(spec, report);
  return { tree: document && readShape(report, document.root, PLAN_SHAPE), problems: report.problems };
}

/** Follows a way through a tree, list items included. */
function follow(tree: SpecNode | undefined, way: string[]): SpecNode | undefined {
  return way.reduce<SpecNode | undefined>((node, segment) => {
    const key = bare(segment) === '<name>' ? 'own' : (bare(segment) ?? '');
    const entry = node?.kind === 'map' ? node.entries.find((one) => [one.spelling, one.key].includes(key))?.value : valueAt(node, key);
    return segment.endsWith('[]') ? itemsOf(entry)[0] : entry;
  }, tree);
}

const keys = published();
const all = writtenOut(keys);

describe('every key of the published schema', () => {
  it('is in the list once', () => {
    expect(all.length).toBeGreaterThan(700);
    expect(new Set(keys.map(({ way }) => way.join('.'))).size).toBe(keys.length);
  });

  it.each(all.map((key): [string, PublishedKey] => [key.way.join('.'), key]))('%s is accepted and kept', (_path, key) => {
    for (const sample of samplesOf(key)) {
      const { tree, problems } = read(specWith(key.way, sample));
      // Keys that must stand beside it, and what a plan says in better words, are not the matter here.
      const said = problems.filter((problem) => problem.code !== 'missing-key' && problem.code !== 'deprecated-key');
      expect(said.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
      expect(follow(tree, key.way), `kept: ${JSON.stringify(sample)}`).toBeDefined();
    }
  });

  it('may be written in any letter case', () => {
    for (const { way } of all.filter(({ type }) => type === 'text')) {
      const { problems } = read(
        specWith(
          way.map((segment) => (segment.startsWith('<') ? segment : segment.toUpperCase())),
          'x',
        ),
      );
      expect(problems.filter((problem) => problem.code === 'unknown-key')).toEqual([]);
    }
  });
});
