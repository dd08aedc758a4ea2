import { describe, expect, it } from 'vitest';
import { fragmentText } from '../../expression/fragment-text.js';
import { advance } from './advance.js';
import { dag, Driver, leaf, run, task, workflow } from '../run.testing.js';
import { MAX_DEPTH } from './template-call.js';

describe('a DAG', () => {
  const diamond = workflow([
    dag('main', [
      task('a'),
      task('b', { dependencies: ['a'] }),
      task('c', { dependencies: ['a'] }),
      task('d', { dependencies: ['b', 'c'] }),
    ]),
    leaf(),
  ]);

  it('overlaps what may overlap and waits for both', () => {
    const driver = new Driver(run(diamond)).step();
    expect(driver.starts).toEqual(['main.a']);
    driver.start('main.a').step();
    expect(driver.starts).toEqual([]);
    driver.end('main.a');
    expect(driver.starts).toEqual(['main.b', 'main.c']);
    driver.end('main.b');
    expect(driver.starts).toEqual(['main.c']);
    driver.end('main.c');
    expect(driver.starts).toEqual(['main.d']);
    driver.end('main.d');
    expect(driver.last.outcome).toEqual({ phase: 'Succeeded', message: '' });
    expect(driver.phases['main']).toBe('Succeeded');
  });

  it('omits what depends on a failed task, and says which task failed', () => {
    const driver = new Driver(run(diamond)).finish({ b: 'Failed' });
    expect(driver.phases).toMatchObject({ main: 'Failed', 'main.b': 'Failed', 'main.c': 'Succeeded', 'main.d': 'Omitted' });
    expect(driver.node('main.d').message).toBe('omitted: depends condition not met');
    expect(driver.last.outcome).toEqual({ phase: 'Failed', message: "task 'b' failed: main.b Failed" });
  });

  it('lists a leaf again until its intent is recorded, and is idempotent', () => {
    const driver = new Driver(run(diamond)).step();
    const again = advance(driver.state, driver.now);
    expect(again.changed).toEqual([]);
    expect(again.starts.map((start) => start.node.id)).toEqual(['main.a']);
    expect(advance(driver.state, driver.now)).toEqual(again);
  });

  it('lets independent branches go on after a failure, whatever failFast says', () => {
    for (const failFast of [true, false]) {
      const driver = new Driver(
        run(workflow([dag('main', [task('a'), task('b'), task('c', { dependencies: ['b'] })], { failFast }), leaf()])),
      ).step();
      driver.end('main.a', 'Failed');
      expect(driver.last.outcome).toBeUndefined();
      driver.end('main.b');
      expect(driver.starts).toEqual(['main.c']);
      driver.end('main.c');
      expect(driver.last.outcome?.phase).toBe('Failed');
    }
  });

  it('has the phase of the first failing target with failFast, of the last without', () => {
    const phase = (failFast: boolean): string | undefined =>
      new Driver(run(workflow([dag('main', [task('a'), task('b')], { failFast }), leaf()]))).finish({ a: 'Failed', b: 'Error' }).last
        .outcome?.phase;
    expect(phase(true)).toBe('Failed');
    expect(phase(false)).toBe('Error');
  });

  it('gives a target that did not run the failure nearest to the beginning, loops child by child', () => {
    const on = { failed: true, error: true };
    const tasks = [
      task('a'),
      task('b', { continueOn: on }),
      task('c', { dependencies: ['a', 'b'] }),
      task('d', { dependencies: ['b'] }),
      task('e', { dependencies: ['d', 'c'] }),
    ];
    const near = new Driver(run(workflow([dag('main', tasks), leaf()]))).finish({ a: 'Failed', d: 'Error' });
    expect(near.phases).toMatchObject({ 'main.c': 'Omitted', 'main.e': 'Omitted', main: 'Error' });
    const loop = [task('a', { withItems: ['x', 'y'] }), task('b', { dependencies: ['a'] })];
    const driver = new Driver(run(workflow([dag('main', loop), leaf()]))).step();
    driver.end('main.a(0:x)', 'Failed').end('main.a(1:y)', 'Error');
    expect(driver.phases).toMatchObject({ 'main.a': 'Error', 'main.b': 'Omitted', main: 'Failed' });
  });

  it('succeeds if a failure is handled', () => {
    const tasks = [task('a'), task('rescue', { depends: 'a.Failed' }), task('after', { depends: 'a || rescue' })];
    const driver = new Driver(run(workflow([dag('main', tasks), leaf()]))).finish({ a: 'Failed' });
    expect(driver.phases).toMatchObject({ 'main.rescue': 'Succeeded', 'main.after': 'Succeeded', main: 'Succeeded' });
  });

  it('waits for every mentioned task, across ||', () => {
    const driver = new Driver(run(workflow([dag('main', [task('a'), task('b'), task('c', { depends: 'a || b' })]), leaf()]))).step();
    driver.end('main.a');
    expect(driver.starts).toEqual(['main.b']);
    driver.end('main.b', 'Failed');
    expect(driver.starts).toEqual(['main.c']);
  });

  it('continues on a failure where the failed task says so', () => {
    const on = { failed: true, error: false };
    const tasks = [task('a', { continueOn: on }), task('b', { dependencies: ['a'] })];
    expect(new Driver(run(workflow([dag('main', tasks), leaf()]))).finish({ a: 'Failed' }).last.outcome?.phase).toBe('Succeeded');
    expect(new Driver(run(workflow([dag('main', tasks), leaf()]))).finish({ a: 'Error' }).last.outcome?.phase).toBe('Error');
    expect(
      new Driver(run(workflow([dag('main', [task('a', { continueOn: on })]), leaf()]))).finish({ a: 'Failed' }).last.outcome?.phase,
    ).toBe('Succeeded');
  });

  it('passes a skipped task on to a bare name, an omitted one not', () => {
    const tasks = [
      task('a', { when: '1 == 2' }),
      task('b', { dependencies: ['a'] }),
      task('c', { depends: 'a.Failed' }),
      task('d', { depends: 'c' }),
    ];
    const driver = new Driver(run(workflow([dag('main', tasks), leaf()]))).finish();
    expect(driver.phases).toMatchObject({
      main: 'Succeeded',
      'main.a': 'Skipped',
      'main.b': 'Succeeded',
      'main.c': 'Omitted',
      'main.d': 'Omitted',
    });
    expect(driver.node('main.a').message).toBe("when '1 == 2' evaluated false");
  });

  it('calls nested DAGs and leaf entrypoints', () => {
    const nested = workflow([
      dag('main', [task('inner', { template: 'sub' }), task('z', { dependencies: ['inner'] })]),
      dag('sub', [task('x'), task('y')]),
      leaf(),
    ]);
    const driver = new Driver(run(nested)).step();
    expect(driver.starts).toEqual(['main.inner.x', 'main.inner.y']);
    driver.end('main.inner.x').end('main.inner.y');
    expect(driver.starts).toEqual(['main.z']);
    const lone = new Driver(run(workflow([leaf('only')]))).step();
    expect(lone.starts).toEqual(['only']);
    lone.end('only', 'Failed', 'no');
    expect(lone.last.outcome).toEqual({ phase: 'Failed', message: 'no' });
  });

  it('stops a recursion', () => {
    const driver = new Driver(run(workflow([dag('main', [task('again', { template: 'main' })])]))).step();
    expect(driver.last.outcome?.phase).toBe('Error');
    expect(driver.last.outcome?.message).toContain(`more than ${MAX_DEPTH} template calls`);
  });

  it('cannot hang on a cycle, an unknown dependency or an unknown template', () => {
    const outcome = (tasks: ReturnType<typeof task>[]): string | undefined =>
      new Driver(run(workflow([dag('main', tasks), leaf()]))).step().last.outcome?.message;
    expect(outcome([task('a', { dependencies: ['b'] }), task('b', { dependencies: ['a'] })])).toContain('cycle');
    expect(outcome([task('a', { dependencies: ['x'] })])).toContain('invalid dependency x');
    expect(outcome([task('a', { template: 'nope' })])).toContain("template name 'nope' undefined");
  });
});

