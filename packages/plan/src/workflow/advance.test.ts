import { describe, expect, it } from 'vitest';
import { fragmentText } from '../expression/fragment-text.js';
import { advance } from './advance.js';
import { dag, Driver, leaf, run, steps, task, workflow } from './run.testing.js';
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

  it('go on where a step says so, and are an Error if a when is none', () => {
    const on = { failed: true, error: true };
    expect(
      new Driver(run(workflow([steps('main', [[task('a', { continueOn: on })], [task('c')]]), leaf()]))).finish({ a: 'Failed' }).last
        .outcome?.phase,
    ).toBe('Succeeded');
    expect(new Driver(run(workflow([steps('main', [[task('a', { when: 'x' })]]), leaf()]))).step().last.outcome?.phase).toBe('Error');
  });
});

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
    if (!again) expect(driver.node('main.a').phase).toBe(outcome);
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
    driver.state = { ...driver.state, nodes: Object.fromEntries(Object.entries(driver.state.nodes).reverse()) };
    driver.step();
    expect(driver.starts).toEqual(['main.a(2)']);
    expect(driver.last.changed).toEqual([]);
  });
});

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
