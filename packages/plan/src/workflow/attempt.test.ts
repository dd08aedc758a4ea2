import { describe, expect, it } from 'vitest';
import { attemptOf } from './attempt.js';
import { dag, Driver, leaf, run, steps, task, workflow } from './run.testing.js';

const RETRY = { retryStrategy: { retryPolicy: 'Always' as const, limit: 3 } };

function attempts(driver: Driver) {
  return Object.values(driver.state.nodes)
    .filter((node) => node.type === 'Resource')
    .map((node) => [node.id, attemptOf(driver.state.nodes, node)]);
}

describe('attemptOf', () => {
  it('names a task the same in every attempt', () => {
    const driver = new Driver(run(workflow([dag('main', [task('a', { template: 'flaky' })]), leaf('flaky', RETRY)])));
    driver.step().start('main.a(0)').end('main.a(0)', 'Failed');
    expect(attempts(driver)).toEqual([
      ['main.a(0)', { task: 'main.a', again: false }],
      ['main.a(1)', { task: 'main.a', again: true }],
    ]);
  });

  it('also in a retried template, its loops and its own retries', () => {
    const templates = [
      dag('main', [task('outer', { template: 'group' })]),
      steps('group', [[task('each', { template: 'flaky', withItems: ['x', '0'] })]], RETRY),
      leaf('flaky', { retryStrategy: { retryPolicy: 'Always', limit: 0 } }),
    ];
    const driver = new Driver(run(workflow(templates)));
    driver.step();
    for (const id of driver.starts) driver.start(id).end(id, 'Failed');
    expect(attempts(driver)).toEqual([
      ['main.outer(0)[0].each(0:x)(0)', { task: 'main.outer[0].each(0:x)', again: false }],
      ['main.outer(0)[0].each(1:0)(0)', { task: 'main.outer[0].each(1:0)', again: false }],
      ['main.outer(1)[0].each(0:x)(0)', { task: 'main.outer[0].each(0:x)', again: true }],
      ['main.outer(1)[0].each(1:0)(0)', { task: 'main.outer[0].each(1:0)', again: true }],
    ]);
  });

  it('takes a loop’s children for none', () => {
    const driver = new Driver(run(workflow([dag('main', [task('a', { withItems: [7] })]), leaf()]))).step();
    expect(attempts(driver)).toEqual([['main.a(0:7)', { task: 'main.a(0:7)', again: false }]]);
  });
});
