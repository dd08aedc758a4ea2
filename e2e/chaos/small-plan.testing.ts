/**
 * A plan of ConfigMaps with every workflow there is, made so that a doubled effect can be seen: each workflow takes the
 * object `turn` away and creates it anew, so that each run makes exactly one, which carries the run's id.
 *
 * `work` is the product. A stand-in for an operator copies `size` to `seen` and `power` to `powered` after a while; a size
 * that begins with `bad` it copies to `failed`. `work` says which version of the plan has written it; the second version has one more resource,
 * whose object is `extra`.
 */

interface Step {
  name: string;
  action: 'create' | 'apply' | 'patch' | 'delete';
  object: string;
  data?: Record<string, string>;
  success?: string;
  failure?: string;
}

const clear: Step = { name: 'clear', action: 'delete', object: 'turn' };
const turn = (verb: string): Step => ({ name: 'turn', action: 'create', object: 'turn', data: { verb } });
const size = '{{inputs.parameters.size}}';
const replicas = '{{inputs.parameters.replicas}}';
const settled = `data.seen == ${size} && data.powered == on && data.replicated == ${replicas}`;
const whole = (version: number) => ({ size, power: 'on', replicas, version: String(version) });

/** A workflow: its steps one after the other. */
function workflow(steps: Step[], more: { parameters?: Record<string, string>; outputs?: Record<string, string> } = {}) {
  const parameters: Record<string, string> = { size: '$var.size', replicas: '$var.replicaCount', ...more.parameters };
  const inputs = { parameters: Object.keys(parameters).map((name) => ({ name })) };
  return {
    ...(more.outputs === undefined ? {} : { outputParameters: more.outputs }),
    workflow: {
      entrypoint: 'main',
      activeDeadlineSeconds: 600,
      arguments: { parameters: Object.entries(parameters).map(([name, of]) => ({ name, value: `{{ ${of} }}` })) },
      templates: [
        {
          name: 'main',
          inputs,
          dag: {
            tasks: steps.map((step, i) => ({
              name: step.name,
              template: step.name,
              ...(i === 0 ? {} : { dependencies: [steps[i - 1]?.name] }),
              arguments: { parameters: Object.keys(parameters).map((name) => ({ name, value: `{{inputs.parameters.${name}}}` })) },
            })),
          },
        },
        ...steps.map((step) => ({
          name: step.name,
          inputs,
          resource: {
            action: step.action,
            ...(step.action === 'patch' ? { mergeStrategy: 'merge' } : {}),
            ...(step.action === 'delete' ? { flags: ['--ignore-not-found=true'] } : {}),
            ...(step.success === undefined ? {} : { successCondition: step.success }),
            ...(step.failure === undefined ? {} : { failureCondition: step.failure }),
            // Manifests are text with expressions in it; quoted, so that a number stays a ConfigMap's text.
            manifest: JSON.stringify({
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name: step.object },
              ...(step.data === undefined ? {} : { data: step.data }),
            }),
          },
        })),
      ],
    },
  };
}

const work = (data: Record<string, string>, success: string): Step => ({
  name: 'work',
  action: 'apply',
  object: 'work',
  data,
  success,
  failure: `data.failed == ${size}`,
});
const power = (to: 'on' | 'off'): Step => ({
  name: 'power',
  action: 'patch',
  object: 'work',
  data: { power: to },
  success: `data.powered == ${to}`,
});
const scale: Step = {
  name: 'scale',
  action: 'patch',
  object: 'work',
  data: { replicas },
  success: `data.replicated == ${replicas}`,
};
const snapshotId = { snapshot: '$sys.snapshot.id' };
const snapshotName = 'snapshot-{{inputs.parameters.snapshot}}';

