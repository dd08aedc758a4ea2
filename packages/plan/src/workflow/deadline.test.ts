import { describe, expect, it } from 'vitest';
import { advance } from './advance.js';
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
