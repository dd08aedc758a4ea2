import { chartDependencies } from './chart.js';
import { endpointConfiguration } from './network.js';
import { anything, boolean, dictionary, type Field, integer, listOf, map, stored, text } from './shape.js';

const gitConfiguration: Field = stored(
  map('gitConfiguration', {
    repositoryUrl: stored(text, 'Repository.'),
    reference: stored(text, 'Branch or tag.'),
    accessToken: stored(text, 'Token, usually `$secret.…`.'),
    userName: stored(text, 'User.'),
    commitSHA: stored(text, 'Commit.'),
  }),
  'Source in git; not together with artifactsLocalPath.',
);
const artifactsLocalPath = stored(text, 'Local folder uploaded by the CLI.');

const stack = map('a Terraform configuration', {
  terraformPath: stored(text, 'Folder of the root module.'),
  gitConfiguration,
  artifactsLocalPath,
  artifactRelativePath: stored(text, 'Folder inside what was uploaded.'),
  privateKeyPEM: stored(text, 'Private key of the identity, usually `$secret.…` (Nebius).'),
  publicKeyID: stored(text, 'Its public key (Nebius).'),
  serviceAccountID: stored(text, 'Service account that the key belongs to (Nebius).'),
  terraformExecutionIdentity: stored(text, 'Role or service account that runs it.'),
  variablesValuesFileOverride: stored(text, 'tfvars text, expressions rendered.'),
  cliConfigFileOverride: stored(text, 'CLI configuration.'),
  privateModuleGitAccessTokens: stored(anything, 'Tokens of private modules.'),
  requiredOutputs: stored(
    listOf(
      map('an output', {
        key: stored(text, 'Name.', { required: true }),
        exported: stored(boolean, 'Customers see it.', { default: 'false' }),
      }),
    ),
    'Outputs that must exist.',
  ),
  requiredOutputKeys: stored(listOf(text), 'Outputs that must exist, by name.'),
});

/** `terraformConfigurations`: the resource is made of cloud primitives. */
export const terraformConfigurations: Field = stored(
  map('terraformConfigurations', {
    configurationPerCloudProvider: stored(dictionary('cloud', stack), 'By cloud.'),
    configurationPerOnPremPlatform: stored(dictionary('platform', stack), 'By on-premises platform.'),
  }),
  'The resource is made by Terraform or OpenTofu.',
);

/** `kustomizeConfiguration`. */
export const kustomizeConfiguration: Field = stored(
  map('kustomizeConfiguration', {
    kustomizePath: stored(text, 'Folder of the overlay.'),
    gitConfiguration,
    artifactsLocalPath,
    helmChartDependencies: { ...chartDependencies, support: 'stored' },
    disableReconciliation: stored(boolean, 'Apply once.'),
    endpointConfiguration,
  }),
  'The resource is a Kustomize overlay.',
);

/** `jobResourceConfiguration`. */
export const jobResourceConfiguration: Field = stored(
  map('jobResourceConfiguration', {
    backoffLimit: stored(integer, 'Retries.'),
    activeDeadlineSeconds: stored(integer, 'Time limit.'),
    scheduleConfig: stored(
      map('scheduleConfig', {
        cronExpression: stored(text, 'Cron schedule.'),
        simpleInterval: stored(text, 'Interval such as `5m`.'),
        timezone: stored(text, 'Time zone.'),
      }),
      'Schedule.',
    ),
  }),
  'The resource is a job.',
);

const registry = map('a registry', {
  registryURL: stored(text, 'Registry.'),
  repositoryName: stored(text, 'Repository.'),
  credentials: stored(map('credentials', { username: stored(text, 'User.'), password: stored(text, 'Password.') }), 'Credentials.'),
});

/** `containerImagesRegistryCopyConfiguration`. */
export const imageCopy: Field = stored(
  map('containerImagesRegistryCopyConfiguration', {
    pullMode: stored(text, 'When images are pulled: INSTALLER_EMBED or RUNTIME_PULL.'),
    pullSource: stored(registry, 'Source.'),
    pushTarget: stored(registry, 'Target.'),
    images: stored(listOf(map('an image', { imageName: stored(text, 'Image.'), imageTag: stored(text, 'Tag.') })), 'Images.'),
  }),
  'Mirrors container images.',
);
