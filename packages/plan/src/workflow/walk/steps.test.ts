import { describe, expect, it } from 'vitest';
import { Driver, leaf, run, steps, task, workflow } from '../run.testing.js';

describe('steps', () => {
  it('run group after group, with Argo’s names', () => {
    const driver = new Driver(run(workflow([steps('main', [[task('a'), task('b')], [task('c')]]), leaf()]))).step();
    expect(driver.starts).toEqual(['main[0].a', 'main[0].b']);
    driver.end('main[0].a').end('main[0].b');
    expect(driver.starts).toEqual(['main[1].c']);
    driver.end('main[1].c');
    expect(driver.last.outcome?.phase).toBe('Succeeded');
  });

  it('stop at a failed group, after all of it has ended', () => {
    const driver = new Driver(run(workflow([steps('main', [[task('a'), task('b')], [task('c')]]), leaf()]))).step();
    driver.end('main[0].a', 'Failed');
    expect(driver.last.outcome).toBeUndefined();
    driver.end('main[0].b');
    expect(driver.node('main')).toMatchObject({ phase: 'Failed', message: "child 'main[0].a' failed" });
    expect(driver.phases['main[1].c']).toBeUndefined();
  });

  it('go on where a step says so, and begin nothing after a step whose when is none', () => {
    const on = { failed: true, error: true };
    expect(
      new Driver(run(workflow([steps('main', [[task('a', { continueOn: on })], [task('c')]]), leaf()]))).finish({ a: 'Failed' }).last
        .outcome?.phase,
    ).toBe('Succeeded');
    const group = [task('a'), task('b', { when: 'x', continueOn: on }), task('c')];
    const broken = new Driver(run(workflow([steps('main', [group]), leaf()]))).step();
    expect(broken.starts).toEqual(['main[0].a']);
    broken.end('main[0].a');
    expect(broken.phases).toEqual({ main: 'Failed', 'main[0]': 'Error', 'main[0].a': 'Succeeded', 'main[0].b': 'Error' });
    const loop = [task('a', { when: '{{item}}', withItems: ['x', 'y'], continueOn: on })];
    expect(new Driver(run(workflow([steps('main', [loop]), leaf()]))).step().phases).toMatchObject({ main: 'Failed', 'main[0]': 'Error' });
  });
});
