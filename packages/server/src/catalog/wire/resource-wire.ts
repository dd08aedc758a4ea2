/** Resources of a plan in the wire's shape. */
import type { Handlers } from '@cellplane/api';
import type { CompiledResource, CompiledWorkflow } from '@cellplane/plan';

type Resource = Awaited<ReturnType<Handlers['describeResource']>>;
type OperatorConfiguration = NonNullable<Resource['operatorCRDConfiguration']>;

/** One resource of a compiled plan. */
export function resourceOnWire(
  resource: CompiledResource,
  of: { serviceId: string; planId: string; resourceIds: Record<string, string> },
): Resource {
  const wire: Resource = {
    id: of.resourceIds[resource.key] ?? '',
    key: resource.key,
    name: resource.name,
    description: resource.description,
    resourceType: resource.kind,
    serviceId: of.serviceId,
    productTierId: of.planId,
    internal: resource.internal,
    isDeprecated: false,
    disable: String(resource.disable),
    dependencies: resource.dependsOn.map((key) => ({
      resourceId: of.resourceIds[key] ?? '',
      resourceKey: key,
      parameterMap: parameterMap(resource, key),
    })),
    capabilities: [],
  };
  if (resource.backup !== undefined) {
    wire.backupConfiguration = {
      backupRetentionInDays: resource.backup.retentionInDays,
      backupPeriodInHours: resource.backup.periodInHours,
      snapshotBeforeDeletion: resource.backup.snapshotBeforeDeletion,
    };
  }
  if (resource.kind === 'OperatorCRD') wire.operatorCRDConfiguration = operatorConfiguration(resource);
  return wire;
}

function operatorConfiguration(resource: CompiledResource): OperatorConfiguration {
  return {
    template: createManifests(resource),
    outputParameters: resource.outputs,
    endpointConfiguration: Object.fromEntries(
      resource.endpoints.map((endpoint) => [
        endpoint.name,
        {
          host: endpoint.host,
          ports: endpoint.ports,
          portExpressions: endpoint.portExpressions,
          primary: endpoint.primary,
          networkingType: endpoint.networkingType ?? 'PUBLIC',
          disableMonitoring: endpoint.disableMonitoring,
        },
      ]),
    ),
    // User name and password of a private repository stay inside.
    helmChartDependencies: resource.charts.map((chart) => ({
      chartName: chart.chartName,
      chartVersion: chart.chartVersion,
      chartRepoName: chart.chartRepoName,
      chartRepoUrl: chart.chartRepoURL,
      ...(isObject(chart.chartValues) ? { chartValues: chart.chartValues } : {}),
    })),
    workflows: [
      ...Object.values(resource.systemWorkflows).map((workflow) => workflowOnWire(workflow, false)),
      ...resource.customWorkflows.map((workflow) => workflowOnWire(workflow, true)),
    ],
  };
}

/** What `create` makes, as the author wrote it: the nearest thing to the reference's single template. */
function createManifests(resource: CompiledResource): string {
  const templates = resource.systemWorkflows.create?.templates ?? [];
  return templates.flatMap((template) => (template.type === 'resource' ? [template.manifest.trimEnd()] : [])).join('\n---\n');
}

function workflowOnWire(workflow: CompiledWorkflow, custom: boolean) {
  const entry = workflow.templates.find((template) => template.name === workflow.entrypoint);
  const tasks = entry?.type === 'dag' ? entry.tasks : entry?.type === 'steps' ? entry.groups.flat() : [];
  return {
    verb: workflow.verb,
    displayName: workflow.displayName,
    description: workflow.description,
    custom,
    entrypoint: workflow.entrypoint,
    tasks: tasks.map((task) => task.name),
  };
}

function parameterMap(resource: CompiledResource, child: string): Record<string, string> {
  return Object.fromEntries(
    resource.parameters.flatMap((parameter) => {
      const target = parameter.parameterDependencyMap[child];
      return target === undefined ? [] : [[parameter.key, target]];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
