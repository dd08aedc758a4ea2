import type { JsonObject } from '../json.js';
import type { Schema } from '../schema/schema.js';

const text: Schema = { type: 'string' };
const number: Schema = { type: 'integer' };
const flag: Schema = { type: 'boolean' };
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const texts: Schema = { type: 'array', items: text };
const map = (of: Schema): Schema => ({ type: 'object', additionalProperties: of });
const list = (of: Schema): Schema => ({ type: 'array', items: of });
const struct = (properties: Record<string, Schema>, required?: string[]): Schema => ({
  type: 'object',
  properties,
  ...(required && { required }),
});
const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
const named = struct({ name: text }, ['name']);
const key = struct({ name: text, key: text }, ['name', 'key']);
const quantity: Schema = {
  'x-kubernetes-int-or-string': true,
  pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
  anyOf: [{ type: 'integer' }, { type: 'string' }],
};

const condition = struct(
  {
    type: { type: 'string', maxLength: 316 },
    status: oneOf('True', 'False', 'Unknown'),
    reason: { type: 'string', minLength: 1, maxLength: 1024 },
    message: { type: 'string', maxLength: 32768 },
    lastTransitionTime: { type: 'string', format: 'date-time' },
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
  },
  ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
);

const plugin = struct(
  { name: text, enabled: { type: 'boolean', default: true }, isWALArchiver: { type: 'boolean', default: false }, parameters: map(text) },
  ['name'],
);
const storage = struct({ size: text, storageClass: text, resizeInUseVolumes: { type: 'boolean', default: true }, pvcTemplate: open });
const resources = struct({
  limits: map(quantity),
  requests: map(quantity),
  claims: {
    type: 'array',
    items: struct({ name: text, request: text }, ['name']),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
});
const template = struct({ metadata: struct({ name: text, annotations: map(text), labels: map(text) }), spec: open });
const s3 = struct({ accessKeyId: key, secretAccessKey: key, sessionToken: key, region: key, inheritFromIAMRole: flag });
const objectStore = struct(
  {
    destinationPath: { type: 'string', minLength: 1 },
    endpointURL: text,
    endpointCA: key,
    serverName: text,
    s3Credentials: s3,
    azureCredentials: open,
    googleCredentials: open,
    wal: open,
    data: open,
    tags: map(text),
    historyTags: map(text),
  },
  ['destinationPath'],
);

/** The fields of a Cluster that plans use, with the operator's own types and defaults; parts that no plan reads are kept as they are. */
const clusterSpec = struct(
  {
    description: text,
    instances: { type: 'integer', default: 1, minimum: 1 },
    imageName: text,
    imagePullPolicy: text,
    imagePullSecrets: list(named),
    imageCatalogRef: open,
    inheritedMetadata: struct({ annotations: map(text), labels: map(text) }),
    storage,
    walStorage: storage,
    tablespaces: list(open),
    postgresql: struct({
      parameters: map(text),
      pg_hba: texts,
      pg_ident: texts,
      shared_preload_libraries: texts,
      enableAlterSystem: flag,
      promotionTimeout: number,
      synchronous: open,
      syncReplicaElectionConstraint: open,
      ldap: open,
      extensions: list(open),
    }),
    bootstrap: struct({
      initdb: struct({
        database: text,
        owner: text,
        secret: named,
        encoding: text,
        locale: text,
        localeCollate: text,
        localeCType: text,
        localeProvider: text,
        dataChecksums: flag,
        walSegmentSize: { type: 'integer', minimum: 1, maximum: 1024 },
        options: texts,
        postInitSQL: texts,
        postInitApplicationSQL: texts,
        postInitTemplateSQL: texts,
        postInitSQLRefs: open,
        postInitApplicationSQLRefs: open,
        import: open,
      }),
      recovery: struct({
        source: text,
        backup: open,
        database: text,
        owner: text,
        secret: named,
        volumeSnapshots: open,
        recoveryTarget: struct({
          backupID: text,
          targetTLI: text,
          targetXID: text,
          targetName: text,
          targetLSN: text,
          targetTime: text,
          targetImmediate: flag,
          exclusive: flag,
        }),
      }),
      pg_basebackup: struct({ source: { type: 'string', minLength: 1 }, database: text, owner: text, secret: named }, ['source']),
    }),
    externalClusters: list(
      struct(
        {
          name: text,
          connectionParameters: map(text),
          plugin,
          barmanObjectStore: objectStore,
          password: key,
          sslCert: key,
          sslKey: key,
          sslRootCert: key,
        },
        ['name'],
      ),
    ),
    plugins: list(plugin),
    backup: struct({
      barmanObjectStore: objectStore,
      retentionPolicy: { type: 'string', pattern: '^[1-9][0-9]*[dwm]$' },
      target: { ...oneOf('primary', 'prefer-standby'), default: 'prefer-standby' },
      volumeSnapshot: open,
    }),
    affinity: struct({
      nodeAffinity: open,
      nodeSelector: map(text),
      tolerations: list(open),
      enablePodAntiAffinity: flag,
      topologyKey: text,
      podAntiAffinityType: text,
      additionalPodAffinity: open,
      additionalPodAntiAffinity: open,
    }),
    topologySpreadConstraints: list(open),
    resources,
    superuserSecret: named,
    enableSuperuserAccess: { type: 'boolean', default: false },
    enablePDB: { type: 'boolean', default: true },
    certificates: open,
    managed: struct({
      roles: list(open),
      services: struct({
        disabledDefaultServices: list(oneOf('rw', 'r', 'ro')),
        additional: list(
          struct(
            {
              selectorType: oneOf('rw', 'r', 'ro'),
              updateStrategy: { ...oneOf('patch', 'replace'), default: 'patch' },
              serviceTemplate: template,
            },
            ['selectorType', 'serviceTemplate'],
          ),
        ),
      }),
    }),
    monitoring: struct({
      enablePodMonitor: { type: 'boolean', default: false },
      disableDefaultQueries: { type: 'boolean', default: false },
      customQueriesConfigMap: list(key),
      customQueriesSecret: list(key),
      tls: open,
      podMonitorMetricRelabelings: list(open),
      podMonitorRelabelings: list(open),
      metricsQueriesTTL: text,
    }),
    env: list(open),
    envFrom: list(open),
    replica: struct(
      { source: { type: 'string', minLength: 1 }, enabled: flag, primary: text, self: text, promotionToken: text, minApplyDelay: text },
      ['source'],
    ),
    replicationSlots: { ...open, default: { highAvailability: { enabled: true } } },
    minSyncReplicas: { type: 'integer', default: 0, minimum: 0 },
    maxSyncReplicas: { type: 'integer', default: 0, minimum: 0 },
    logLevel: { ...oneOf('error', 'warning', 'info', 'debug', 'trace'), default: 'info' },
    primaryUpdateMethod: { ...oneOf('switchover', 'restart'), default: 'restart' },
    primaryUpdateStrategy: { ...oneOf('unsupervised', 'supervised'), default: 'unsupervised' },
    postgresUID: { type: 'integer', format: 'int64', default: 26 },
    postgresGID: { type: 'integer', format: 'int64', default: 26 },
    startDelay: { type: 'integer', format: 'int32', default: 3600 },
    stopDelay: { type: 'integer', format: 'int32', default: 1800 },
    smartShutdownTimeout: { type: 'integer', format: 'int32', default: 180 },
    switchoverDelay: { type: 'integer', format: 'int32', default: 3600 },
    failoverDelay: { type: 'integer', format: 'int32', default: 0 },
    livenessProbeTimeout: { type: 'integer', format: 'int32' },
    priorityClassName: text,
    schedulerName: text,
    serviceAccountName: text,
    serviceAccountTemplate: open,
    seccompProfile: open,
    podSecurityContext: open,
    securityContext: open,
    probes: open,
    projectedVolumeTemplate: open,
    ephemeralVolumeSource: open,
    ephemeralVolumesSizeLimit: open,
    nodeMaintenanceWindow: struct({ inProgress: { type: 'boolean', default: false }, reusePVC: { type: 'boolean', default: true } }),
  },
  ['instances'],
);

const clusterStatus = struct({
  phase: text,
  phaseReason: text,
  instances: number,
  readyInstances: number,
  instanceNames: texts,
  instancesStatus: map(texts),
  instancesReportedState: map(open),
  currentPrimary: text,
  currentPrimaryTimestamp: text,
  targetPrimary: text,
  targetPrimaryTimestamp: text,
  image: text,
  topology: struct({ instances: map(map(text)), nodesUsed: { type: 'integer', format: 'int32' }, successfullyExtracted: flag }),
  conditions: list(condition),
  pvcCount: { type: 'integer', format: 'int32' },
  jobCount: { type: 'integer', format: 'int32' },
  healthyPVC: texts,
  initializingPVC: texts,
  danglingPVC: texts,
  resizingPVC: texts,
  unusablePVC: texts,
  latestGeneratedNode: number,
  timelineID: number,
  systemID: text,
  readService: text,
  writeService: text,
  certificates: open,
  pluginStatus: list(open),
  poolerIntegrations: open,
  managedRolesStatus: open,
  configMapResourceVersion: open,
  secretsResourceVersion: open,
  cloudNativePGCommitHash: text,
  cloudNativePGOperatorHash: text,
  firstRecoverabilityPoint: text,
  lastSuccessfulBackup: text,
  lastFailedBackup: text,
  onlineUpdateEnabled: flag,
  switchReplicaClusterStatus: open,
});

const backupMethod = { ...oneOf('barmanObjectStore', 'volumeSnapshot', 'plugin'), default: 'barmanObjectStore' };
const backupCommon = {
  cluster: named,
  method: backupMethod,
  online: flag,
  onlineConfiguration: open,
  pluginConfiguration: struct({ name: text, parameters: map(text) }, ['name']),
  target: oneOf('primary', 'prefer-standby'),
};

const backupStatus = struct({
  phase: text,
  method: text,
  backupId: text,
  backupName: text,
  beginLSN: text,
  endLSN: text,
  beginWal: text,
  endWal: text,
  startedAt: { type: 'string', format: 'date-time' },
  stoppedAt: { type: 'string', format: 'date-time' },
  reconciliationStartedAt: { type: 'string', format: 'date-time' },
  reconciliationTerminatedAt: { type: 'string', format: 'date-time' },
  destinationPath: text,
  serverName: text,
  endpointURL: text,
  error: text,
  commandError: text,
  commandOutput: text,
  instanceID: struct({ ContainerID: text, podName: text, sessionID: text }),
  majorVersion: number,
  online: flag,
  pluginMetadata: map(text),
  s3Credentials: s3,
});

interface Column {
  name: string;
  type: string;
  jsonPath: string;
}

function crd(
  group: string,
  kind: string,
  plural: string,
  spec: Schema,
  status: Schema,
  columns: Column[],
  more: { scale?: boolean; labels: Record<string, string> },
): JsonObject {
  const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, labels: more.labels, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { apiVersion: text, kind: text, metadata: { type: 'object' }, spec, status },
              required: ['metadata', 'spec'],
            },
          },
          subresources: {
            status: {},
            ...(more.scale === true && { scale: { specReplicasPath: '.spec.instances', statusReplicasPath: '.status.instances' } }),
          },
          additionalPrinterColumns: [age, ...columns],
        },
      ],
    },
  };
}

