import { describe, expect, it } from 'vitest';
import type { CompiledWorkflow, DagTask, Template } from '../../model.js';
import { dag, leaf, steps, task, workflow } from '../run.testing.js';
import { validateWorkflow } from './workflow.js';

function messages(of: CompiledWorkflow): string[] {
  return validateWorkflow(of).map((problem) => `${problem.path}: ${problem.message}`);
}

function withTasks(tasks: DagTask[], more: Template[] = [leaf()]): CompiledWorkflow {
  return workflow([dag('main', tasks), ...more]);
}

/** The page's own create workflow, its `&&` condition included. */
const page = workflow(
  [
    dag(
      'create',
      [
        task('applycluster', {
          template: 'apply-cluster',
          arguments: ['namespace', 'instanceId', 'n'].map((name) => ({ name, value: `{{inputs.parameters.${name}}}` })),
        }),
      ],
      { inputs: [{ name: 'namespace' }, { name: 'instanceId' }, { name: 'n' }] },
    ),
    leaf('apply-cluster', {
      inputs: [{ name: 'namespace' }, { name: 'instanceId' }, { name: 'n' }],
      successCondition: 'status.instances == {{inputs.parameters.n}} && status.readyInstances == {{inputs.parameters.n}}',
      failureCondition: 'status.phase == failed',
      manifest:
        'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: "{{inputs.parameters.instanceId}}"\n  namespace: "{{inputs.parameters.namespace}}"\nspec:\n  instances: {{inputs.parameters.n}}\n',
    }),
  ],
  {
    arguments: [
      { name: 'namespace', value: '{{ $sys.namespace }}' },
      { name: 'instanceId', value: '{{ $sys.instanceId }}' },
      { name: 'n', value: '{{ $var.numberOfInstances }}' },
    ],
  },
);

