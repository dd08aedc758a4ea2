import { acted, anything, type Fields, integer, listOf, map, stored, text } from './shape.js';

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

const accountFields: Fields = Object.fromEntries(Object.entries(ACCOUNTS).map(([key, description]) => [key, acted(text, description)]));

const onPremFields: Fields = {
  ...accountFields,
  requirements: stored(
    map('requirements', { k8sVersion: stored(text, 'Constraint on the Kubernetes version, such as `>=1.30.0`.') }),
    'What the target must offer.',
  ),
  onPremInstallerTools: stored(
    map('onPremInstallerTools', { helperUserScript: stored(text, 'Script shipped with the installer.') }),
    'Extras of the installer.',
  ),
};

/** The four deployment blocks, of which a plan has at most one. */
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
};

const observability = map('an observability feature', {
  provider: stored(text, 'native, newRelic, signoz or datadog.', { default: 'native' }),
  endpoint: stored(text, 'Address of the provider.'),
  secretLocators: stored(
    map('secretLocators', { aws: stored(text, 'AWS.'), gcp: stored(text, 'Google Cloud.'), azure: stored(text, 'Azure.') }),
    'Where credentials lie, by cloud.',
  ),
  serviceComponentsConfiguration: stored(anything, 'Settings of components.'),
  additionalMetrics: stored(anything, 'Metrics scraped from the product’s own exporter, by resource key.'),
});

const audience = map('the features of an audience', {
  logs: stored(observability, 'Live and stored pod logs.'),
  metrics: stored(observability, 'Metrics.'),
  licensing: stored(
    map('licensing', {
      licenseExpirationInDays: stored(integer, 'Validity of a licence.', { default: '7' }),
      productPlanUniqueIdentifier: stored(text, 'Identifier inside the licence.', { default: 'plan id' }),
    }),
    'A signed licence for each subscription.',
  ),
  multiTenantGpu: stored(anything, 'Sharing of GPUs.'),
});

const roles = listOf(map('a role', { name: stored(text, 'Name of the role.') }));

/** Integrations by audience. */
export const featureFields: Fields = {
  INTERNAL: stored(audience, 'What the provider sees.'),
  CUSTOMER: stored(audience, 'What the tenant sees.'),
  CUSTOM_NETWORKS: stored(anything, 'Customers choose a CIDR.'),
  CUSTOM_TERRAFORM_POLICY: stored(
    map('CUSTOM_TERRAFORM_POLICY', {
      policies: stored(map('policies', { aws: stored(anything, 'Policy documents or ARNs.') }), 'Policies.'),
      roles: stored(map('roles', { gcp: stored(roles, 'Google Cloud roles.'), azure: stored(roles, 'Azure roles.') }), 'Roles.'),
      permissions: stored(map('permissions', { oci: stored(anything, 'Oracle Cloud permissions.') }), 'Permissions.'),
    }),
    'Extra rights of the Terraform identity.',
  ),
  CUSTOM_AGENT_RBAC: stored(anything, 'Extra Kubernetes rights in a cell.'),
  CUSTOM_DEPLOYMENT_CELL_PLACEMENT: stored(
    map('CUSTOM_DEPLOYMENT_CELL_PLACEMENT', { maximumDeploymentsPerCell: stored(integer, 'Most instances in one cell.') }),
    'How instances spread over cells.',
  ),
};