describe('inputs', () => {
  const passing = (value?: string): ReturnType<typeof workflow> =>
    workflow(
      [
        dag('main', [task('a', { arguments: [{ name: 'size', ...(value !== undefined && { value }) }] })], { inputs: [{ name: 'n' }] }),
        leaf('leaf', { inputs: [{ name: 'size' }, { name: 'class', default: 'gp3' }] }),
      ],
      {
        arguments: [
          { name: 'n', value: '{{ $var.n }}' },
          { name: 'unused', value: 'x' },
        ],
      },
    );
  const values = {
    'arguments.n#0': { value: 20, source: '$var.n' },
    'templates.main.tasks.a.arguments.size#0': { value: 'Gi', source: '$var.unit' },
  };

  it('come by name from the arguments, then from task to template', () => {
    const driver = new Driver(run(passing('{{inputs.parameters.n}}{{ $var.unit }}'), { values })).step();
    const inputs = driver.last.starts[0]?.inputs ?? {};
    expect(Object.fromEntries(Object.entries(inputs).map(([name, fragment]) => [name, fragmentText(fragment)]))).toEqual({
      size: '20Gi',
      class: 'gp3',
    });
  });

  it('are an error if nobody supplies them', () => {
    const driver = new Driver(run(passing(), { values })).step();
    expect(driver.node('main.a')).toMatchObject({ phase: 'Error', message: 'inputs.parameters.size was not supplied' });
    expect(driver.last.outcome).toEqual({ phase: 'Error', message: "task 'a' could not run: inputs.parameters.size was not supplied" });
  });

  it('fail the run before any task if an expression of the arguments has no value', () => {
    const driver = new Driver(run(passing('x'))).step();
    expect(driver.last).toMatchObject({
      starts: [],
      outcome: { phase: 'Error', message: 'unresolved workflow input parameters: [{{ $var.n }}]' },
    });
  });

  it('are not seen by templates that are not passed them', () => {
    const inner = workflow(
      [
        dag('main', [task('a', { template: 'sub' })], { inputs: [{ name: 'n' }] }),
        dag('sub', [task('b')], { inputs: [{ name: 'n' }] }),
        leaf(),
      ],
      {
        arguments: [{ name: 'n', value: '1' }],
      },
    );
    expect(new Driver(run(inner)).step().node('main.a').message).toBe('inputs.parameters.n was not supplied');
  });
});

describe('when', () => {
  const guarded = (when: string, n = '3'): Driver =>
    new Driver(
      run(workflow([dag('main', [task('a', { when })], { inputs: [{ name: 'n' }] }), leaf()], { arguments: [{ name: 'n', value: n }] })),
    ).step();

  it('decides on values', () => {
    expect(guarded('{{inputs.parameters.n}} > 2').starts).toEqual(['main.a']);
    expect(guarded('{{inputs.parameters.n}} > 3').phases['main.a']).toBe('Skipped');
    expect(guarded('{{inputs.parameters.n}} == yes', 'yes').starts).toEqual(['main.a']);
  });

  it('is a node error if it cannot be read or is no boolean', () => {
    expect(guarded('foo-bar == foo-bar').node('main.a')).toMatchObject({ phase: 'Error', type: 'Skipped' });
    expect(guarded('3').node('main.a').message).toBe("Expected boolean evaluation for '3'. Got 3");
    expect(guarded('3').last.outcome?.phase).toBe('Error');
  });
});
