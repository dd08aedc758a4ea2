import { SYSTEM_VERBS, type SystemVerb } from '../model.js';
import { apiParameter } from './parameter.js';
import { acted, anyText, argoMap, boolean, count, dictionary, type Field, listOf, map, refused, stored, text } from './shape.js';
import { argumentsField, deadline, EXIT_CURE, NO_PODS, retryStrategy, template } from './template.js';

const WORKFLOW_REFUSED = [
  'affinity',
  'archiveLogs',
  'artifactGC',
  'artifactRepositoryRef',
  'automountServiceAccountToken',
  'dnsConfig',
  'dnsPolicy',
  'executor',
  'hostAliases',
  'hostNetwork',
  'imagePullSecrets',
  'metrics',
  'nodeSelector',
  'parallelism',
  'podDisruptionBudget',
  'podGC',
  'podMetadata',
  'podPriorityClassName',
  'podSpecPatch',
  'priority',
  'schedulerName',
  'securityContext',
  'serviceAccountName',
  'shutdown',
  'suspend',
  'synchronization',
  'templateDefaults',
  'tolerations',
  'ttlStrategy',
  'volumeClaimGC',
  'volumeClaimTemplates',
  'volumes',
  'workflowMetadata',
  'workflowTemplateRef',
];

const workflow = argoMap('a workflow', {
  entrypoint: acted(text, 'Template that runs first.'),
  arguments: argumentsField,
  templates: acted(listOf(template), 'Templates.', { required: true }),
  activeDeadlineSeconds: acted(deadline, 'Seconds for the whole run.', { default: '3600' }),
  settleSeconds: acted(count(0, 3600), 'Seconds that an object without observedGeneration must stay quiet before success counts (ours).', {
    default: '5',
  }),
  retryStrategy,
  onExit: refused('Argo’s exit handlers.', EXIT_CURE),
  hooks: refused('Argo’s hooks.', EXIT_CURE),
  ...Object.fromEntries(WORKFLOW_REFUSED.map((key) => [key, refused('A setting of Argo’s controller or pods.', NO_PODS)])),
});

const outputParameters: Field = acted(
  dictionary('output name', anyText),
  'Results by name: `$tasks.<task>.resource.<path>` or another expression.',
  { expressions: true },
);

const workflowFile: Field = stored(text, 'File with the body; only the text of the spec reaches the server, so the workflow is left out.');

const systemWorkflow = map('a system workflow', {
  outputParameters,
  workflow: acted(workflow, 'Argo workflow body.', { required: true, unless: 'workflowFile' }),
  workflowFile,
});

const VERB_DESCRIPTIONS: Record<SystemVerb, string> = {
  create: 'An instance is made, after infrastructure and operators.',
  modify: 'An instance is changed or upgraded.',
  delete: 'An instance is deleted.',
  start: 'The start operation.',
  stop: 'The stop operation.',
  restart: 'The restart operation; without it, stop then start.',
  addCapacity: 'Capacity is added; `$var.replicaCount` is the new target.',
  removeCapacity: 'Capacity is removed; `$var.replicaCount` is the new target.',
  backup: 'A snapshot is taken; sees `$sys.snapshot.id` and `.time`.',
  restore: 'An instance is made from a snapshot; sees `$sys.restore.*`, `$sys.sourceInstanceId`, `$sys.targetInstanceId`.',
  deleteBackup: 'A snapshot is deleted; sees `$sys.snapshot.id` and `.time`.',
  failover: 'The failover operation; sees `$var.failedReplicaId` and `$var.failedReplicaAction`.',
};

/** `systemWorkflows`: lifecycle by verb. */
export const systemWorkflows: Field = acted(
  map('systemWorkflows', {
    ...Object.fromEntries(SYSTEM_VERBS.map((verb) => [verb, acted(systemWorkflow, VERB_DESCRIPTIONS[verb])])),
    update: acted(systemWorkflow, 'The same as `modify`, where that is missing.'),
  }),
  'Lifecycle of the resource, by verb.',
);

/** `customWorkflows`: operations of the provider. */
export const customWorkflows: Field = acted(
  listOf(
    map('a custom workflow', {
      verb: acted(text, 'Name of the operation in calls.', { required: true }),
      displayName: acted(text, 'Name for people.', { default: 'the verb', aliases: ['name'] }),
      description: acted(text, 'Help text.', { default: '""' }),
      scope: acted(
        listOf({ type: 'enum', values: ['fleet', 'customer', 'all'], aliases: { end_customer: 'customer' }, literal: true }),
        'Who may call it.',
        { default: 'fleet' },
      ),
      apiParameters: acted(listOf(apiParameter), 'Inputs of the operation; seen before those of the resource.', { default: '[]' }),
      outputParameters,
      outputParameterSpecs: acted(
        listOf(
          map('an output', {
            name: acted(text, 'Name of the result.', { required: true }),
            type: stored(text, 'string, int, float, bool or json.'),
            valueRef: acted(text, '`$tasks.<task>.resource.<path>` or another expression.', { required: true, expressions: true }),
            description: stored(text, 'Help text.'),
          }),
        ),
        'Results as a list; the same as `outputParameters`.',
      ),
      readOnly: stored(boolean, 'Says that the operation changes nothing.'),
      workflow: acted(workflow, 'Argo workflow body.', { required: true, unless: 'workflowFile' }),
      workflowFile,
    }),
  ),
  'Operations that are no lifecycle calls.',
  { default: '[]' },
);
