/** How large a run may become: counted before anything of it is begun. */
import { describe, expect, it } from 'vitest';
import type { DagTask, Template } from '../model.js';
import { advance } from './walk/advance.js';
import { dag, Driver, leaf, run, steps, task, workflow } from './run.testing.js';
import { MAX_NODES, MAX_TASKS } from './size.js';
import { validateWorkflow } from './validate/workflow.js';

const each = (count: number) => Array.from({ length: count }, (_, index) => index);
const param = (count: number): Partial<DagTask> => ({ withParam: JSON.stringify(each(count)) });
const noted = leaf('leaf', { inputs: [{ name: 'n', default: '' }] });

/** What a run of these templates does at its beginning. */
function begin(templates: Template[]) {
  return advance(run(workflow(templates)), 0);
}

function refusal(templates: Template[]): string {
  const answer = begin(templates);
  expect(answer).toMatchObject({ starts: [], outcome: { phase: 'Error', code: 'too-many-tasks' } });
  // The root alone, which says why.
  expect(answer.changed.map(({ id }) => id)).toEqual(['main']);
  return answer.outcome?.message ?? '';
}

describe('a run that is too large', () => {
  it.each<[string, Template[]]>([
    ['withItems', [dag('main', [task('wide', { withItems: each(MAX_TASKS + 1) })]), leaf()]],
    ['withParam', [dag('main', [task('wide', param(MAX_TASKS + 1))]), leaf()]],
    ['steps', [steps('main', [[task('wide', param(MAX_TASKS + 1))]]), leaf()]],
    [
      'a loop of loops',
      [dag('main', [task('wide', { template: 'inner', ...param(80) })]), dag('inner', [task('deep', param(80))]), leaf()],
    ],
    [
      'loops of steps',
      [steps('main', [[task('wide', { template: 'inner', ...param(80) })]]), steps('inner', [[task('deep', param(80))]]), leaf()],
    ],
    ['several loops', [dag('main', [task('one', param(3_000)), task('two', param(3_000))]), leaf()]],
    [
      'a loop after other tasks',
      [dag('main', [task('first'), task('wide', { dependencies: ['first'], ...param(MAX_TASKS + 1) })]), leaf()],
    ],
    ['a loop in a later group', [steps('main', [[task('first')], [task('wide', param(MAX_TASKS + 1))]]), leaf()]],
    ['skipped items', [dag('main', [task('one', { when: '{{item}} == x', ...param(3_000) }), task('two', param(3_000))]), leaf()]],
    [
      'a loop of retried tasks',
      [dag('main', [task('wide', param(MAX_TASKS + 1))]), leaf('leaf', { retryStrategy: { retryPolicy: 'Always' } })],
    ],
  ])('by %s: nothing of it is begun', (_what, templates) => {
    expect(refusal(templates)).toMatch(/5000 tasks/);
  });

  it('by templates that call each other twice', () => {
    const doubling = each(20).map((n) =>
      dag(`d${n}`, [task('a', { template: n === 19 ? 'leaf' : `d${n + 1}` }), task('b', { template: n === 19 ? 'leaf' : `d${n + 1}` })]),
    );
    const templates = [dag('main', [task('top', { template: 'd0' })]), ...doubling, leaf()];
    expect(refusal(templates)).toContain('may have no more');
    expect(validateWorkflow(workflow(templates))).toMatchObject([{ code: 'too-many-tasks', path: 'entrypoint' }]);
  });

  it('by what its tasks are given', () => {
    const argument = { name: 'n', value: 'x'.repeat(20_000) };
    expect(refusal([dag('main', [task('wide', { arguments: [argument], ...param(4_000) })]), noted])).toContain('characters');
  });

  it('says how many items there are', () => {
    expect(refusal([dag('main', [task('wide', param(6_000))]), leaf()])).toContain("task 'wide' loops over 6000 items");
  });

  it('counted from a parameter of the workflow', () => {
    const main = dag('main', [task('wide', { withParam: '{{workflow.parameters.items}}' })]);
    const of = workflow([main, leaf()], { arguments: [{ name: 'items', value: '{{ $var.items }}' }] });
    const values = { 'arguments.items#0': { value: each(6_000), type: 'Json' as const, source: '$var.items' } };
    expect(advance(run(of, { values }), 0)).toMatchObject({ starts: [], outcome: { code: 'too-many-tasks' } });
  });

  it('by what only a failure brings in: what is open fails, and says why', () => {
    const tasks = [task('first'), task('beside'), task('rescue', { depends: 'first.Failed', ...param(MAX_TASKS) })];
    const driver = new Driver(run(workflow([dag('main', tasks), leaf()])))
      .step()
      .start('main.first')
      .start('main.beside')
      .end('main.first', 'Failed');
    expect(driver.last.starts).toEqual([]);
    expect(driver.last.outcome).toMatchObject({
      phase: 'Failed',
      code: 'too-many-tasks',
      message: expect.stringContaining('5000 tasks') as string,
    });
    expect(Object.keys(driver.state.nodes)).toHaveLength(3);
    expect(driver.node('main.beside')).toMatchObject({ phase: 'Failed', message: expect.stringContaining('5000 tasks') as string });
  });

  it('by attempts without end', () => {
    expect(MAX_NODES).toBeGreaterThan(3 * MAX_TASKS);
  });
});

