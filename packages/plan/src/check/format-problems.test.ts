import { describe, expect, it } from 'vitest';
import { buildPlan } from '../build.js';
import { formatProblems } from './format-problems.js';

describe('formatProblems', () => {
  it('prints like a compiler', () => {
    const source = 'name: a\nservice:\n  - name: b\n';
    expect(
      formatProblems(buildPlan(source).problems, { file: 'spec.yaml', source }),
    ).toBe(`spec.yaml:1:1: error[missing-key]: The plan needs \`services\`.
    1 | name: a
      | ^
      at services
      cure: Add \`services\`: the resources of the plan.

spec.yaml:2:1: error[unknown-key]: \`service\` is not a key of the plan.
    2 | service:
      | ^
      at service
      cure: Did you mean \`services\`?

2 errors, 0 warnings.`);
  });

  it('puts the caret under the place behind tabs, shortens long lines and prints no control characters', () => {
    const long = `name: "${'x'.repeat(500)}"\tfoo: \u001b[31m`;
    const position = { line: 1, column: 509 };
    const printed = formatProblems([{ severity: 'error', code: 'c', path: '', position, message: 'bad \u001b[2J', cure: '' }], {
      file: 'f',
      source: long,
    });
    expect(printed).not.toContain('\u001b');
    const [, quoted = '', caret = ''] = printed.split('\n');
    expect(quoted.length).toBeLessThan(200);
    expect(quoted[caret.indexOf('^')]).toBe(' ');
    expect(quoted.slice(caret.indexOf('^')).trimStart()).toMatch(/^foo/);
  });

  it('says when there is nothing', () => {
    expect(formatProblems([], { file: 'f' })).toBe('No problems.');
  });
});
