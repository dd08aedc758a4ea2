import { describe, expect, it } from 'vitest';
import { dag, Driver, leaf, run, task, workflow } from '../run.testing.js';

describe('retries', () => {
  const retried = (retryStrategy: NonNullable<Parameters<typeof leaf>[1]>['retryStrategy']): Driver =>
    new Driver(run(workflow([dag('main', [task('a')]), leaf('leaf', retryStrategy && { retryStrategy })]))).step();

  it('wrap attempts in a Retry node', () => {
    const driver = retried({ limit: 2, retryPolicy: 'OnFailure' });
    expect(driver.starts).toEqual(['main.a(0)']);
    driver.end('main.a(0)', 'Failed');
    expect(driver.starts).toEqual(['main.a(1)']);
    driver.end('main.a(1)');
    expect(driver.phases).toEqual({ main: 'Succeeded', 'main.a': 'Succeeded', 'main.a(0)': 'Failed', 'main.a(1)': 'Succeeded' });
  });

  it('end after the limit with the last message', () => {
    const driver = retried({ limit: 1, retryPolicy: 'Always' });
    driver.end('main.a(0)', 'Failed').end('main.a(1)', 'Error', 'boom');
    expect(driver.node('main.a')).toMatchObject({ phase: 'Error', message: 'No more retries left: boom' });
    expect(driver.last.outcome?.message).toBe("task 'a' could not run: boom");
  });

  it.each([
    ['OnFailure', 'Error', 'x', false],
    ['OnFailure', 'Failed', 'x', true],
    ['OnError', 'Failed', 'x', false],
    ['OnError', 'Error', 'x', true],
    ['Always', 'Error', 'x', true],
    ['OnTransientError', 'Failed', 'x', false],
    ['OnTransientError', 'Failed', 'dial tcp: connection refused', true],
  ] as const)('%s after %s (%s): %s', (retryPolicy, outcome, message, again) => {
    const driver = retried({ limit: 5, retryPolicy }).end('main.a(0)', outcome, message);
    expect(driver.starts).toEqual(again ? ['main.a(1)'] : []);
    expect(driver.node('main.a').phase).toBe(again ? 'Running' : outcome);
  });

  it('wait by the backoff, with cap, and tell when to look again', () => {
    const driver = retried({ limit: 5, retryPolicy: 'OnFailure', backoff: { durationSeconds: 10, factor: 3, capSeconds: 60 } });
    for (const [attempt, wait] of [10, 30, 60, 60].entries()) {
      driver.end(`main.a(${attempt})`, 'Failed');
      expect(driver.starts).toEqual([]);
      expect(driver.last.wakeAt).toBe(driver.now + wait * 1000);
      expect(driver.node('main.a')).toMatchObject({
        phase: 'Running',
        message: `Backoff for ${wait === 60 ? '1 minute' : `${wait} seconds`}`,
      });
      driver.now += wait * 1000 - 1;
      expect(driver.step().starts).toEqual([]);
      driver.now += 1;
      expect(driver.step().starts).toEqual([`main.a(${attempt + 1})`]);
    }
  });

  it('end at maxDuration, also before a wait that would pass it', () => {
    const backoff = { durationSeconds: 10, factor: 2, maxDurationSeconds: 25 };
    const driver = retried({ retryPolicy: 'OnFailure', backoff });
    driver.end('main.a(0)', 'Failed', 'x');
    driver.now = 10_000;
    driver.step().end('main.a(1)', 'Failed', 'y');
    expect(driver.node('main.a')).toMatchObject({ phase: 'Failed', message: 'Backoff would exceed max duration limit: y' });
  });

  it('never spin without a limit', () => {
    const driver = retried({ retryPolicy: 'Always' }).end('main.a(0)', 'Failed');
    expect(driver.starts).toEqual([]);
    expect(driver.last.wakeAt).toBe(1000);
  });

  it('work on DAGs', () => {
    const nested = workflow([
      dag('main', [task('a', { template: 'sub' })]),
      dag('sub', [task('x'), task('y', { dependencies: ['x'] })], { retryStrategy: { limit: 1, retryPolicy: 'Always' } }),
      leaf(),
    ]);
    const driver = new Driver(run(nested)).step();
    expect(driver.starts).toEqual(['main.a(0).x']);
    driver.end('main.a(0).x', 'Failed');
    expect(driver.starts).toEqual(['main.a(1).x']);
    driver.end('main.a(1).x').end('main.a(1).y');
    expect(driver.last.outcome?.phase).toBe('Succeeded');
  });

  it('find attempts in any stored order', () => {
    const driver = retried({ limit: 3, retryPolicy: 'Always' }).end('main.a(0)', 'Failed').end('main.a(1)', 'Failed');
    driver.state = { ...driver.state, nodes: Object.fromEntries(Object.entries(driver.state.nodes).toReversed()) };
    driver.step();
    expect(driver.starts).toEqual(['main.a(2)']);
    expect(driver.last.changed).toEqual([]);
  });
});
