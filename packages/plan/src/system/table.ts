/**
 * Every path of `$sys`: what it is, where it has a value, and what gives the value. The check, the run context of the server, the
 * simulated cell, the facts of deployment cells and docs/system-parameters.md are made from this table and from nothing else.
 */
import type { Json } from '../json.js';
import type { SystemVerb } from '../model.js';

export interface SystemValue {
  /** Below `$sys`: `[]` is an element of a list, `*` any key, `**` any path. */
  path: string;
  type: 'text' | 'number' | 'boolean' | 'cidr' | 'any';
  meaning: string;
  /** Given in these workflows only. */
  verbs?: readonly SystemVerb[];
  /** What the resource must have: types of machines (`compute.instanceTypes`), or be of Terraform. */
  resource?: 'instanceTypes' | 'terraform';
  /** Known only where the deployment cell has the fact: this path of its facts. */
  fact?: string;
  /** What the simulated cell makes up for a fact. */
  simulated?: Json;
}

type Details = Omit<SystemValue, 'path' | 'type' | 'meaning'>;
const given = (path: string, type: SystemValue['type'], meaning: string, details: Details = {}): SystemValue => ({
  path,
  type,
  meaning,
  ...details,
});
const fact = (path: string, type: SystemValue['type'], meaning: string, simulated: Json, at = path): SystemValue => ({
  path,
  type,
  meaning,
  fact: at,
  simulated,
});

const BACKUPS: Details = { verbs: ['backup', 'deleteBackup'] };
const RESTORE: Details = { verbs: ['restore'] };
const MACHINES: Details = { resource: 'instanceTypes' };

