import {
  acted,
  anyText,
  anything,
  argoMap,
  count,
  type Field,
  type Fields,
  flag,
  ignored,
  listOf,
  refused,
  type Shape,
  text,
} from './shape.js';

const JOB_CURE = 'Apply a Job with a `resource` template and wait for it by a successCondition.';

export const NO_PODS = 'Remove it: tasks write Kubernetes objects directly, without a pod of their own.';

const NO_ARTIFACTS = 'Pass values as parameters; publish results as `outputParameters`.';

export const EXIT_CURE = 'Remove it; put clean-up into tasks of its own, or into the delete workflow.';

/** Actions of a resource template, in Argo's order. */
export const RESOURCE_ACTIONS = ['get', 'create', 'apply', 'delete', 'replace', 'patch'] as const;

export const RETRY_POLICIES = ['OnFailure', 'OnError', 'Always', 'OnTransientError'] as const;

/** `activeDeadlineSeconds`: one second to seven days. */
export const deadline: Shape = count(1, 604_800);

const argument = argoMap('an argument', {
  name: acted(text, 'Name of the parameter.', { required: true }),
  value: acted(anyText, 'Value; text with `{{ $… }}` and `{{inputs.parameters.…}}`.'),
  valueFrom: refused('Argo’s values from elsewhere.', 'Write `value` with an expression.'),
  globalName: refused('Argo’s global outputs.', NO_ARTIFACTS),
  description: acted(text, 'Help text.'),
  default: acted(anyText, 'Value if there is no `value`.'),
  enum: refused('Argo’s allowed values.', 'Use `options` of the API parameter.'),
});

export const argumentsField: Field = acted(
  argoMap('arguments', { parameters: acted(listOf(argument), 'Parameters.'), artifacts: refused('Argo’s artifacts.', NO_ARTIFACTS) }),
  'Values for the inputs of the template.',
);

const input = argoMap('an input', {
  name: acted(text, 'Name: `{{inputs.parameters.<name>}}`.', { required: true }),
  value: acted(anyText, 'Value if the caller gives none.'),
  default: acted(anyText, 'Value if the caller gives none and there is no `value`.'),
  description: acted(text, 'Help text.'),
  valueFrom: refused('Argo’s values from elsewhere.', 'Pass the value as an argument.'),
  globalName: refused('Argo’s global outputs.', NO_ARTIFACTS),
  enum: refused('Argo’s allowed values.', 'Use `options` of the API parameter.'),
});

const continueOn = argoMap('continueOn', {
  failed: acted(flag, 'Go on after Failed.', { default: 'false' }),
  error: acted(flag, 'Go on after Error.', { default: 'false' }),
});

const stepFields: Fields = {
  name: acted(text, 'Name of the task.', { required: true }),
  template: acted(text, 'Template that it runs.', { required: true }),
  arguments: argumentsField,
  when: acted(text, 'Runs only if this is true.'),
  withItems: acted({ type: 'list', items: anything }, 'Loop over these items.'),
  withParam: acted(text, 'Loop over a JSON list.'),
  withSequence: refused('Argo’s numeric loops.', 'List the numbers in `withItems`.'),
  continueOn: acted(continueOn, 'Failures that do not stop the rest.'),
  templateRef: refused('Templates of other objects.', 'Write the template in this workflow; a YAML anchor can share it.'),
  inline: refused('Templates inside a task.', 'Give the template a name in `templates`.'),
  hooks: refused('Argo’s hooks.', EXIT_CURE),
  onExit: refused('Argo’s exit handlers.', EXIT_CURE),
};

const dagTask = argoMap('a task', {
  ...stepFields,
  dependencies: acted(listOf(text), 'Tasks that must have succeeded or been skipped.'),
  depends: acted(text, 'The same as an expression over task results.'),
});

export const retryStrategy: Field = acted(
  argoMap('retryStrategy', {
    limit: acted(count(0, 1000), 'Retries after the first attempt.', { default: 'unlimited' }),
    retryPolicy: acted({ type: 'enum', values: RETRY_POLICIES, literal: true, checkedLater: true }, 'What is retried.', {
      default: 'OnFailure',
    }),
    backoff: acted(
      argoMap('backoff', {
        duration: acted(text, 'First wait: seconds, or `30s`, `2m`, `1h`.'),
        factor: acted(count(1, 100), 'Each wait is so many times longer.', { default: '1' }),
        cap: acted(text, 'Longest wait.'),
        maxDuration: acted(text, 'No attempt starts later than this after the first.'),
      }),
      'Waits between attempts.',
    ),
    expression: refused('Argo’s retry expressions.', 'Use `retryPolicy`.'),
    affinity: refused('Argo’s retry placement.', NO_PODS),
  }),
  'Attempts again after a failure.',
);

