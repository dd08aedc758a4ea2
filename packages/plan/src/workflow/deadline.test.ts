import { describe, expect, it } from 'vitest';
import { advance } from './walk/advance.js';
import { dag, Driver, leaf, run, steps, task, workflow } from './run.testing.js';

describe('time, terminate and pause', () => {
  const chain = workflow([dag('main', [task('a'), task('b', { dependencies: ['a'] })]), leaf('leaf', { activeDeadlineSeconds: 60 })]);

  it('fail a leaf at its deadline, naming what it waited for', () => {
    const driver = new Driver(run(chain)).step();
    expect(driver.last.wakeAt).toBe(60_000);
    driver.start('main.a');
    const node = driver.node('main.a');
    const verdict = { state: 'waiting', reason: 'status.phase == Ready: is Pending' } as const;
    driver.state.nodes['main.a'] = { ...node, ...(node.leaf && { leaf: { ...node.leaf, verdict } }) };
    driver.now = 60_000;
    driver.step();
    expect(driver.node('main.a')).toMatchObject({
      phase: 'Failed',
      message: 'DeadlineExceeded: the task did not end within 60 s; waited for status.phase == Ready: is Pending',
    });
    expect(driver.last.outcome?.phase).toBe('Failed');
    expect(driver.phases['main.b']).toBe('Omitted');
  });

  it('fail everything open at the run’s deadline, and begin nothing', () => {
    const driver = new Driver(run(chain, { deadlineAt: 30_000 })).step();
    expect(driver.last.wakeAt).toBe(30_000);
    driver.now = 30_000;
    driver.step();
    expect(driver.last).toMatchObject({
      starts: [],
      outcome: {
        phase: 'Failed',
        message: "task 'a' failed: DeadlineExceeded: the workflow did not end within 30 s; it had not been started",
      },
    });
    const late = new Driver(run(chain, { deadlineAt: 30_000 }));
    late.now = 31_000;
    expect(late.step().last).toMatchObject({
      starts: [],
      outcome: { phase: 'Failed', message: 'DeadlineExceeded: the workflow did not end within 30 s' },
    });
  });

  it.each([
    ['dag', dag('main', [task('a')]), 'main.a'],
    ['steps', steps('main', [[task('a')], [task('b')]]), 'main[0].a'],
    ['leaf', leaf('main'), 'main'],
    ['retry', leaf('main', { retryStrategy: { limit: 3, retryPolicy: 'Always' } }), 'main(0)'],
    ['loop', dag('main', [task('a', { withItems: [1, 2] })]), 'main.a(0:1)'],
  ] as const)('terminate ends a %s, begun or not', (_kind, template, id) => {
    for (const begun of [true, false]) {
      const driver = new Driver(run(workflow([template, leaf()])));
      if (begun) {
        driver.step().start(id);
      }
      driver.state = { ...driver.state, terminate: 'terminated by ann@example.com' };
      driver.step();
      expect(driver.last.starts).toEqual([]);
      expect(driver.last.outcome?.phase).toBe('Failed');
      expect(driver.last.outcome?.message).toContain('terminated by ann@example.com');
      expect(advance(driver.state, driver.now)).toEqual({ changed: [], starts: [], outcome: driver.last.outcome });
    }
  });

  it('pause starts nothing new, resume goes on', () => {
    const driver = new Driver(run(chain)).step();
    driver.start('main.a');
    driver.state = { ...driver.state, paused: true };
    driver.end('main.a');
    expect(driver.starts).toEqual([]);
    expect(driver.last.outcome).toBeUndefined();
    driver.state = { ...driver.state, paused: false };
    expect(driver.step().starts).toEqual(['main.b']);
  });
});

describe('the deadline of a DAG or of steps', () => {
  const slow = leaf('slow', { activeDeadlineSeconds: 600 });

  it('ends the tasks in it, begins no further one, and fails it', () => {
    const inner = {
      ...dag('inner', [task('a', { template: 'slow' }), task('b', { template: 'slow', dependencies: ['a'] })]),
      activeDeadlineSeconds: 30,
    };
    const driver = new Driver(run(workflow([dag('main', [task('in', { template: 'inner' })]), inner, slow]))).step();
    expect(driver.last.wakeAt).toBe(30_000);
    expect(driver.node('main.in.a').deadlineAt).toBe(30_000);
    driver.start('main.in.a');
    driver.now = 30_000;
    driver.step();
    expect(driver.node('main.in.a')).toMatchObject({
      phase: 'Failed',
      message: "DeadlineExceeded: 'in' (template inner) did not end within 30 s; its request had not been answered",
    });
    expect(driver.phases).not.toHaveProperty(['main.in.b']);
    expect(driver.last).toMatchObject({ starts: [], outcome: { phase: 'Failed' } });
  });

  it('counts for the entrypoint, bounded by the run, and bounds what is called from it', () => {
    const main = { ...dag('main', [task('a', { template: 'slow' })]), activeDeadlineSeconds: 900 };
    const driver = new Driver(run(workflow([main, slow]), { deadlineAt: 500_000 })).step();
    expect(driver.node('main').deadlineAt).toBe(500_000);
    expect(driver.node('main.a').deadlineAt).toBe(500_000);
  });

  it('leaves tasks outside it alone', () => {
    const inner = { ...dag('inner', [task('a', { template: 'slow' })]), activeDeadlineSeconds: 30 };
    const main = dag('main', [
      task('in', { template: 'inner', continueOn: { failed: true, error: false } }),
      task('out', { template: 'slow' }),
    ]);
    const driver = new Driver(run(workflow([main, inner, slow]))).step();
    driver.start('main.in.a').start('main.out');
    driver.now = 30_000;
    driver.step();
    expect(driver.phases).toMatchObject({ 'main.in': 'Failed', 'main.out': 'Running', main: 'Running' });
    expect(driver.end('main.out').last.outcome?.phase).toBe('Succeeded');
  });

  it.each([
    ['a DAG', dag('inner', [task('a', { template: 'slow', continueOn: { failed: true, error: true } })]), 'main.in.a'],
    [
      'steps',
      steps('inner', [[task('a', { template: 'slow', continueOn: { failed: true, error: true } })], [task('b', { template: 'slow' })]]),
      'main.in[0].a',
    ],
  ] as const)('is none that a task in %s may be gone on after', (_kind, template, id) => {
    const inner = { ...template, activeDeadlineSeconds: 30 };
    const driver = new Driver(run(workflow([dag('main', [task('in', { template: 'inner' })]), inner, slow]))).step();
    driver.start(id);
    driver.now = 31_000;
    expect(driver.step().phases).toMatchObject({ [id]: 'Failed', 'main.in': 'Failed', main: 'Failed' });
  });

  it('is one for each attempt', () => {
    const inner = {
      ...dag('inner', [task('a', { template: 'slow' })]),
      activeDeadlineSeconds: 30,
      retryStrategy: { limit: 1, retryPolicy: 'Always' as const },
    };
    const driver = new Driver(run(workflow([dag('main', [task('in', { template: 'inner' })]), inner, slow]))).step();
    driver.start('main.in(0).a');
    driver.now = 30_000;
    expect(driver.step().starts).toEqual(['main.in(1).a']);
    expect(driver.node('main.in(1).a').deadlineAt).toBe(60_000);
    driver.start('main.in(1).a').end('main.in(1).a');
    expect(driver.last.outcome?.phase).toBe('Succeeded');
  });
});