export const SYSTEM_VALUES: readonly SystemValue[] = [
  given('id', 'text', 'Id of the instance.'),
  given('instanceId', 'text', 'Id of the instance.'),
  given('namespace', 'text', 'Namespace of the instance.'),
  given('deterministicSeedValue', 'text', 'A text that stays the same for the life of the instance and differs between instances.'),
  given('snapshot.id', 'text', 'Id of the snapshot, fit for the name of an object.', BACKUPS),
  given('snapshot.time', 'text', 'When the snapshot was asked for.', BACKUPS),
  given('snapshot.metadata.*', 'any', 'Outputs of the backup, by name.', BACKUPS),
  given('restore.snapshotId', 'text', 'Id of the snapshot to restore from.', RESTORE),
  given('restore.snapshotTime', 'text', 'Its time; in a restore to a point in time, that time.', RESTORE),
  given('restore.targetTime', 'text', 'The time to restore to; only in a restore to a point in time.', RESTORE),
  given('restore.metadata.*', 'any', 'Outputs of the backup, by name.', RESTORE),
  given('sourceInstanceId', 'text', 'Id of the instance that the snapshot was taken of.', RESTORE),
  given('targetInstanceId', 'text', 'Id of the instance that is made.', RESTORE),
  given('sourceNamespace', 'text', 'Namespace of the instance that the snapshot was taken of.', RESTORE),
  given('compute.node.instanceType', 'text', 'Type of machine that the plan or the customer chose.', MACHINES),
  given('compute.node.name', 'text', 'The same.', MACHINES),
  fact('compute.node.cores', 'number', 'Cores of that type of machine.', 2, 'compute.machineTypes.*.cores'),
  fact('compute.node.memory', 'number', 'Memory of that type of machine, GiB.', 8, 'compute.machineTypes.*.memory'),
  fact('compute.node.version', 'text', 'Version of Kubernetes on the nodes.', 'v0-simulated'),
  fact('compute.nodes[].name', 'text', 'Names of the nodes.', ['simulated-node-1', 'simulated-node-2', 'simulated-node-3']),
  given('network.externalClusterEndpoint', 'text', 'Host name of the resource; on an INTERNAL network, the internal one.'),
  given('network.internalClusterEndpoint', 'text', 'Host name of the resource inside the network.'),
  given('network.domainSuffix', 'text', 'Domain of the instance: put a label before it for further host names.'),
  fact('network.node.externalEndpoint', 'text', 'Host name by which a node is reached from outside.', 'node.simulated.invalid'),
  fact(
    'network.node.internalEndpoint',
    'text',
    'Host name by which a node is reached inside the network.',
    'node-internal.simulated.invalid',
  ),
  fact('network.nodes[].externalEndpoint', 'text', 'Host names by which the nodes are reached from outside.', ['node-1.simulated.invalid']),
  fact('network.nodes[].internalEndpoint', 'text', 'Host names of the nodes inside the network.', ['node-1-internal.simulated.invalid']),
  fact(
    'network.externalClusterServerlessEndpoint.endpointName',
    'text',
    'Host name of what wakes stopped instances.',
    'serverless.simulated.invalid',
  ),
  fact('network.externalClusterServerlessEndpoint.openPorts[]', 'number', 'Its ports.', [1]),
  given('deployment.resourceID', 'text', 'Id of the resource.'),
  given('deployment.serviceID', 'text', 'Id of the service.'),
  given('deployment.planID', 'text', 'Id of the plan.'),
  given('deployment.cloudProvider', 'text', 'Cloud of the instance.'),
  given(
    'deployment.cloudProviderAccountID',
    'text',
    'Account of that cloud in the plan; without one, the fact `deploymentCell.accountId`; else empty.',
  ),
  given('deployment.kubernetesClusterID', 'text', 'Id of the deployment cell.'),
  given('deployment.kubernetesClusterEndpoint', 'text', 'Address of its API server.'),
  fact(
    'deployment.kubernetesClusterCACertificate',
    'text',
    'Certificate of its authority as in a kubeconfig (base64). Known where the kubeconfig has one.',
    'c2ltdWxhdGVkIGNlcnRpZmljYXRl',
  ),
  given('deployment.resourceKubernetesNamespace', 'text', 'Namespace of the instance.'),
  fact('deployment.tlsServerCertificateSecretName', 'text', 'Secret with the certificate of the endpoints.', 'simulated-tls'),
  given('deployment.terraformPrivateModuleGitAccessTokens.token', 'text', 'Token for private modules.', { resource: 'terraform' }),
  given('deploymentCell.region', 'text', 'Region of the instance.'),
  given('deploymentCell.cloudProviderName', 'text', 'Cloud of the instance.'),
  given('deploymentCell.isImported', 'boolean', 'True for a cluster that was there before, false for the simulated cell.'),
  given('deploymentCell.environmentType', 'text', 'DEV, PROD, …'),
  fact('deploymentCell.availabilityZones[].id', 'text', 'Zones of the region. Known where the nodes are labelled with them.', [
    'simulated-zone-1',
    'simulated-zone-2',
    'simulated-zone-3',
  ]),
  fact('deploymentCell.cloudProviderNetworkID', 'text', 'Id of the network at the cloud.', 'network-simulated'),
  fact('deploymentCell.cidrRange', 'cidr', 'Addresses of the network.', '192.0.2.0/24'),
  fact('deploymentCell.publicSubnetIDs[].id', 'text', 'Subnets that are reached from outside.', [
    'subnet-simulated-public-1',
    'subnet-simulated-public-2',
    'subnet-simulated-public-3',
  ]),
  fact('deploymentCell.privateSubnetIDs[].id', 'text', 'Subnets that are not.', [
    'subnet-simulated-private-1',
    'subnet-simulated-private-2',
    'subnet-simulated-private-3',
  ]),
  fact('deploymentCell.accountTags.*', 'text', 'Tags of the cloud account, by key.', 'simulated'),
  fact('deploymentCell.gcp.projectID', 'text', 'Google Cloud: the project.', 'simulated-project'),
  fact('deploymentCell.azure.subscriptionID', 'text', 'Azure: the subscription.', 'simulated-subscription'),
  fact('deploymentCell.azure.tenantID', 'text', 'Azure: the tenant.', 'simulated-tenant'),
  fact('deploymentCell.accountId', 'text', 'Account that the cell stands in.', 'simulated-account'),
  fact('deploymentCell.oidcIssuerID', 'text', 'Issuer of the cluster’s identities.', 'simulated-oidc-issuer'),
  given('tenant.userID', 'text', 'Who made the instance.'),
  given('tenant.email', 'text', 'E-mail address of that person.'),
  given('tenant.name', 'text', 'Name of that person.'),
  given('tenant.orgId', 'text', 'Id of the customer’s organization.'),
  given('tenant.orgName', 'text', 'Name of the customer’s organization.'),
  fact('storage.**', 'text', 'What the installation says of storage, such as `storage.bucket.name`.', 'simulated'),
  fact('backup.**', 'text', 'What the installation says of backups.', 'simulated'),
];

/** Steps of a path of the table: keys, `[]`, `*`, `**`. */
export function stepsOf(path: string): string[] {
  return path.replaceAll('[]', '.[]').split('.');
}
