import { arrayAt, at, isObject, objectAt } from '../../json.js';
import type { Stored } from '../../store/store.js';

/** What the operator warns of in a Cluster that it takes. */
export function clusterWarnings(cluster: Stored): string[] {
  const spec = objectAt(cluster, 'spec');
  const stores = [
    ...(isObject(at(spec, 'backup', 'barmanObjectStore')) ? ['spec.backup.barmanObjectStore'] : []),
    ...arrayAt(spec, 'externalClusters').flatMap((one, i) =>
      isObject(at(one, 'barmanObjectStore')) ? [`spec.externalClusters.${i}.barmanObjectStore`] : [],
    ),
  ];
  const buffers = at(spec, 'postgresql', 'parameters', 'shared_buffers');
  const retention = at(spec, 'backup', 'retentionPolicy');
  return [
    ...(spec.nodeMaintenanceWindow === undefined
      ? []
      : ['Consider using `.spec.enablePDB` instead of the node maintenance window feature']),
    ...(stores.length === 0
      ? []
      : [
          `Native support for Barman Cloud backups and recovery is deprecated and will be completely removed in CloudNativePG 1.30.0. Found usage in: ${stores.join(', ')}. Please migrate existing clusters to the new Barman Cloud Plugin to ensure a smooth transition.`,
        ]),
    ...(typeof retention === 'string' && retention !== '' && !isObject(at(spec, 'backup', 'barmanObjectStore'))
      ? [
          'Retention policies specified in .spec.backup.retentionPolicy are only used by the in-tree barman-cloud support, which is not being used in this cluster. Please use a backup plugin and migrate this configuration to the plugin configuration',
        ]
      : []),
    ...(typeof buffers === 'string' && /^[+-]?\d+$/.test(buffers)
      ? [
          `\`shared_buffers\` value '${buffers}' is missing a unit (e.g., MB, GB). While this is currently allowed, future releases will require an explicit unit. Please update your configuration to specify a valid unit, such as '${buffers}MB'.`,
        ]
      : []),
  ];
}
