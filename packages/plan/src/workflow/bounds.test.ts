import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from './walk/advance.js';
import { evaluateDepends, parseDepends } from './depends.js';
import { parseGate } from './gate/gate.js';
import { dag, Driver, leaf, run, task, workflow } from './run.testing.js';
import { validateWorkflow } from './validate/workflow.js';
import { evaluateWhen, parseWhen } from './when/when.js';
import { cyclesOf } from './validate/dag.js';

const around = (times: number, text: string, open = '(', close = ')') => open.repeat(times) + text + close.repeat(times);

describe('conditions of any depth and length', () => {
  it.each([
    around(20_000, '1 == 1'),
    Array.from({ length: 20_000 }, () => 'a == a').join(' && '),
    Array.from({ length: 20_000 }, () => '(1').join(' + '),
    `${'- '.repeat(20_000)}1`,
    `${'1'.repeat(60_000)}x == 1`,
  ])('a `when` is refused in few words (%#)', (text) => {
    const parsed = parseWhen(text);
    expect(parsed).toMatchObject({ ok: false, problem: { code: 'when-syntax', cure: expect.stringMatching(/\w/) } });
    expect(JSON.stringify(parsed).length).toBeLessThan(2_000);
  });

  it.each([
    around(20_000, 'data.v == x'),
    Array.from({ length: 20_000 }, () => 'data.v == x').join(' && '),
    Array.from({ length: 20_000 }, () => 'data.v == x').join(','),
    `${'!'.repeat(20_000)}data.v`,
    `${'!('.repeat(20_000)}data.v${')'.repeat(20_000)}`,
    `${'a.#('.repeat(20_000)}b`,
    `a.#(${Array.from({ length: 20_000 }, () => 'b==1').join('&&')})`,
  ])('a gate is refused (%#)', (text) => {
    expect(parseGate(text, 'success')).toMatchObject({ ok: false, problem: { cure: expect.stringMatching(/\w/) } });
  });

  it.each([around(10_000, 'a'), '!'.repeat(10_000) + 'a', 'a ? '.repeat(10_000), Array.from({ length: 10_000 }, () => 'a').join(' && ')])(
    'a `depends` is refused (%#)',
    (text) => {
      expect(parseDepends(text)).toMatchObject({ ok: false, problem: { code: 'depends-syntax', cure: expect.stringMatching(/\w/) } });
    },
  );

  it('what is large and legitimate is read', () => {
    expect(evaluateWhen(must(parseWhen(Array.from({ length: 700 }, (_, at) => `${at} == ${at}`).join(' && '))))).toEqual({
      ok: true,
      value: true,
    });
    expect(evaluateWhen(must(parseWhen(around(100, '1 == 1'))))).toEqual({ ok: true, value: true });
    const chain = must(parseDepends(Array.from({ length: 1_400 }, (_, at) => `t${at}`).join(' && ')));
    expect(evaluateDepends(chain, () => ({ Succeeded: true }))).toBe(true);
    expect(evaluateDepends(chain, (name) => ({ Succeeded: name !== 't700' }))).toBe(false);
  });

  it('whatever is written, the answer is a condition or a problem', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '!',
      '&&',
      '||',
      'a',
      ' ',
      '==',
      '=~',
      '"',
      "'",
      ',',
      '?',
      ':',
      '1',
      '.',
      '#(',
      '[?(@.a',
      '[',
      ']',
      '{{x}}',
      '-',
      'in',
      '\\',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 300 }), fc.nat(300), (text, times) => {
        const deep = text + around(times, text);
        expect([parseWhen(deep).ok, parseGate(deep, 'failure').ok, parseDepends(deep).ok].every((ok) => typeof ok === 'boolean')).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('templates that multiply', () => {
  const doubling = (when: string) =>
    workflow([
      ...Array.from({ length: 30 }, (_, at) =>
        dag(
          `n${at}`,
          ['a', 'b'].map((name) => task(name, { template: at === 29 ? 'leaf' : `n${at + 1}`, when })),
        ),
      ),
      leaf(),
    ]);
  it('are counted at build where a condition is true whatever the values are, and by the run elsewhere', () => {
    expect(validateWorkflow(doubling('1 == 1'))).toMatchObject([{ code: 'too-many-tasks', path: 'entrypoint' }]);
    expect(validateWorkflow(doubling('{{workflow.name}} != x'))).toEqual([]);
    expect(advance(run(doubling('{{workflow.name}} != x')), 0)).toMatchObject({ starts: [], outcome: { code: 'too-many-tasks' } });
  });
});

describe('chains', () => {
  it('a task that depends on all before it, and a chain of nested DAGs, are walked without recursion along them', () => {
    const chained = (name: string, last: string) =>
      dag(
        name,
        Array.from({ length: 1_000 }, (_, at) =>
          task(`t${at}`, { template: at === 999 ? last : 'leaf', dependencies: at === 0 ? [] : [`t${at - 1}`] }),
        ),
      );
    const of = workflow([chained('a', 'b'), chained('b', 'c'), chained('c', 'd'), chained('d', 'leaf'), leaf()]);
    expect(validateWorkflow(of)).toEqual([]);
    const next = advance(run(of), 0);
    expect(next.starts.map(({ node }) => node.id)).toEqual(['a.t0']);
  });

  it('templates that call one another in a long chain', () => {
    const templates = Array.from({ length: 8_000 }, (_, at) =>
      dag(`n${at}`, [task('x', { template: at === 7_999 ? 'leaf' : `n${at + 1}` })]),
    );
    const of = workflow([...templates, leaf()]);
    expect(validateWorkflow(of)).toEqual([]);
    const driver = new Driver(run(of));
    expect(advance(driver.state, 0).outcome).toMatchObject({ phase: expect.stringMatching(/Error|Failed/) });
  });

  it('every pair of a thousand tasks in a cycle is told in few words', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `t${at}`);
    expect(cyclesOf(new Map(names.map((name) => [name, names]))).length).toBe(20);
    expect(
      cyclesOf(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual([['b', 'c', 'b']]);
    expect(cyclesOf(new Map(Array.from({ length: 50_000 }, (_, at) => [`n${at}`, [`n${at + 1}`]])))).toEqual([]);
  });
});

function must<T>(parsed: { ok: true; value: T } | { ok: false; problem: { message: string } }): T {
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}
