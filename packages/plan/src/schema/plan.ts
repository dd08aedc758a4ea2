import { capabilitiesField, actionHooksField } from './capability.js';
import { chartDependencies, helmChartConfiguration } from './chart.js';
import { imageCopy, jobResourceConfiguration, kustomizeConfiguration, terraformConfigurations } from './cloud.js';
import { computeField, storageField } from './compute.js';
import { deploymentFields, featureFields } from './deployment.js';
import { moneyFields } from './money.js';
import { endpointConfiguration, loadBalancerFields, networkField, sharedFileSystems } from './network.js';
import { apiParameter } from './parameter.js';
import {
  acted,
  anyText,
  anything,
  boolean,
  count,
  dictionary,
  type Field,
  flag,
  integer,
  listOf,
  map,
  type MapShape,
  stored,
  text,
} from './shape.js';
import { customWorkflows, systemWorkflows } from './workflow.js';

const manifest = { type: 'either', shapes: [{ type: 'dictionary', keys: 'field', values: anything }, text] } as const;

const upgrade: Field = acted(
  map('upgrade', {
    verify: acted(
      text,
      'Verb of a custom workflow of this resource that runs after the changes of each upgrade to this version; if it fails, the upgrade has failed.',
    ),
    rollback: acted(flag, 'An upgrade to this version may be taken back by itself: to the version and values from before.', {
      default: 'false',
    }),
    restarts: acted(
      listOf(
        map('a restart', {
          kind: acted(text, 'Kind of an object that the workflows write.', { required: true }),
          paths: acted(listOf(text), 'Fields of it, such as `spec.imageName`; a change below one counts, too.', { required: true }),
        }),
      ),
      'Which changes make the product restart; told before a change begins.',
      { default: '[]' },
    ),
  }),
  'How instances come to this version (ours).',
);

const operatorCRDConfiguration: Field = acted(
  map('operatorCRDConfiguration', {
    helmChartDependencies: chartDependencies,
    template: acted({ type: 'either', shapes: [...manifest.shapes] }, 'One custom resource of the operator.', {
      deprecated: 'systemWorkflows',
      expressions: true,
    }),
    supplementalFiles: acted(listOf({ type: 'either', shapes: [...manifest.shapes] }), 'Objects applied before the custom resource.', {
      deprecated: 'systemWorkflows',
      expressions: true,
    }),
    readinessConditions: acted(dictionary('condition path', anyText), 'Paths of the custom resource and the values they must have.', {
      deprecated: 'successCondition in systemWorkflows',
      expressions: true,
    }),
    outputParameters: acted(dictionary('output name', anyText), 'Results by display name.', {
      deprecated: 'outputParameters of systemWorkflows',
      expressions: true,
    }),
    disableReconciliation: stored(boolean, 'Apply once.', { default: 'false' }),
    artifactsLocalPath: stored(text, 'Local folder uploaded by the CLI.'),
    endpointConfiguration,
    upgrade,
  }),
  'The resource is managed by a Kubernetes operator.',
);