describe('validateWorkflow', () => {
  it('finds nothing wrong with a sound workflow', () => {
    expect(validateWorkflow(page)).toEqual([]);
    expect(messages(workflow([steps('main', [[task('a')], [task('b')]]), leaf()]))).toEqual([]);
    expect(messages(withTasks([task('1a'), task('b', { dependencies: ['1a'] })]))).toEqual([]);
  });

  it.each<[string, CompiledWorkflow, string]>([
    ['no entrypoint', workflow([leaf()], { entrypoint: '' }), ': spec.entrypoint is required'],
    ['unknown entrypoint', workflow([leaf()], { entrypoint: 'x' }), "entrypoint: template name 'x' undefined"],
    ['nameless template', workflow([leaf(), leaf('')]), 'templates[1]: [1].name is required'],
    ['bad name', workflow([leaf(), leaf('x y')]), "templates[1].name: [1].name: 'x y' is invalid: name must consist of"],
    ['repeated name', workflow([leaf('a'), leaf('a')]), "templates[1].name: [1].name 'a' is not unique"],
    [
      'argument without value',
      workflow([leaf()], { arguments: [{ name: 'x' }] }),
      'arguments.parameters[0]: spec.arguments.x.value or spec.arguments.x.valueFrom is required',
    ],
    [
      'unknown template',
      withTasks([task('a', { template: 'x' })]),
      "templates[0].dag.tasks[0].template: templates.main.tasks.a template name 'x' undefined",
    ],
    [
      'missing input',
      withTasks([task('a')], [leaf('leaf', { inputs: [{ name: 'p' }] })]),
      'templates[0].dag.tasks[0]: templates.main.tasks.a templates.leaf inputs.parameters.p was not supplied',
    ],
    [
      'missing input of the entrypoint',
      workflow([leaf('t', { inputs: [{ name: 'p' }] })]),
      'arguments: templates.t inputs.parameters.p was not supplied',
    ],
    [
      'undeclared argument',
      withTasks([task('a', { arguments: [{ name: 'q', value: '1' }] })]),
      "templates[0].dag.tasks[0].arguments.parameters[0]: templates.main.tasks.a passes 'q'",
    ],
    [
      'tag in a task',
      withTasks([task('a', { when: '{{inputs.parameters.x}} == 1' })]),
      'templates[0].dag.tasks[0].when: templates.main.tasks.a failed to resolve {{inputs.parameters.x}}',
    ],
    [
      'tag in a manifest',
      workflow([leaf('t', { manifest: 'a: {{inputs.parameters.x}}' })]),
      'templates[0].resource.manifest: templates.t: failed to resolve {{inputs.parameters.x}}',
    ],
    [
      'tag in a condition',
      workflow([leaf('t', { successCondition: 'a == {{inputs.parameters.x}}' })]),
      'templates[0].resource.successCondition: templates.t: failed to resolve {{inputs.parameters.x}}',
    ],
    [
      'outputs of a task',
      withTasks(
        [task('a', { arguments: [{ name: 'q', value: '{{tasks.b.outputs.result}}' }] })],
        [leaf('leaf', { inputs: [{ name: 'q' }] })],
      ),
      'failed to resolve {{tasks.b.outputs.result}}',
    ],
    [
      'unknown root',
      withTasks([task('a', { arguments: [{ name: 'q', value: '{{ $sis.id }}' }] })], [leaf('leaf', { inputs: [{ name: 'q' }] })]),
      'failed to resolve {{ $sis.id }}',
    ],
    ['item without a loop', withTasks([task('a', { when: '{{item}} == 1' })]), 'failed to resolve {{item}}'],
    ['no task', workflow([dag('main', [])]), 'templates[0].dag.tasks: templates.main must have at least one task'],
    [
      'cycle',
      withTasks([task('a', { dependencies: ['b'] }), task('b', { dependencies: ['a'] })]),
      'templates[0].dag.tasks[0]: templates.main sorting failed: graph with cycle: a->b->a',
    ],
    ['cycle of one', withTasks([task('a', { depends: 'a' })]), 'graph with cycle: a->a'],
    [
      'unknown dependency',
      withTasks([task('a', { dependencies: ['x'] })]),
      'templates[0].dag.tasks[0].dependencies[0]: templates.main sorting failed: invalid dependency x',
    ],
    ['repeated task', withTasks([task('a'), task('a')]), "templates[0].dag.tasks[1].name: templates.main.tasks[1].name 'a' is not unique"],
    [
      'bad result',
      withTasks([task('A'), task('b', { depends: 'A.Foo' })]),
      "templates[0].dag.tasks[1].depends: templates.main.tasks.b task result 'Foo' for task 'A' is invalid",
    ],
    [
      'both ways',
      withTasks([task('a'), task('b', { depends: 'a' }), task('c', { dependencies: ['a'] })]),
      "templates[0].dag: templates.main cannot use both 'depends' and 'dependencies' in the same DAG template",
    ],
    [
      'continueOn',
      withTasks([task('a', { continueOn: { failed: true, error: false } }), task('b', { depends: 'a' })]),
      "cannot use 'continueOn' when using 'depends'",
    ],
    [
      'digit',
      withTasks([task('b'), task('1a', { dependencies: ['b'] })]),
      "name cannot begin with a digit when using either 'depends' or 'dependencies'",
    ],
    ['unclosed', withTasks([task('a', { arguments: [{ name: 'p', value: 'x {{' }] })]), 'templates.main.tasks.a Cannot find end tag="}}"'],
    [
      'step',
      workflow([steps('main', [[task('a', { template: 'nope' })]]), leaf()]),
      "templates.main.steps[0].a template name 'nope' undefined",
    ],
    [
      'items-based',
      withTasks([task('a'), task('b', { depends: 'a.AnySucceeded' })]),
      "dependency 'a' uses an items-based condition such as .AnySucceeded or .AllFailed but does not contain any items",
    ],
    [
      'two loops',
      withTasks([task('a', { withItems: [1], withParam: '[1]' })]),
      'only one of withItems, withParam, withSequence can be specified',
    ],
    [
      'withParam',
      withTasks([task('a', { withParam: 'x' })]),
      'templates[0].dag.tasks[0].withParam: templates.main.tasks.a withParam value could not be parsed as a JSON list: x',
    ],
    [
      'when',
      withTasks([task('a', { when: 'a == ' })]),
      "templates[0].dag.tasks[0].when: templates.main.tasks.a Invalid 'when' expression 'a == '",
    ],
    ['when that cannot be answered', withTasks([task('a', { when: '20 + 1' })]), "Expected boolean evaluation for '20 + 1'. Got 21"],
    [
      'action',
      workflow([leaf('t', { action: 'put' as never })]),
      'templates[0].resource.action: templates.t.resource.action must be one of: get, create, apply, delete, replace, patch',
    ],
    [
      'manifest',
      workflow([leaf('t', { manifest: ' ' })]),
      'either templates.t.resource.manifest or templates.t.resource.manifestFrom must be specified',
    ],
    [
      'condition',
      workflow([leaf('t', { successCondition: 'a == b && ' })]),
      "templates[0].resource.successCondition: templates.t: success condition 'a == b && ' failed to parse:",
    ],
    [
      'delete with a condition',
      workflow([leaf('t', { action: 'delete', failureCondition: 'a == b' })]),
      'successCondition, failureCondition and outputs are not supported for delete action',
    ],
    ['strategy', workflow([leaf('t', { mergeStrategy: 'deep' as never })]), "templates.t.resource.mergeStrategy 'deep' is unknown"],
    [
      'flags',
      workflow([leaf('t', { action: 'delete', flags: ['--force'] })]),
      'templates[0].resource.flags[0]: unsupported delete flag: --force',
    ],
    ['retry policy', workflow([leaf('t', { retryStrategy: { retryPolicy: 'Foo' as never } })]), 'Foo is not a valid RetryPolicy'],
    [
      'recursion',
      workflow([dag('main', [task('a', { template: 'main' })])]),
      'templates[0]: templates.main calls itself without end: main->main',
    ],
    ['unreachable', workflow([leaf('a'), leaf('b')]), "templates[1]: templates.b is never called from the entrypoint 'a'"],
    ['only a failure condition', workflow([leaf('t', { failureCondition: 'status.phase == failed' })]), 'it succeeds at the first look'],
    [
      'a path as text',
      workflow([leaf('t', { successCondition: 'status.ready == spec.replicas' })]),
      "compares with the text 'spec.replicas', as Argo does",
    ],
  ])('%s', (_name, of, message) => {
    expect(messages(of).join('\n')).toContain(message);
    expect(validateWorkflow(of).every((problem) => problem.cure !== '')).toBe(true);
  });

  it('reports everything at once', () => {
    const codes = validateWorkflow(
      workflow([
        dag('main', [task('a', { template: 'x', when: '(' }), task('b', { dependencies: ['y'] })]),
        leaf('leaf', { successCondition: 'a ==== b', failureCondition: 'a, b && c' }),
      ]),
    ).map((problem) => problem.code);
    expect(codes.sort()).toEqual(['gate-syntax', 'mixed-comma', 'template-undefined', 'unknown-dependency', 'when-syntax']);
  });

  it('lets a guarded recursion pass, and text that others expand', () => {
    expect(validateWorkflow(workflow([dag('main', [task('a', { template: 'main', when: '1 == 2' })])]))).toEqual([]);
    expect(
      validateWorkflow(workflow([leaf('t', { manifest: 'a: "{{ .Values.x }} {{ $labels.pod }} ${HOME}"' })])).filter(
        (one) => one.severity === 'error',
      ),
    ).toEqual([]);
  });

  it('points into the text', () => {
    const of = workflow([leaf('t', { manifest: 'a: b\nc: {{inputs.parameters.x}}' })]);
    expect(validateWorkflow(of)).toMatchObject([{ code: 'unresolved-tag', path: 'templates[0].resource.manifest', offset: 8 }]);
  });
});
