import { acted, anything, type Field, type Fields, map, openMap, stored, text } from './shape.js';

const ACCOUNTS = {
  awsAccountId: 'AWS account number of the provider.',
  awsBootstrapRoleAccountArn: 'Role in that account which the control plane assumes.',
  gcpProjectId: 'Google Cloud project id.',
  gcpProjectNumber: 'Google Cloud project number.',
  gcpServiceAccountEmail: 'Service account of the control plane in that project.',
  azureSubscriptionId: 'Azure subscription.',
  azureTenantId: 'Azure tenant.',
  nebiusTenantId: 'Nebius tenant.',
  ociTenancyId: 'Oracle Cloud tenancy.',
  ociDomainId: 'Oracle Cloud identity domain.',
} as const;

/** Account keys, valid in every deployment block. */
export const ACCOUNT_KEYS: readonly string[] = Object.keys(ACCOUNTS);

const accountFields: Fields = {
  ...Object.fromEntries(Object.entries(ACCOUNTS).map(([key, description]) => [key, acted(text, description)])),
  description: stored(text, 'Words about the accounts.'),
  cluster_name: stored(text, 'Name of a cluster.'),
};

const requirements: Field = stored(
  map('requirements', {
    minimumK8sVersion: stored(text, 'Lowest Kubernetes version.'),
    k8sVersion: stored(text, 'Constraint on the Kubernetes version, such as `>=1.30.0`.'),
  }),
  'What the target must offer.',
);
const onPremInstallerTools: Field = stored(
  map('onPremInstallerTools', { helperUserScript: stored(text, 'Script shipped with the installer.') }),
  'Extras of the installer.',
);
const onPremFields: Fields = { ...accountFields, requirements, onPremInstallerTools };

/** The four deployment blocks, of which a plan has at most one, and what published plans write beside them. */
export const deploymentFields: Fields = {
  hostedDeployment: acted(map('hostedDeployment', accountFields), 'Instances run in the provider’s accounts.'),
  byoaDeployment: acted(
    map('byoaDeployment', accountFields),
    'Instances run in the customer’s account; the AWS keys name the control plane’s account.',
    {
      aliases: ['x-omnistrate-byoa'],
    },
  ),
  onPremDeployment: acted(map('onPremDeployment', onPremFields), 'The product is delivered as an installer.'),
  onPremCopilotDeployment: acted(map('onPremCopilotDeployment', onPremFields), 'On-premises with remote control.'),
  requirements: { ...requirements, description: 'The same as in the on-premises block, beside it.' },
  onPremInstallerTools: { ...onPremInstallerTools, description: 'The same as in the on-premises block, beside it.' },
};

const observability = openMap('an observability feature', {
  provider: stored(anything, 'native, newRelic, signoz or datadog.', { default: 'native' }),
  endpoint: stored(anything, 'Address of the provider.'),
  secretLocators: stored(
    openMap('secretLocators', { aws: stored(anything, 'AWS.'), gcp: stored(anything, 'Google Cloud.'), azure: stored(anything, 'Azure.') }),
    'Where credentials lie, by cloud.',
  ),
  serviceComponentsConfiguration: stored(anything, 'Settings of components.'),
  additionalMetrics: stored(anything, 'Metrics scraped from the product’s own exporter, by resource key.'),
});

const otherFeatures: Fields = {
  licensing: stored(
    openMap('licensing', {
      licenseExpirationInDays: stored(anything, 'Validity of a licence.', { default: '7' }),
      productPlanUniqueIdentifier: stored(anything, 'Identifier inside the licence.', { default: 'plan id' }),
    }),
    'A signed licence for each subscription.',
  ),
  multiTenantGpu: stored(anything, 'Sharing of GPUs.'),
};

/** Integrations by audience, and their siblings. What they hold is open: every key is kept as written. */
export const featureFields: Fields = {
  INTERNAL: stored(
    openMap('the features of an audience', {
      logs: stored(observability, 'Logs of the containers; the provider reads them with or without it.'),
      metrics: stored(observability, 'Metrics; the provider sees them with or without it.'),
      ...otherFeatures,
    }),
    'What the provider sees.',
  ),
  CUSTOMER: acted(
    openMap('the features of an audience', {
      logs: acted(observability, 'Customers read the logs of their instances.'),
      metrics: acted(observability, 'Customers see processor and memory of their instances.'),
      ...otherFeatures,
    }),
    'What the tenant sees.',
  ),
  CUSTOM_NETWORKS: stored(anything, 'Customers choose a CIDR.'),
  CUSTOM_TERRAFORM_POLICY: stored(
    openMap('CUSTOM_TERRAFORM_POLICY', {
      policies: stored(openMap('policies', { aws: stored(anything, 'Policy documents or ARNs.') }), 'Policies.'),
      roles: stored(
        openMap('roles', { gcp: stored(anything, 'Google Cloud roles, each with its `name`.'), azure: stored(anything, 'Azure roles.') }),
        'Roles.',
      ),
      permissions: stored(openMap('permissions', { oci: stored(anything, 'Oracle Cloud permissions.') }), 'Permissions.'),
    }),
    'Extra rights of the Terraform identity.',
  ),
  CUSTOM_AGENT_RBAC: stored(anything, 'Extra Kubernetes rights in a cell.'),
  CUSTOM_DEPLOYMENT_CELL_PLACEMENT: stored(
    openMap('CUSTOM_DEPLOYMENT_CELL_PLACEMENT', { maximumDeploymentsPerCell: stored(anything, 'Most instances in one cell.') }),
    'How instances spread over cells.',
  ),
};
