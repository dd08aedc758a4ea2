/**
 * The compiled plan: what a plan version stores and everything after the build reads. It is plain JSON, so it can be
 * stored, sent and compared; expressions and gates stay text here (they were parsed and checked by the build, and parsing
 * them again is cheap and cached).
 */
import type { Json, JsonObject } from './json.js';

/** Bump when a stored plan version of the previous format could not be run by the new code as it is. */
export const COMPILED_PLAN_FORMAT = 1;

export const PARAMETER_TYPES = [
  'String',
  'Password',
  'Secret',
  'Boolean',
  'Float64',
  'Float32',
  'Int',
  'Int32',
  'Int64',
  'UInt',
  'UInt32',
  'UInt64',
  'Bytes',
  'Json',
  'Any',
  'Resource',
] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export const SYSTEM_VERBS = [
  'create',
  'modify',
  'delete',
  'start',
  'stop',
  'restart',
  'addCapacity',
  'removeCapacity',
  'backup',
  'restore',
  'deleteBackup',
  'failover',
] as const;
export type SystemVerb = (typeof SYSTEM_VERBS)[number];

export interface CompiledPlan {
  format: typeof COMPILED_PLAN_FORMAT;
  name: string;
  description: string;
  deployment: Deployment;
  tenancyType: 'OMNISTRATE_DEDICATED_TENANCY' | 'OMNISTRATE_MULTI_TENANCY' | 'CUSTOM_TENANCY';
  /** -1 = unlimited. */
  maxNumberOfInstancesAllowed: number;
  enableDeletionProtection: boolean;
  validPaymentMethodRequired: boolean;
  /** Parts of the spec that are stored and shown but not acted on yet (features, pricing, metering, billing, load balancers), keys in preferred spelling. */
  settings: JsonObject;
  resources: CompiledResource[];
}

export interface Deployment {
  model: 'HOSTED' | 'BYOA' | 'ON_PREM' | 'ON_PREM_COPILOT';
  /** Account keys in preferred spelling (`awsAccountId`, `awsBootstrapRoleAccountArn`, …), as written. */
  accounts: Record<string, string>;
  settings: JsonObject;
}

export type ResourceKind = 'OperatorCRD' | 'HelmChart' | 'Kustomize' | 'Terraform' | 'Generic' | 'Job';

export interface CompiledResource {
  /** Name without spaces, first letter lower-case ("Redis Cluster" → "redisCluster", "CNPG" → "CNPG"). Looked up ignoring case and separators. */
  key: string;
  name: string;
  description: string;
  kind: ResourceKind;
  internal: boolean;
  /** `true`, `false` or an expression text. */
  disable: boolean | string;
  /** Keys of resources, as resolved. */
  dependsOn: string[];
  parameters: ApiParameter[];
  endpoints: EndpointTemplate[];
  instanceTypes: InstanceType[];
  backup?: BackupPolicy;
  /** How instances come to this version; absent if the spec says nothing of it. */
  upgrade?: UpgradePolicy;
  /** Installed in this order before any tenant object. */
  charts: ChartDependency[];
  /** Every verb that the plan defines, plus those synthesised from the older fields (1.12 of the reference). */
  systemWorkflows: Partial<Record<SystemVerb, CompiledWorkflow>>;
  customWorkflows: CompiledWorkflow[];
  /** Kubernetes kinds that tasks write or read, with the verbs they need; computed from the manifests. */
  kinds: KindUse[];
  /** Outputs of the older `operatorCRDConfiguration.outputParameters`, display name → expression or literal. */
  outputs: Record<string, string>;
  /** Remaining parts of the resource, stored and shown (compute, storage, capabilities, charts of other kinds …). */
  settings: JsonObject;
}

export interface ApiParameter {
  key: string;
  name: string;
  description: string;
  type: ParameterType;
  modifiable: boolean;
  required: boolean;
  /** Shown in instance results. False for Password and Secret unless the spec says otherwise. */
  export: boolean;
  /** As written (text); converted by the type when an instance is created. */
  defaultValue?: string;
  options?: string[];
  /** label → value */
  labeledOptions?: Record<string, string>;
  limits?: { min?: number; max?: number; minLength?: number; maxLength?: number };
  /** Whole-value pattern. */
  regex?: string;
  tabIndex: number;
  isList: boolean;
  /** Clouds this parameter exists on; absent = all. */
  cloudProviders?: string[];
  /** Child resource key → its parameter key. */
  parameterDependencyMap: Record<string, string>;
  dependentResource?: string;
}

export interface EndpointTemplate {
  name: string;
  host: string;
  ports: number[];
  portExpressions: string[];
  primary: boolean;
  /** Absent: as the instance's network. */
  networkingType?: 'PUBLIC' | 'INTERNAL' | 'PRIVATE';
  disableMonitoring: boolean;
}

export interface InstanceType {
  cloudProvider: string;
  /** Either a parameter's key or a name (possibly an expression). */
  apiParam?: string;
  name?: string;
  settings: JsonObject;
}