const resource = argoMap('a resource', {
  action: acted({ type: 'enum', values: RESOURCE_ACTIONS, literal: true, checkedLater: true }, 'What is done with the object.', {
    required: true,
  }),
  manifest: acted(text, 'One Kubernetes object as YAML text.'),
  successCondition: acted(text, 'The task has succeeded when this is true of the live object.'),
  failureCondition: acted(text, 'The task has failed when this is true of the live object.'),
  mergeStrategy: acted(
    { type: 'enum', values: ['merge', 'strategic', 'json'], literal: true },
    'Kind of patch; json is refused, since its operations name no object.',
    {
      default: 'strategic for built-in kinds, merge for custom resources',
    },
  ),
  flags: acted(listOf(text), 'Only `--ignore-not-found=true`, only with delete.'),
  setOwnerReference: ignored(
    'Argo’s owner reference to the workflow.',
    'Remove it: objects of an instance are labelled and removed with the instance.',
  ),
  manifestFrom: refused('A manifest from an artifact.', 'Write the manifest in `manifest`.'),
});

const LEAF_KINDS = ['container', 'script', 'containerSet', 'data', 'http', 'plugin', 'suspend'];

const POD_KEYS = [
  'activeDeadlineDuration',
  'affinity',
  'annotations',
  'archiveLocation',
  'automountServiceAccountToken',
  'daemon',
  'executor',
  'hostAliases',
  'initContainers',
  'metadata',
  'nodeSelector',
  'podSpecPatch',
  'priority',
  'priorityClassName',
  'schedulerName',
  'securityContext',
  'serviceAccountName',
  'sidecars',
  'tolerations',
  'volumes',
];

export const template = argoMap('a template', {
  name: acted(text, 'Name of the template.', { required: true }),
  inputs: acted(
    argoMap('inputs', {
      parameters: acted(listOf(input), 'Parameters that the template takes.'),
      artifacts: refused('Argo’s artifacts.', NO_ARTIFACTS),
    }),
    'What the template takes.',
  ),
  dag: acted(
    argoMap('dag', {
      tasks: acted(listOf(dagTask), 'Tasks with their dependencies.', { required: true }),
      failFast: acted(flag, 'The first failure decides the result.', { default: 'true' }),
      target: refused('Argo’s target tasks.', 'Remove it: all tasks run.'),
    }),
    'A graph of tasks.',
  ),
  steps: acted(listOf(listOf(argoMap('a step', stepFields))), 'Groups of tasks, one group after the other.'),
  resource: acted(resource, 'Exactly one Kubernetes object.'),
  activeDeadlineSeconds: acted(deadline, 'Seconds for a task of this template; of a DAG or of steps, for all of it.'),
  retryStrategy,
  settleSeconds: acted(count(0, 3600), 'Seconds that an object without observedGeneration must stay quiet before success counts (ours).', {
    default: 'that of the workflow',
  }),
  outputs: refused('Argo’s template outputs.', 'Use `outputParameters` of the workflow with `$tasks.<task>.resource.<path>`.'),
  timeout: refused('Argo’s template timeout.', 'Use `activeDeadlineSeconds`.'),
  parallelism: refused('Argo’s template parallelism.', 'Order the tasks by `dependencies`.'),
  failFast: refused('Argo’s template failFast.', 'Use `dag.failFast`.'),
  memoize: refused('Argo’s memoization.', 'Remove it: applying an unchanged object is cheap.'),
  synchronization: refused('Argo’s locks.', 'Remove it: at most one operation runs on an instance at a time.'),
  onExit: refused('Argo’s exit handlers.', EXIT_CURE),
  hooks: refused('Argo’s hooks.', EXIT_CURE),
  ...Object.fromEntries(
    LEAF_KINDS.map((kind) => [kind, refused(`Argo’s ${kind} templates.`, kind === 'suspend' ? 'Wait by a successCondition.' : JOB_CURE)]),
  ),
  ...Object.fromEntries(POD_KEYS.map((key) => [key, refused('A setting of Argo’s pods.', NO_PODS)])),
});
