import type { SystemVerb } from '../model.js';

/**
 * `$sys` as the build knows it (plan-spec 3.3): the first step of a path must be one of these. `leaves`: the second step; a
 * closed list makes others an error, an open one a warning, for the platform may give more than was ever written down.
 * `verbs`: only given in those workflows.
 */
export interface SystemPath {
  leaves?: readonly string[];
  closed?: true;
  verbs?: readonly SystemVerb[];
}

const NETWORK_NODE = [
  'externalClusterEndpoint',
  'internalClusterEndpoint',
  'domainSuffix',
  'node',
  'nodes',
  'externalClusterServerlessEndpoint',
];
const DEPLOYMENT = [
  'resourceID',
  'serviceID',
  'planID',
  'cloudProvider',
  'cloudProviderAccountID',
  'tlsServerCertificateSecretName',
  'kubernetesClusterID',
  'kubernetesClusterEndpoint',
  'kubernetesClusterCACertificate',
  'resourceKubernetesNamespace',
  'terraformPrivateModuleGitAccessTokens',
];
const CELL = [
  'region',
  'cloudProviderName',
  'cloudProviderNetworkID',
  'cidrRange',
  'isImported',
  'environmentType',
  'publicSubnetIDs',
  'privateSubnetIDs',
  'availabilityZones',
  'accountTags',
  'gcp',
  'azure',
  'accountId',
  'oidcIssuerID',
];

export const SYSTEM_PATHS: Readonly<Record<string, SystemPath>> = {
  id: {},
  instanceId: {},
  namespace: {},
  sourceNamespace: { verbs: ['restore'] },
  deterministicSeedValue: {},
  snapshot: { leaves: ['id', 'time', 'metadata'], closed: true, verbs: ['backup', 'deleteBackup'] },
  restore: { leaves: ['snapshotId', 'snapshotTime', 'targetTime', 'metadata'], closed: true, verbs: ['restore'] },
  sourceInstanceId: { verbs: ['restore'] },
  targetInstanceId: { verbs: ['restore'] },
  compute: { leaves: ['node', 'nodes'] },
  network: { leaves: NETWORK_NODE },
  deployment: { leaves: DEPLOYMENT },
  deploymentCell: { leaves: CELL },
  tenant: { leaves: ['userID', 'email', 'name', 'orgId', 'orgName'] },
  storage: {},
  backup: {},
};
