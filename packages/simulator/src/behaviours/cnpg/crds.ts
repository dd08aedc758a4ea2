import type { JsonObject } from '../../json.js';
import type { Schema } from '../../schema/schema.js';
import { backupCommon, backupStatus, clusterSpec, clusterStatus, objectStore, template } from './schemas.js';
import { databaseSpec, databaseStatus } from './database-schema.js';
import { flag, map, named, oneOf, open, struct, text } from '../schema-parts.js';

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
      {
        ...struct(backupCommon, ['cluster']),
        'x-kubernetes-validations': [{ message: 'BackupSpec is immutable once set', rule: 'oldSelf == self' }],
      },
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
      'Database',
      'databases',
      databaseSpec,
      databaseStatus,
      [cluster, column('PG Name', '.spec.name'), column('Applied', '.status.applied', 'boolean'), column('Message', '.status.message')],
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