describe('a run that is as large as it may be', () => {
  it.each<[string, Template[]]>([
    ['a loop', [dag('main', [task('wide', param(MAX_TASKS))]), leaf()]],
    [
      'a loop of retried tasks',
      [dag('main', [task('wide', param(MAX_TASKS))]), leaf('leaf', { retryStrategy: { retryPolicy: 'Always' } })],
    ],
    [
      'a loop of steps',
      [dag('main', [task('wide', { template: 'inner', ...param(MAX_TASKS) })]), steps('inner', [[task('only')]]), leaf()],
    ],
  ])('%s is begun', (_what, templates) => {
    expect(begin(templates)).toMatchObject({
      starts: expect.arrayContaining([{ node: expect.anything() as unknown, inputs: {} }]) as unknown,
    });
  });
});

describe('room', () => {
  it('is how many nodes begin at once; the rest comes as room comes, until all are done', () => {
    const templates = [
      dag('main', [task('wide', { template: 'inner', ...param(10) }), task('last', { dependencies: ['wide'] })]),
      steps('inner', [[task('only')]]),
      leaf(),
    ];
    const driver = new Driver(run(workflow(templates), { room: 4 }));
    const begun: string[] = [];
    for (let turns = 0; driver.last.outcome === undefined && turns < 100; turns++) {
      const before = Object.keys(driver.state.nodes).length;
      driver.step();
      // Groups hold what begins and are not counted: at most one for each node that is.
      expect(Object.keys(driver.state.nodes).length - before).toBeLessThanOrEqual(10);
      for (const id of driver.starts) {
        begun.push(id);
        driver.start(id).end(id);
      }
    }
    expect(driver.last.outcome).toMatchObject({ phase: 'Succeeded' });
    expect(begun).toHaveLength(11);
    expect(begun.at(-1)).toBe('main.last');
  });

  it('none: nothing begins, and more is known to come', () => {
    const state = run(workflow([dag('main', [task('wide', param(3))]), leaf()]), { room: 2 });
    const first = advance(state, 0);
    expect(first).toMatchObject({ more: true });
    expect(first.starts).toHaveLength(1);
    const nodes = Object.fromEntries(first.changed.map((node) => [node.id, node]));
    expect(advance({ ...state, nodes, room: 0 }, 0)).toMatchObject({ more: true, changed: [], starts: first.starts });
  });

  it('skips and omissions take room, too', () => {
    const driver = new Driver(run(workflow([dag('main', [task('wide', { when: '{{item}} == x', ...param(5) })]), leaf()]), { room: 2 }));
    let turns = 0;
    while (driver.last.outcome === undefined && turns++ < 20) driver.step();
    expect(driver.last.outcome).toMatchObject({ phase: 'Succeeded' });
    expect(turns).toBeGreaterThan(2);
  });
});

describe('the check of a plan', () => {
  const codes = (templates: Template[]) => validateWorkflow(workflow(templates)).map(({ code, path }) => `${code} ${path}`);

  it('counts what stands in the plan', () => {
    expect(codes([dag('main', [task('wide', { withItems: each(6_000) })]), leaf()])).toEqual([
      'too-many-tasks templates[0].dag.tasks[0].withItems',
    ]);
    expect(codes([steps('main', [[task('wide', param(6_000))]]), leaf()])).toEqual(['too-many-tasks templates[0].steps[0][0].withParam']);
    expect(
      codes([dag('main', [task('wide', { template: 'inner', ...param(80) })]), dag('inner', [task('deep', param(80))]), leaf()]),
    ).toEqual(['too-many-tasks entrypoint']);
  });

  it('leaves to the run what depends on values, and what may be skipped', () => {
    const inner = dag('inner', [task('deep', param(80))]);
    expect(codes([dag('main', [task('wide', { template: 'inner', when: 'a == b', ...param(80) })]), inner, leaf()])).toEqual([]);
    expect(codes([dag('main', [task('wide', { withParam: '{{ $var.items }}' })]), leaf()])).toEqual([]);
    const rescue = task('rescue', { template: 'inner', depends: 'first.Failed', ...param(80) });
    expect(codes([dag('main', [task('first'), rescue]), inner, leaf()])).toEqual([]);
    expect(codes([dag('main', [task('wide', param(5_000))]), leaf()])).toEqual([]);
  });
});
