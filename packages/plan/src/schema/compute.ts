import { acted, anything, boolean, dictionary, type Field, type Fields, integer, listOf, map, type Shape, stored, text } from './shape.js';

export const CLOUDS = ['aws', 'gcp', 'azure', 'nebius', 'oci', 'generic', 'private', 'byoc-onprem', 'all'] as const;

const quantity: Shape = { type: 'either', shapes: [text, map('a quantity', { Format: stored(text, 'Format of the quantity.') })] };
const resources = map('cpu and memory', { cpu: stored(quantity, 'CPU quantity.'), memory: stored(quantity, 'Memory quantity.') });

const overrides = map('configurationOverrides', {
  instanceLifecycleType: stored(text, 'Purchase model: OnDemand or Spot.'),
  labels: stored(dictionary('label', text), 'Node labels.'),
  taints: stored(
    listOf(map('a taint', { key: stored(text, 'Key.'), value: stored(text, 'Value.'), effect: stored(text, 'Effect.') })),
    'Node taints.',
  ),
  warmPoolConfiguration: stored(
    map('warmPoolConfiguration', {
      minimumNodesInPool: stored(integer, 'Spare nodes.'),
      minimumPercentageNodesInPool: stored(integer, 'Spare nodes in percent.'),
    }),
    'Spare nodes.',
  ),
  acceleratorConfiguration: stored(
    map('acceleratorConfiguration', { type: stored(text, 'Model.'), count: stored(integer, 'Number.') }),
    'Accelerators.',
  ),
  timeSlicingReplicas: stored(integer, 'GPU time slicing.'),
  migProfile: stored(text, 'GPU partition.'),
  osFamily: stored(text, 'Node image: amazonlinux or bottlerocket.'),
  rootVolumeSizeGi: stored(integer, 'Root volume.'),
  rootVolumeSizeGiAPIParam: stored(text, 'Parameter with the root volume’s size.'),
  gpuClusterID: stored(text, 'GPU cluster.'),
  ephemeralStorageLocalSsdConfig: stored(anything, 'Local SSDs as ephemeral storage.'),
  localNvmeSsdBlockConfig: stored(anything, 'Local SSDs as block devices.'),
});

const instanceType = map('an instance type', {
  apiParam: acted(text, 'Key of the parameter with which the customer chooses.'),
  name: acted(text, 'A fixed type, or an expression.', { expressions: true }),
  cloudProvider: acted({ type: 'enum', values: CLOUDS }, 'Cloud this entry is for.', { default: 'all' }),
  platform: stored(text, 'Platform of the cloud (Nebius).'),
  configurationOverrides: stored(overrides, 'Settings of the node group.'),
});

/** `compute` of a service. */
export const computeField: Field = acted(
  map('compute', {
    instanceTypes: acted(listOf(instanceType), 'One node group for each entry.'),
    replicaCount: acted(integer, 'Number of nodes: what addCapacity and removeCapacity count from, if no parameter tells it.', {
      default: '1',
    }),
    replicaCountAPIParam: acted(text, 'Parameter with the number of nodes, if it is not called `replicaCount`.'),
    rootVolumeSizeGi: stored(integer, 'Root volume of a node, 10 to 16384 GiB.'),
    rootVolumeSizeGiAPIParam: stored(text, 'Parameter with the root volume’s size.'),
    cpuArchitecture: stored(text, 'Processor architecture: X86_64 or ARM64.'),
    autoscalingMinReplicasAPIParam: stored(text, 'Parameter with the lower bound of scaling.'),
    autoscalingMaxReplicasAPIParam: stored(text, 'Parameter with the upper bound of scaling.'),
    resourceRequestCPUAPIParam: stored(text, 'Parameter with the CPU reserved for the container.'),
    resourceRequestMemoryAPIParam: stored(text, 'Parameter with the memory reserved for the container.'),
    resourceLimitCPUAPIParam: stored(text, 'Parameter with the container’s CPU limit.'),
    resourceLimitMemoryAPIParam: stored(text, 'Parameter with the container’s memory limit.'),
    reservations: stored(resources, 'Reserved for the container.'),
    limits: stored(resources, 'Limits of the container.'),
  }),
  'Machines that an instance asks for.',
);

const STORAGE = {
  instanceStorageType: 'Kind of volume, such as `AWS::EBS_GP3`.',
  instanceStorageSizeGi: 'Size of the volume.',
  instanceStorageIOPS: 'Operations per second.',
  instanceStorageThroughput: 'Throughput of the volume.',
  instanceStorageThroughputMiBps: 'Throughput of the volume in MiB/s.',
  instanceStorageMountPath: 'Where the volume is mounted.',
  clusterStorageType: 'Kind of shared storage, such as `AWS::EFS`.',
  clusterStorageMountPath: 'Where shared storage is mounted.',
};

const storageFields: Fields = {
  storageResourceName: stored(text, 'Name of the volume.'),
  disableBackup: stored(boolean, 'Not part of backups.'),
};
for (const [key, description] of Object.entries(STORAGE)) {
  storageFields[key] = stored(text, description);
  storageFields[`${key}APIParam`] = stored(text, `Parameter that gives \`${key}\`.`);
}

const cloudStorage = map('a volume', storageFields);
const volumes: Shape = { type: 'either', shapes: [listOf(cloudStorage), cloudStorage] };

/** `storage` of a service: lists of volumes by the author's own names, settings by cloud, or directly. */
export const storageField: Field = stored(
  {
    ...map('storage', {
      ...Object.fromEntries(CLOUDS.map((cloud) => [cloud, stored(volumes, `Volumes on ${cloud}.`)])),
      ...storageFields,
    }),
    rest: { keys: 'volume', values: volumes },
  },
  'Volumes of container resources; operator plans size volumes through a parameter.',
);
