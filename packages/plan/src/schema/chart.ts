import { endpointConfiguration } from './network.js';
import { acted, anything, boolean, dictionary, type Field, type Fields, integer, listOf, map, stored, text } from './shape.js';

const layer = map('a values layer', {
  name: stored(text, 'Name of the layer.'),
  scope: acted(dictionary('expression', text), 'The layer applies where every expression has the value given.', {
    expressions: true,
  }),
  values: acted(anything, 'Values of the layer.', { expressions: true }),
  valuesFile: stored(anything, 'Values as a file’s text.'),
});

const authProvider = map('authProvider', {
  username: acted(text, 'User of a private repository.', { required: true, expressions: true }),
  password: acted(text, 'Password of a private repository, usually `$secret.…`.', { required: true, expressions: true }),
});

const source: Fields = {
  chartName: acted(text, 'Name of the chart.', { required: true }),
  chartVersion: acted(text, 'One exact version of the chart, such as `1.2.3`.', { required: true }),
  chartRepoName: acted(text, 'Name of the repository.'),
  chartRepoURL: acted(
    text,
    'https:// or oci:// address of the repository, in the open internet or where the operator of the installation allows it.',
    { required: true },
  ),
  chartValues: acted(anything, 'Values. Not together with layeredChartValues.', { expressions: true }),
  layeredChartValues: acted(listOf(layer), 'Values in layers; later layers override.'),
  username: acted(text, 'User of a private repository.', { expressions: true }),
  password: acted(text, 'Password of a private repository, usually `$secret.…`.', { expressions: true }),
  authProvider: acted(authProvider, 'User and password of a private repository in one block; the same as `username` and `password`.'),
  releaseName: acted(text, 'Name of the release.', { default: 'chartName' }),
  namespace: acted(text, 'Namespace of the release; not one of Kubernetes (`kube-…`), of the platform or of an instance.'),
};

const restartsInstances = acted(
  boolean,
  'Whether an upgrade of this chart restarts the instances that its operator manages; told before the upgrade (ours).',
);

/** `helmChartDependencies[]`. */
export const chartDependencies: Field = acted(
  listOf(map('a chart dependency', { ...source, restartsInstances })),
  'Charts installed in this order before any tenant object. A release is shared by all instances of a cell: its values may use `$secret` and facts of the cell or the plan, never those of an instance.',
  { default: '[]' },
);

const runtime = map('runtimeConfiguration', {
  wait: stored(boolean, 'Wait for readiness.'),
  waitForJobs: stored(boolean, 'Wait for Jobs.'),
  timeoutNanos: stored(integer, 'Time limit in nanoseconds.', { default: '300000000000' }),
  disableHooks: stored(boolean, 'No hooks.'),
  skipCRDs: stored(boolean, 'No CRDs.'),
  upgradeCRDs: stored(boolean, 'Upgrade CRDs.'),
  resetValues: stored(boolean, 'Reset values.'),
  reuseValues: stored(boolean, 'Reuse values.'),
  resetThenReuseValues: stored(boolean, 'Reset, then reuse values.'),
  recreate: stored(boolean, 'Recreate pods.'),
  disableReconciliation: stored(boolean, 'Apply once.'),
});

/** `helmChartConfiguration`: the resource is a chart in the instance's namespace. */
export const helmChartConfiguration: Field = stored(
  map('helmChartConfiguration', {
    ...Object.fromEntries(Object.entries(source).map(([key, field]) => [key, storedCopy(field)])),
    authProvider: stored(
      map('authProvider', { username: stored(text, 'User.'), password: stored(text, 'Password.') }),
      'User and password of a private repository in one block.',
    ),
    disableReconciliation: stored(boolean, 'Apply once.'),
    artifactsLocalPath: stored(text, 'Local folder uploaded by the CLI.'),
    artifactRelativePath: stored(text, 'Folder inside it.'),
    autoDiscoverImagesTag: stored(anything, 'Images found by tag.'),
    chartAffinityControl: stored(
      map('chartAffinityControl', {
        enableInjection: stored(boolean, 'Inject node affinity.'),
        enableSharedHost: stored(boolean, 'Shared nodes.'),
      }),
      'Placement of pods.',
    ),
    endpointConfiguration,
    runtimeConfiguration: stored(runtime, 'How Helm is run.'),
  }),
  'The resource is a Helm chart.',
);

function storedCopy({ required: _required, ...field }: Field): Field {
  return { ...field, support: 'stored' };
}
