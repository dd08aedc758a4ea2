import { describe, expect, it } from 'vitest';
import { fragmentText } from '../../expression/fragment-text.js';
import { dag, Driver, leaf, run, task, workflow } from '../run.testing.js';

describe('loops', () => {
  const looped = (more: Parameters<typeof task>[1], args = '{{item}}'): ReturnType<typeof workflow> =>
    workflow([
      dag('main', [
        task('a', { arguments: [{ name: 'x', value: args }], ...more }),
        task('b', { depends: 'a.AnySucceeded' }),
        task('c', { depends: 'a.AllFailed' }),
      ]),
      leaf('leaf', { inputs: [{ name: 'x', default: '' }] }),
    ]);

  it('name their children as Argo does and pass the item', () => {
    const driver = new Driver(run(looped({ withItems: ['one(1)', 2, { b: 'x', a: 1 }] }))).step();
    expect(driver.starts).toEqual(['main.a(0:one1)', 'main.a(1:2)', 'main.a(2:a:1,b:x)']);
    expect(driver.last.starts.map((start) => fragmentText(start.inputs['x'] ?? { parts: [] }))).toEqual(['one(1)', '2', '{"b":"x","a":1}']);
    expect(driver.node('main.a').type).toBe('TaskGroup');
  });

  it('fail with their last failing child and know AnySucceeded and AllFailed', () => {
    const driver = new Driver(run(looped({ withItems: ['x', 'y'] }))).step();
    driver.end('main.a(0:x)', 'Failed').end('main.a(1:y)');
    expect(driver.phases).toMatchObject({ 'main.a': 'Failed', 'main.c': 'Omitted' });
    expect(driver.starts).toEqual(['main.b']);
    const all = new Driver(run(looped({ withItems: ['x', 'y'] }))).step().end('main.a(0:x)', 'Failed').end('main.a(1:y)', 'Failed');
    expect(all.starts).toEqual(['main.c']);
  });

  it('read withParam, and are skipped when it is empty', () => {
    const item = looped({ withParam: '[{"k":"v1"},{"k":"v2"}]', when: '{{item.k}} == v2' }, '{{item.k}}');
    const driver = new Driver(run(item)).step();
    expect(driver.phases).toMatchObject({ 'main.a(0:k:v1)': 'Skipped', 'main.a(1:k:v2)': 'Pending' });
    expect(new Driver(run(looped({ withParam: '[]' }))).step().node('main.a')).toMatchObject({
      phase: 'Skipped',
      message: 'Skipped, empty params',
    });
    expect(new Driver(run(looped({ withParam: 'a' }))).step().node('main.a').message).toContain(
      'withParam value could not be parsed as a JSON list: a',
    );
    expect(new Driver(run(looped({ withParam: 'a', when: 'false' }))).step().node('main.a').phase).toBe('Skipped');
    expect(new Driver(run(looped({ withItems: [{ k: 1 }] }, '{{item.nope}}'))).step().node('main.a(0:k:1)').message).toBe(
      'failed to resolve {{item.nope}}',
    );
  });
});
