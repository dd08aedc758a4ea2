import type { Finding } from './report.js';

/** Top-level keys of a file, and what is known of their values. */
export interface TopLevel {
  keys: ReadonlySet<string>;
  /** Text of a key, if it is a scalar. */
  text: (key: string) => string | undefined;
  isMap: (key: string) => boolean;
}

const READS = 'Cellplane reads a plan spec (ServicePlanSpec)';
const HELM_KEYS = [
  'image',
  'replicaCount',
  'service',
  'ingress',
  'resources',
  'nodeSelector',
  'tolerations',
  'affinity',
  'autoscaling',
  'serviceAccount',
  'fullnameOverride',
  'nameOverride',
  'podAnnotations',
  'podSecurityContext',
  'securityContext',
  'imagePullSecrets',
  'global',
];
const COMPOSE_KEYS = ['version', 'networks', 'volumes', 'configs', 'secrets'];

/** A well-known file of another kind that was given for a plan spec; undefined for what may be one. */
export function otherFile(top: TopLevel): Finding | undefined {
  const named = nameOf(top);
  return named && { code: 'other-file', message: `This is ${named.what}; ${READS}.`, cure: named.cure };
}

function nameOf({ keys, text, isMap }: TopLevel): { what: string; cure: string } | undefined {
  const [apiVersion, kind] = [text('apiVersion'), text('kind')];
  if (kind !== undefined && apiVersion !== undefined) return nameOfObject(apiVersion, kind);
  if (isMap('services')) {
    return {
      what: 'a Docker Compose file',
      cure: 'Write a plan spec: `services` is a list there, each with a `name` and `systemWorkflows` (docs/plan-spec.md).',
    };
  }
  if (keys.has('services')) return undefined;
  if (apiVersion !== undefined && keys.has('name') && keys.has('version')) {
    return {
      what: 'a Helm chart’s Chart.yaml',
      cure: 'Name the chart under `services[].operatorCRDConfiguration.helmChartDependencies` of a plan spec.',
    };
  }
  const helm = HELM_KEYS.filter((key) => keys.has(key));
  if (helm.length >= 2 && !keys.has('deployment')) {
    return {
      what: 'a values file of a Helm chart',
      cure: 'Put the values under `chartValues` of a chart in `services[].operatorCRDConfiguration.helmChartDependencies` of a plan spec.',
    };
  }
  if (keys.has('entrypoint') && keys.has('templates')) {
    return { what: 'the body of an Argo workflow', cure: 'Put it under `services[].systemWorkflows.create.workflow` of a plan spec.' };
  }
  if (
    keys.has('resources') &&
    [...keys].every((key) => /^(resources|namespace|namePrefix|nameSuffix|common\w+|patches\w*|images|labels|\w+Generator)$/.test(key))
  ) {
    return { what: 'a Kustomize overlay', cure: 'Write a plan spec (docs/plan-spec.md).' };
  }
  return COMPOSE_KEYS.filter((key) => keys.has(key)).length >= 3
    ? { what: 'a Docker Compose file without services', cure: 'Write a plan spec (docs/plan-spec.md).' }
    : undefined;
}

function nameOfObject(apiVersion: string, kind: string): { what: string; cure: string } {
  if (apiVersion.startsWith('argoproj.io/') && /Workflow/.test(kind)) {
    return {
      what: `an Argo ${kind}`,
      cure: 'Put its `spec` under `services[].systemWorkflows.create.workflow` of a plan spec; a task there is a `resource` template.',
    };
  }
  if (kind === 'Kustomization') return { what: 'a Kustomize overlay', cure: 'Write a plan spec (docs/plan-spec.md).' };
  return {
    what: `a Kubernetes manifest (${kind} of ${apiVersion})`,
    cure: 'Put it into `resource.manifest` of a template in `services[].systemWorkflows.create.workflow` of a plan spec.',
  };
}

/** A template of a Helm chart is text that makes YAML, and none itself. */
export function chartTemplate(text: string): Finding | undefined {
  if (!/\{\{-|\{\{\s*(\.(Values|Release|Chart)\b|include\s|template\s|range\s|if\s|end\s*\}\})/.test(text)) return undefined;
  if (/^[^\S\n\r\u2028\u2029]*services:/m.test(text)) return undefined;
  return {
    code: 'other-file',
    message: `This is a template of a Helm chart; ${READS}.`,
    cure: 'Name the chart under `services[].operatorCRDConfiguration.helmChartDependencies` of a plan spec.',
  };
}
