import {
  acted,
  anything,
  boolean,
  count,
  dictionary,
  type Field,
  flag,
  integer,
  listOf,
  map,
  number,
  openMap,
  type Shape,
  stored,
  text,
} from './shape.js';

const backupConfiguration = map('backupConfiguration', {
  backupRetentionInDays: acted(count(1, 3650), 'Days until an automated snapshot expires.', { default: '7' }),
  backupPeriodInHours: acted(count(1, 8760), 'Hours between automated backups.', { default: '24' }),
  snapshotBeforeDeletion: acted(flag, 'Take a last snapshot before an instance is deleted, unless the delete says skipFinalSnapshot.', {
    default: 'false',
  }),
});

/** A number, or the older form of one: a map with `Type` (0: number, 1: text), `IntVal` and `StrVal`. */
const countOrMap: Shape = {
  type: 'either',
  shapes: [
    integer,
    map('a count', {
      Type: acted(integer, '0: `IntVal` counts; 1: `StrVal`.'),
      IntVal: acted(integer, 'The number.'),
      StrVal: acted(text, 'The number as text, or an expression.'),
    }),
  ],
};

const autoscaling = map('autoscaling', {
  policyType: stored(text, 'Kind of scaling.'),
  minReplicas: acted(
    countOrMap,
    'Lower bound of removeCapacity; the first count, where neither a parameter nor `compute.replicaCount` tells it.',
  ),
  maxReplicas: acted(countOrMap, 'Upper bound of addCapacity.'),
  idleMinutesBeforeScalingDown: stored(integer, 'Patience when idle.'),
  idleThreshold: stored(number, 'Below it the resource is idle.'),
  overUtilizedMinutesBeforeScalingUp: stored(integer, 'Patience when overloaded.'),
  overUtilizedThreshold: stored(number, 'Above it the resource is overloaded.'),
  scalingMetric: stored(
    map('scalingMetric', {
      metricEndpoint: stored(text, 'Address.'),
      metricLabelName: stored(text, 'Label.'),
      metricLabelValue: stored(text, 'Its value.'),
      metricName: stored(text, 'Metric.'),
    }),
    'A metric of the product.',
  ),
});

const sidecar = openMap('a sidecar', {
  imageNameWithTag: stored(anything, 'Image.'),
  command: stored(anything, 'Command.'),
  args: stored(anything, 'Arguments.'),
  securityContext: stored(anything, 'Security context.'),
  resourceLimits: stored(anything, 'Limits.'),
});

/** `capabilities` of a service. */
export const capabilitiesField: Field = acted(
  map('capabilities', {
    backupConfiguration: acted(backupConfiguration, 'Backup policy. Needs the workflows backup, restore and deleteBackup.'),
    autoscaling: acted(autoscaling, 'Bounds of addCapacity and removeCapacity; instances are not scaled by themselves.'),
    serverlessConfiguration: stored(
      openMap('serverlessConfiguration', {
        enableAutoStop: stored(anything, 'Stop when idle.'),
        minimumNodesInPool: stored(anything, 'Spare nodes.'),
        targetPort: stored(anything, 'Port that wakes it.'),
      }),
      'Stop when idle, wake on connect.',
    ),
    httpReverseProxy: stored(map('httpReverseProxy', { targetPort: stored(integer, 'Port behind the proxy.') }), 'HTTPS front.'),
    customDNS: stored(
      map('customDNS', {
        name: stored(text, 'Name.'),
        targetPort: stored(integer, 'Port.'),
        targetKubernetesService: stored(
          map('targetKubernetesService', { targetName: stored(text, 'Service.'), targetPort: stored(integer, 'Port.') }),
          'Service behind the name.',
        ),
      }),
      'The tenant’s own host name.',
    ),
    enableMultiZone: stored(boolean, 'Spread over zones; not together with enableCustomZone.'),
    enableCustomZone: stored(boolean, 'The customer chooses a zone.'),
    enableEndpointPerReplica: stored(boolean, 'A DNS name for each node.'),
    networkType: stored({ type: 'enum', values: ['PUBLIC', 'INTERNAL'] }, 'Default exposure.'),
    enableStableEgressIP: stored(boolean, 'Stable address for outgoing connections.'),
    enableClusterLoadBalancer: stored(boolean, 'Load balancer for the cluster.'),
    enableNodeLoadBalancer: stored(boolean, 'Load balancer for each node.'),
    serviceAccountPolicies: stored(
      openMap('serviceAccountPolicies', { aws: stored(anything, 'Policy ARNs.'), gcp: stored(anything, 'Roles.') }),
      'Rights of the workload’s identity.',
    ),
    nodeWarmPool: stored(anything, 'Spare nodes.'),
    processCoreDump: stored(anything, 'Core dumps.'),
    sidecars: stored(dictionary('sidecar name', sidecar), 'Extra containers.'),
  }),
  'Platform features of the resource.',
);

const HOOKS = [
  'INIT',
  'ADD',
  'REMOVE',
  'PROMOTE',
  'DEMOTE',
  'HEALTH_CHECK',
  'READINESS_CHECK',
  'STARTUP_CHECK',
  'PRE_START',
  'POST_START',
  'PRE_UPGRADE',
  'POST_UPGRADE',
  'PRE_STOP',
  'POST_STOP',
  'VALIDATE',
  'PRE_INSTALL',
  'POST_INSTALL',
  'BACKUP',
];

/** `actionHooks[]`: scripts of container resources. */
export const actionHooksField: Field = stored(
  listOf(
    map('an action hook', {
      scope: stored({ type: 'enum', values: ['CLUSTER', 'NODE'] }, 'Once for the cluster, or on each node.'),
      inPod: stored(boolean, 'In a pod of its own.'),
      type: stored({ type: 'enum', values: HOOKS }, 'When it runs.', { required: true }),
      commandTemplate: stored(text, 'Script, expressions rendered.'),
      command: stored(anything, 'Command, with `image`.'),
      image: stored(text, 'Image.'),
    }),
  ),
  'Scripts; meant for container resources.',
);