export interface BackupPolicy {
  retentionInDays: number;
  periodInHours: number;
  snapshotBeforeDeletion: boolean;
}

export interface UpgradePolicy {
  /** Verb of the custom workflow that is the last step of an upgrade. */
  verify?: string;
  /** An upgrade to this version may be taken back without a person. */
  rollback: boolean;
  /** Changes of these fields make the product restart; paths as `readFieldPath` reads them. */
  restarts: { kind: string; paths: string[] }[];
}

export interface ChartDependency {
  chartName: string;
  chartVersion: string;
  chartRepoName: string;
  chartRepoURL: string;
  /** Values, possibly holding expressions; absent if none. */
  chartValues?: Json;
  layeredChartValues?: Json;
  username?: string;
  /** Text or an expression such as `$secret.X`; never shown. */
  password?: string;
  /** Namespace of the release; absent = the platform's own for operators. */
  namespace?: string;
  releaseName?: string;
  /** An upgrade of it restarts the instances that its operator manages; absent: the plan does not say. */
  restartsInstances?: boolean;
}

export type KubernetesVerb = 'get' | 'create' | 'update' | 'patch' | 'delete';

export interface KindUse {
  apiVersion: string;
  kind: string;
  verbs: KubernetesVerb[];
}

/** A workflow of the plan, system or custom. */
export interface CompiledWorkflow {
  /** A system verb, or the custom workflow's own verb. */
  verb: string;
  displayName: string;
  description: string;
  /** Custom workflows only; empty for system workflows. */
  scope: ('FLEET' | 'END_CUSTOMER')[];
  /** Custom workflows only. */
  parameters: ApiParameter[];
  entrypoint: string;
  /** Values as written; `{{ $… }}` inside. Absent value = must come from elsewhere (build error if nothing supplies it). */
  arguments: ParameterBinding[];
  templates: Template[];
  /** Seconds for the whole run. Where the spec has none: those of its longest template, if they are more than the usual hour. */
  activeDeadlineSeconds?: number;
  outputs: OutputParameter[];
  /** Seconds that an object must stay quiet where freshness cannot be told otherwise (docs/architecture.md#gates); default 5. */
  settleSeconds?: number;
  /** Every platform expression (`$sys`, `$var`, `$secret`, `$func`, `$<resource>`) with its place; the run evaluates each once, when it begins. */
  expressions: PlacedExpression[];
}

export interface PlacedExpression {
  /**
   * Names the site independently of the verb, so that `$func.random` in create and in modify give the same value:
   * `arguments.<parameter>#<n>` or `templates.<template>.<field>#<n>`; n counts the platform expressions in that text from 0.
   */
  place: string;
  /** The expression without braces, trimmed, starting with `$`. */
  text: string;
}

export interface OutputParameter {
  name: string;
  /** `$tasks.<task>.resource.<path>`, or another expression. */
  value: string;
}

export interface ParameterBinding {
  name: string;
  value?: string;
}

export type Template = DagTemplate | StepsTemplate | ResourceTemplate;

interface TemplateBase {
  name: string;
  inputs: InputParameter[];
  retryStrategy?: RetryStrategy;
  /** Seconds from the beginning of a task of this template, or of an attempt of it; of a DAG and of steps for all that is in it. */
  activeDeadlineSeconds?: number;
}

export interface InputParameter {
  name: string;
  /** `value` or `default` of the spec. */
  default?: string;
}

export interface DagTemplate extends TemplateBase {
  type: 'dag';
  failFast: boolean;
  tasks: DagTask[];
}

/** `steps` is compiled to a DAG where every group depends on the one before; kept as a type of its own for names and drawing. */
export interface StepsTemplate extends TemplateBase {
  type: 'steps';
  groups: DagTask[][];
}

export interface DagTask {
  name: string;
  template: string;
  /** Argo's `dependencies`; empty if `depends` is used. */
  dependencies: string[];
  /** Argo's `depends` text. */
  depends?: string;
  when?: string;
  arguments: ParameterBinding[];
  withItems?: Json[];
  withParam?: string;
  continueOn?: { failed: boolean; error: boolean };
}

export type ResourceAction = 'apply' | 'create' | 'patch' | 'delete' | 'get' | 'replace';

export interface ResourceTemplate extends TemplateBase {
  type: 'resource';
  action: ResourceAction;
  successCondition?: string;
  failureCondition?: string;
  mergeStrategy?: 'merge' | 'strategic' | 'json';
  /** Already checked against the closed list; only `--ignore-not-found=true` so far. */
  flags: string[];
  /** One YAML document with placeholders, as written. */
  manifest: string;
  /** Literal in every manifest (docs/kubernetes-access.md). */
  apiVersion: string;
  kind: string;
  settleSeconds?: number;
}

export interface RetryStrategy {
  /** Retries after the first attempt; absent = unlimited. */
  limit?: number;
  retryPolicy: 'OnFailure' | 'OnError' | 'Always' | 'OnTransientError';
  backoff?: { durationSeconds: number; factor: number; capSeconds?: number; maxDurationSeconds?: number };
}
