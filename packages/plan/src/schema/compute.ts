import { acted, anything, boolean, dictionary, type Field, type Fields, integer, listOf, map, stored, text } from './shape.js';

export const CLOUDS = ['aws', 'gcp', 'azure', 'nebius', 'oci', 'byoc-onprem', 'all'] as const;

const resources = map('cpu and memory', { cpu: stored(text, 'CPU quantity.'), memory: stored(text, 'Memory quantity.') });

const overrides = map('configurationOverrides', {
  instanceLifecycleType: stored({ type: 'enum', values: ['OnDemand', 'Spot'] }, 'Purchase model.'),
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
  osFamily: stored({ type: 'enum', values: ['amazonlinux', 'bottlerocket'] }, 'Node image.'),
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
    rootVolumeSizeGi: stored({ type: 'integer', min: 10, max: 16384 }, 'Root volume of a node.'),
    rootVolumeSizeGiAPIParam: stored(text, 'Parameter with the root volume’s size.'),
    cpuArchitecture: stored({ type: 'enum', values: ['X86_64', 'ARM64'] }, 'Processor architecture.'),
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
  instanceStorageMountPath: 'Where the volume is mounted.',
  clusterStorageType: 'Kind of shared storage, such as `AWS::EFS`.',
  clusterStorageMountPath: 'Where shared storage is mounted.',
};

const storageFields: Fields = { disableBackup: stored(boolean, 'Not part of backups.') };
for (const [key, description] of Object.entries(STORAGE)) {
  storageFields[key] = stored(text, description);
  storageFields[`${key}APIParam`] = stored(text, `Parameter that gives \`${key}\`.`);
}

const cloudStorage = map('storage of a cloud', storageFields);

/** `storage` of a service: settings by cloud, or directly. */
export const storageField: Field = stored(
  map('storage', { ...Object.fromEntries(CLOUDS.map((cloud) => [cloud, stored(cloudStorage, `Storage on ${cloud}.`)])), ...storageFields }),
  'Volumes of container resources; operator plans size volumes through a parameter.',
);