const service = map('a service', {
  name: acted(text, 'Display name; the resource’s key is derived from it.', { required: true }),
  description: acted(text, 'Help text.', { default: '""' }),
  internal: acted(flag, 'Hidden from customers.', { default: 'false' }),
  disable: acted(boolean, 'Leaves the resource out of an instance when true; may be an expression.', {
    default: 'false',
    expressions: true,
  }),
  dependsOn: acted(listOf(text), 'Resources made before and removed after; their outputs may be referenced.', { default: '[]' }),
  type: stored(text, 'Kind of service in the author’s words; what it is follows from its blocks.'),
  passive: stored(boolean, 'Never made on its own.'),
  labels: stored(dictionary('label', anyText), 'Labels of the service.'),
  image: stored(text, 'Image of a container service.'),
  command: stored(anything, 'Command of a container service.'),
  args: stored(anything, 'Arguments of a container service.'),
  environmentVariables: stored(anything, 'Environment of a container service.'),
  privileged: stored(boolean, 'Privileged container.'),
  volumes: stored(anything, 'Volumes of a container service.'),
  addSecurityCapabilities: stored(listOf(text), 'Linux capabilities given to a container service.'),
  dropSecurityCapabilities: stored(listOf(text), 'Linux capabilities taken from it.'),
  userID: stored(text, 'User that its processes run as.'),
  groupIDs: stored(listOf(text), 'Further groups of that user.'),
  sysctls: stored(dictionary('kernel parameter', anyText), 'Kernel parameters of a container service.'),
  ulimits: stored(
    dictionary('limit', map('a limit', { soft: stored(integer, 'Soft limit.'), hard: stored(integer, 'Hard limit.') })),
    'Limits of its processes.',
  ),
  configs: stored(anything, 'Files mounted from configuration.'),
  secrets: stored(anything, 'Files mounted from secrets.'),
  compute: computeField,
  storage: storageField,
  network: networkField,
  apiParameters: acted(listOf(apiParameter), 'Inputs of the customer.', { default: '[]' }),
  endpointConfiguration,
  capabilities: capabilitiesField,
  actionHooks: actionHooksField,
  operatorCRDConfiguration,
  helmChartConfiguration,
  terraformConfigurations,
  kustomizeConfiguration,
  jobResourceConfiguration,
  agentConfiguration: stored(anything, 'Agents.'),
  containerImagesRegistryCopyConfiguration: imageCopy,
  deploymentTarget: stored(
    map('deploymentTarget', { account: stored(text, 'Whose account: ControlPlane or DataPlane.') }),
    'Account in which a Terraform resource runs.',
  ),
  proxyType: stored(text, 'Kind of proxy.'),
  systemWorkflows,
  customWorkflows,
});

const TENANCY_TYPES = ['OMNISTRATE_DEDICATED_TENANCY', 'OMNISTRATE_MULTI_TENANCY', 'CUSTOM_TENANCY'] as const;

/** The whole grammar. */
export const PLAN_SHAPE: MapShape = {
  ...map('the plan', {
    name: acted(text, 'Name of the plan; a rebuild under the same name makes a new version.', { required: true }),
    description: acted(text, 'Shown in the catalogue.', { default: '""' }),
    version: stored(text, 'The author’s own version of the text.'),
    deployment: acted(map('deployment', deploymentFields), 'Deployment model and accounts; one block.', { default: 'hosted' }),
    tenancyType: acted(
      { type: 'enum', values: TENANCY_TYPES, aliases: { omnistrate_custom_tenancy: 'CUSTOM_TENANCY' }, literal: true },
      'How tenants share nodes. Under CUSTOM_TENANCY only what carries the label omnistrate.com/include-customer-billing is metered.',
      { default: 'CUSTOM_TENANCY' },
    ),
    features: acted(
      { ...map('features', featureFields), rest: { keys: 'feature', values: anything, isStored: true } },
      'Features by audience; open.',
      { default: '{}' },
    ),
    ...moneyFields,
    maxNumberOfInstancesAllowed: acted(count(-1), 'Live instances of a subscription; -1 is unlimited.', { default: '-1' }),
    validPaymentMethodRequired: stored(flag, 'Creates need a payment method.', { default: 'false' }),
    enableDeletionProtection: acted(flag, 'New instances begin with deletion protection.', { default: 'false' }),
    loadBalancers: stored(map('loadBalancers', loadBalancerFields), 'Load balancers made by the platform.'),
    sharedFileSystems,
    services: acted(listOf(service), 'The resources of the plan.', { required: true }),
    systemWorkflows: { ...systemWorkflows, description: 'The same as in the service, if the plan has exactly one operator resource.' },
    customWorkflows: { ...customWorkflows, description: 'The same as in the service, if the plan has exactly one operator resource.' },
  }),
  extensions: true,
};