const systemWorkflows = (version: number) => ({
  create: workflow([{ name: 'born', action: 'create', object: 'born' }, clear, turn('create'), work(whole(version), settled)], {
    outputs: { seen: '$tasks.work.resource.data.seen' },
  }),
  modify: workflow([clear, turn('modify'), work(whole(version), settled)], {
    outputs: { seen: '$tasks.work.resource.data.seen' },
  }),
  delete: workflow([clear, turn('delete'), { name: 'work', action: 'delete', object: 'work' }]),
  stop: workflow([clear, turn('stop'), power('off')]),
  start: workflow([clear, turn('start'), power('on')]),
  restart: workflow([clear, turn('restart')]),
});

/** Verbs that came with the whole life of an instance. */
const wholeLife = (version: number) => ({
  addCapacity: workflow([clear, turn('addCapacity'), scale]),
  removeCapacity: workflow([clear, turn('removeCapacity'), scale]),
  failover: workflow([clear, turn('failover')], { parameters: { failed: '$var.failedReplicaId' } }),
  backup: workflow(
    [clear, turn('backup'), { name: 'save', action: 'create', object: snapshotName, data: { saved: size }, success: 'data.stored == yes' }],
    { parameters: snapshotId, outputs: { saved: '$tasks.save.resource.data.saved' } },
  ),
  deleteBackup: workflow([clear, turn('deleteBackup'), { name: 'drop', action: 'delete', object: snapshotName }], {
    parameters: snapshotId,
  }),
  restore: workflow(
    [
      { name: 'born', action: 'create', object: 'born', data: { saved: '{{inputs.parameters.saved}}' } },
      clear,
      turn('restore'),
      work(whole(version), settled),
    ],
    { parameters: { saved: '$sys.restore.metadata.saved', source: '$sys.restore.snapshotId' } },
  ),
});

const repair = {
  verb: 'repair',
  displayName: 'Repair',
  description: 'Takes a turn',
  scope: ['fleet', 'customer'],
  apiParameters: [{ key: 'reason', displayName: 'Reason', description: 'Why', type: 'String', required: true }],
  ...workflow([clear, turn('repair')], { parameters: { reason: '$var.reason' } }),
};

/** A further resource of the second version. */
const extra = (() => {
  const object = (action: Step['action']): Step => ({
    name: 'extra',
    action,
    object: 'extra',
    ...(action === 'delete' ? {} : { data: { size } }),
  });
  return {
    name: 'Extra',
    internal: true,
    apiParameters: ['size', 'replicaCount'].map((key) => ({ key, name: key, description: '', type: 'String', modifiable: true })),
    systemWorkflows: {
      create: workflow([clear, turn('create'), object('apply')]),
      modify: workflow([clear, turn('modify'), object('apply')]),
      delete: workflow([clear, turn('delete'), object('delete')]),
    },
  };
})();

/** The spec, as JSON, which is YAML. `isWhole`: with the workflows of snapshots, scaling, failover and custom operations. */
export function smallPlan(isWhole: boolean, version = 1): string {
  return JSON.stringify({
    name: 'Small',
    deployment: {
      hostedDeployment: {
        awsAccountId: '000000000000',
        awsBootstrapRoleAccountArn: 'arn:aws:iam::000000000000:role/omnistrate-bootstrap-role',
      },
    },
    tenancyType: 'CUSTOM_TENANCY',
    services: [
      {
        name: 'Box',
        ...(version === 1 ? {} : { dependsOn: ['Extra'] }),
        apiParameters: [
          { key: 'size', name: 'Size', description: 'How big', type: 'String', modifiable: true, defaultValue: 'small' },
          {
            key: 'replicaCount',
            name: 'Replicas',
            description: 'How many',
            type: 'Int32',
            modifiable: true,
            defaultValue: '1',
            limits: { min: 1, max: 5 },
          },
        ],
        ...(isWhole
          ? {
              capabilities: { backupConfiguration: { backupRetentionInDays: 1, backupPeriodInHours: 1, snapshotBeforeDeletion: true } },
              customWorkflows: [repair],
            }
          : {}),
        systemWorkflows: isWhole ? { ...systemWorkflows(version), ...wholeLife(version) } : systemWorkflows(version),
      },
      ...(version === 1 ? [] : [extra]),
    ],
  });
}