const column = (name: string, jsonPath: string, type = 'string'): Column => ({ name, type, jsonPath });

/** CustomResourceDefinitions of the simulated CloudNativePG operator. `labels`: of the release that brings them. */
export function cnpgCrds(labels: Record<string, string>): JsonObject[] {
  const group = 'postgresql.cnpg.io';
  const cluster = column('Cluster', '.spec.cluster.name');
  return [
    crd(
      group,
      'Cluster',
      'clusters',
      clusterSpec,
      clusterStatus,
      [
        column('Instances', '.status.instances', 'integer'),
        column('Ready', '.status.readyInstances', 'integer'),
        column('Status', '.status.phase'),
        column('Primary', '.status.currentPrimary'),
      ],
      { scale: true, labels },
    ),
    crd(
      group,
      'Backup',
      'backups',
      struct(backupCommon, ['cluster']),
      backupStatus,
      [cluster, column('Method', '.spec.method'), column('Phase', '.status.phase'), column('Error', '.status.error')],
      { labels },
    ),
    crd(
      group,
      'ScheduledBackup',
      'scheduledbackups',
      struct(
        {
          ...backupCommon,
          schedule: text,
          immediate: flag,
          suspend: flag,
          backupOwnerReference: { ...oneOf('none', 'self', 'cluster'), default: 'none' },
        },
        ['cluster', 'schedule'],
      ),
      struct({
        lastCheckTime: { type: 'string', format: 'date-time' },
        lastScheduleTime: { type: 'string', format: 'date-time' },
        nextScheduleTime: { type: 'string', format: 'date-time' },
      }),
      [cluster, column('Last Backup', '.status.lastScheduleTime', 'date')],
      { labels },
    ),
    crd(
      group,
      'Pooler',
      'poolers',
      struct(
        {
          cluster: named,
          type: { ...oneOf('rw', 'ro', 'r'), default: 'rw' },
          instances: { type: 'integer', format: 'int32', default: 1 },
          pgbouncer: open,
          template: open,
          deploymentStrategy: open,
          monitoring: open,
          serviceTemplate: template,
        },
        ['cluster', 'pgbouncer'],
      ),
      struct({ instances: { type: 'integer', format: 'int32' }, secrets: open }),
      [cluster, column('Type', '.spec.type')],
      { scale: true, labels },
    ),
  ];
}

/** CustomResourceDefinitions of the simulated Barman Cloud plugin. */
export function barmanCrds(labels: Record<string, string>): JsonObject[] {
  const window = struct({
    firstRecoverabilityPoint: { type: 'string', format: 'date-time' },
    lastSuccessfulBackupTime: { type: 'string', format: 'date-time' },
    lastFailedBackupTime: { type: 'string', format: 'date-time' },
  });
  const spec = struct(
    { configuration: objectStore, instanceSidecarConfiguration: open, retentionPolicy: { type: 'string', pattern: '^[1-9][0-9]*[dwm]$' } },
    ['configuration'],
  );
  return [crd('barmancloud.cnpg.io', 'ObjectStore', 'objectstores', spec, struct({ serverRecoveryWindow: map(window) }), [], { labels })];
}
