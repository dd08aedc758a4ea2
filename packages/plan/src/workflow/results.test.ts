/** `{{tasks.x.status}}` and its like: what a task that has ended came to, in the tasks after it. */
import { describe, expect, it } from 'vitest';
import { fragmentText } from '../expression/fragment-text.js';
import type { DagTask } from '../model.js';
import { dag, Driver, leaf, run, steps, task, workflow } from './run.testing.js';
import { validateWorkflow } from './validate/workflow.js';

const told = leaf('told', { inputs: [{ name: 'text' }] });

function passed(driver: Driver, id: string): string {
  return fragmentText(driver.node(id).inputs?.['text'] ?? { parts: [] });
}

/** `b` runs whatever `a` came to, and is told of it. */
function afterA(b: Partial<DagTask>, a: Partial<DagTask> = {}) {
  const tasks = [
    task('a', a),
    task('b', { template: 'told', depends: 'a.Succeeded || a.Failed || a.Errored || a.Skipped || a.Omitted', ...b }),
  ];
  return workflow([dag('main', tasks), leaf(), told]);
}

function telling(text: string): Partial<DagTask> {
  return { arguments: [{ name: 'text', value: text }] };
}

describe('results of tasks', () => {
  it.each(['Succeeded', 'Failed', 'Error'] as const)('a status %s reaches arguments', (outcome) => {
    const driver = new Driver(run(afterA(telling('a is {{tasks.a.status}}')))).step().start('main.a').end('main.a', outcome);
    expect(passed(driver, 'main.b')).toBe(`a is ${outcome}`);
  });

  it('a skipped one has one, too', () => {
    const driver = new Driver(run(afterA(telling('{{tasks.a.status}}'), { when: 'false' }))).step();
    expect(passed(driver, 'main.b')).toBe('Skipped');
  });

  it('times are as Argo writes them', () => {
    const driver = new Driver(run(afterA(telling('{{tasks.a.startedAt}} {{ tasks.a.finishedAt }}')), { deadlineAt: Infinity }));
    driver.now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    driver.step().start('main.a');
    driver.now += 61_000;
    driver.end('main.a');
    expect(passed(driver, 'main.b')).toBe('2026-01-02T03:04:05Z 2026-01-02T03:05:06Z');
  });

  it.each([
    ['{{tasks.a.status}} == Failed', 'Failed', 'Pending'],
    ['{{tasks.a.status}} == Failed', 'Succeeded', 'Skipped'],
    ["'{{tasks.a.status}}' != 'Succeeded'", 'Error', 'Pending'],
    ['{{tasks.a.status}} in (Failed, Error)', 'Error', 'Pending'],
  ] as const)('when %s after %s', (when, outcome, phase) => {
    const driver = new Driver(run(afterA({ ...telling(''), when }))).step().start('main.a').end('main.a', outcome);
    expect(driver.phases['main.b']).toBe(phase);
  });

  it('a loop has that of its group, a retried task that of its last attempt', () => {
    const looped = new Driver(run(afterA(telling('{{tasks.a.status}}'), { withItems: [1, 2] }))).finish({ a: 'Failed' });
    expect(passed(looped, 'main.b')).toBe('Failed');
    const tasks = [
      task('a', { template: 'flaky' }),
      task('b', { template: 'told', dependencies: ['a'], ...telling('{{tasks.a.status}}') }),
    ];
    const retried = new Driver(
      run(workflow([dag('main', tasks), leaf('flaky', { retryStrategy: { retryPolicy: 'Always', limit: 1 } }), told])),
    );
    retried.step().start('main.a(0)').end('main.a(0)', 'Failed').start('main.a(1)').end('main.a(1)');
    expect(passed(retried, 'main.b')).toBe('Succeeded');
  });

  it('of steps: those of earlier groups', () => {
    const groups = [
      [task('a')],
      [task('b', { template: 'told', ...telling('{{steps.a.status}}'), when: '{{steps.a.status}} == Succeeded' })],
    ];
    const driver = new Driver(run(workflow([steps('main', groups), leaf(), told]))).step().start('main[0].a').end('main[0].a');
    expect(passed(driver, 'main[1].b')).toBe('Succeeded');
  });

  it('may give the items of a loop', () => {
    const driver = new Driver(run(afterA({ ...telling('{{item}}'), withItems: ['{{tasks.a.status}}', 'x'] })))
      .step()
      .start('main.a')
      .end('main.a');
    expect(passed(driver, 'main.b(0:Succeeded)')).toBe('Succeeded');
  });
});

describe('checks of results', () => {
  const cures = (of: ReturnType<typeof workflow>) => validateWorkflow(of).map(({ code, cure }) => `${code} ${cure}`);

  it('finds nothing wrong with those of tasks before, directly or not', () => {
    const tasks = [
      task('a'),
      task('b', { dependencies: ['a'] }),
      task('c', { template: 'told', dependencies: ['b'], ...telling('{{tasks.a.status}}') }),
    ];
    expect(cures(workflow([dag('main', tasks), leaf(), told]))).toEqual([]);
  });

  it.each([
    ['a sibling', '{{tasks.other.status}}', "Add 'other' to its dependencies"],
    ['a task that is none', '{{tasks.nope.status}}', 'Before this one come a'],
    ['steps in a DAG', '{{steps.a.status}}', 'Write {{tasks.a.status}}'],
    ['outputs', '{{tasks.a.outputs.result}}', '{{tasks.<task>.status}}'],
    ['another field', '{{tasks.a.exitCode}}', 'status, startedAt and finishedAt'],
  ])('refuses %s', (_what, text, cure) => {
    const tasks = [task('a'), task('other'), task('b', { template: 'told', dependencies: ['a'], ...telling(text) })];
    expect(cures(workflow([dag('main', tasks), leaf(), told])).join()).toContain(cure);
  });

  it('refuses steps of the same group, and results in manifests', () => {
    const same = [[task('a'), task('b', { template: 'told', ...telling('{{steps.a.status}}') })]];
    expect(cures(workflow([steps('main', same), leaf(), told])).join()).toContain('earlier groups');
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {x: "{{tasks.a.status}}"}\n';
    expect(cures(workflow([dag('main', [task('a')]), leaf('leaf', { manifest })])).join()).toContain('pass it on as an argument');
  });
});
