import { describe, expect, it } from 'vitest';
import { namedAt, type Named } from './naming-fields.js';

const NAMING: Record<Named, string[]> = {
  'a namespace': [
    'metadata.namespace',
    'spec.namespace',
    'spec.sourceNamespace',
    'spec.includedNamespaces[0]',
    'spec.namespaceSelector.matchNames[0]',
    'spec.source_namespace',
    'spec.secretRef.namespace',
    'spec.namespaceRef.name',
  ],
  'a secret': [
    'spec.secret',
    'spec.secretName',
    'spec.secret_name',
    'spec.passwordSecret',
    'spec.passwordSecretName',
    'spec.auth.existingSecret',
    'spec.auth.existingSecretName',
    'spec.auth.existingSecretKey',
    'spec.auth.secretKeys',
    'spec.superuserSecret.name',
    'spec.superuserSecret.key',
    'spec.certificates.serverTLSSecret',
    'spec.certificates.clientCASecret',
    'spec.secrets[0]',
    'spec.secrets[0].name',
    'spec.tlsSecretNames[0]',
    'spec.secretRef',
    'spec.secretRef.name',
    'spec.adminSecretRef.name',
    'spec.secretReference.name',
    'spec.passwordSecretKeySelector.name',
    'spec.env[0].valueFrom.secretKeyRef.name',
    'spec.env[0].valueFrom.secretKeyRef.key',
    'spec.envFrom[0].secretRef.name',
    'spec.imagePullSecrets[0]',
    'spec.imagePullSecrets[0].name',
    'imagePullSecrets[0].name',
    'spec.volumes[0].secret.secretName',
    'spec.volumes[0].secret.items[0].key',
    'spec.projectedVolumeTemplate.sources[0].secret.name',
    'spec.volumes[0].projected.sources[0].secret.items[0].key',
    'spec.volumes[0].csi.nodePublishSecretRef.name',
    'spec.volumes[0].csi.volumeAttributes.secretProviderClass',
    'parameters["csi.storage.k8s.io/provisioner-secret-name"]',
    'spec.tls[0].secretName',
    'spec.listeners[0].tls.certificateRefs[0].name',
    'spec.bootstrap.initdb.secret.name',
    'spec.bootstrap.recovery.secret.name',
    'spec.externalClusters[0].password.secretName',
    'spec.secretStoreRef.name',
    'spec.data[0].remoteRef.key',
    'spec.dataFrom[0].extract.key',
    'metadata.annotations["nginx.ingress.kubernetes.io/auth-secret"]',
    'metadata.annotations["nginx.ingress.kubernetes.io/auth-tls-secret"]',
  ],
  credentials: [
    'spec.credentials',
    'spec.credentialsName',
    'spec.cloudCredentialRef.name',
    'spec.backup.barmanObjectStore.s3Credentials.accessKeyId.name',
    'spec.backup.barmanObjectStore.s3Credentials.secretAccessKey.key',
    'spec.backup.barmanObjectStore.azureCredentials.connectionString.name',
    'spec.backup.barmanObjectStore.googleCredentials.applicationCredentials.name',
    'spec.externalClusters[0].password.name',
    'spec.externalClusters[0].password.key',
    'spec.externalClusters[0].sslKey.name',
    'spec.externalClusters[0].sslCert.name',
    'spec.externalClusters[0].sslRootCert.key',
    'spec.passwordRef',
    'spec.auth.tokenRef.name',
    'spec.authRef.name',
  ],
  'a service account': [
    'spec.serviceAccountName',
    'spec.serviceAccount',
    'spec.template.spec.serviceAccountName',
    'spec.serviceAccount.name',
    'spec.serviceAccountRef.name',
    'spec.auth.kubernetes.serviceAccountRef.name',
    'spec.serviceAccounts[0]',
    'metadata.annotations["kubernetes.io/service-account.name"]',
  ],
  rights: [],
};

describe('fields that name', () => {
  for (const [named, paths] of Object.entries(NAMING)) {
    it.each(paths)(`${named}: %s`, (path) => expect(namedAt(path, 'Cluster')).toBe(named));
  }

  it.each([
    ['Secret', 'a secret'],
    ['Namespace', 'a namespace'],
    ['ServiceAccount', 'a service account'],
    ['Role', 'rights'],
    ['RoleBinding', 'rights'],
    ['ClusterRoleBinding', 'rights'],
    ['ConfigMap', undefined],
  ])('the name of a %s', (kind, named) => {
    expect(namedAt('metadata.name', kind)).toBe(named);
  });

  it.each(['roleRef.name', 'subjects[0].name', 'subjects[0].kind', 'rules[0].resources[0]', 'rules[0].resourceNames[0]'])(
    'rights: %s',
    (path) => {
      expect(namedAt(path, 'RoleBinding')).toBe('rights');
      expect(namedAt(path, 'Cluster')).toBeUndefined();
    },
  );

  it.each([
    'metadata.name',
    'metadata.labels.secret',
    'metadata.annotations.checksum',
    'spec.backup.name',
    'spec.bootstrap.recovery.backup.name',
    'spec.bootstrap.recovery.source',
    'spec.externalClusters[0].name',
    'spec.externalClusters[0].connectionParameters.host',
    'spec.externalClusters[0].connectionParameters.user',
    'spec.secretRotation',
    'spec.secret.enabled',
    'spec.password',
    'spec.auth.password',
    'spec.tokenTtl',
    'spec.key',
    'spec.name',
    'spec.serviceName',
    'spec.host',
    'spec.configMapRef.name',
    'spec.env[0].name',
    'spec.env[0].value',
    'spec.env[0].valueFrom.configMapKeyRef.name',
    'spec.volumes[0].persistentVolumeClaim.claimName',
    'spec.volumes[0].secret.defaultMode',
    'spec.account',
    'spec.issuerRef.name',
  ])('nothing of these: %s', (path) => {
    expect(namedAt(path, 'Cluster')).toBeUndefined();
  });

  it.each(['data.secretName', 'stringData.password', 'stringData.secret', 'stringData["existing-secret"]', 'binaryData.credentials'])(
    'what a Secret or a ConfigMap carries: %s',
    (path) => {
      expect(namedAt(path, 'Secret')).toBeUndefined();
      expect(namedAt(path, 'ConfigMap')).toBeUndefined();
    },
  );
});
