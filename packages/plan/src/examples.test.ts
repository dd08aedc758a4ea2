import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildPlan } from './build.js';
import { formatProblems } from './check/format-problems.js';

const root = new URL('../../../', import.meta.url);
const examples = readdirSync(new URL('examples/', root));

describe('the examples', () => {
  it.each(examples)('%s builds without any problem', (name) => {
    expect(buildPlan(readFileSync(new URL(`examples/${name}/spec.yaml`, root))).problems).toEqual([]);
  });
});

describe('the tutorial', () => {
  const page = readFileSync(new URL('docs/tutorial.md', root), 'utf8');
  const smallest = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';

  it('begins with a plan that builds', () => {
    expect(buildPlan(smallest)).toMatchObject({ problems: [], plan: { resources: [{ key: 'mariadb' }] } });
  });

  it('shows what check says of it with a misspelt parameter', () => {
    const misspelt = smallest.replace('$var.storageSize', '$var.storagesize');
    const said = formatProblems(buildPlan(misspelt).problems, { file: 'mine/spec.yaml', source: misspelt });
    const shown = /\$ npx cellplane check -f mine\/spec\.yaml\n((?: {4}.*\n)+)/.exec(page)?.[1] ?? '';
    expect(shown.replaceAll(/^ {4}/gm, '').trimEnd()).toBe(said.split('\n\n')[0]);
  });
});
