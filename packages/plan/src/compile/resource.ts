import type { BackupPolicy, CompiledResource, CompiledWorkflow, InstanceType, ResourceKind, SystemVerb } from '../model.js';
import { entriesOf, itemsOf, type MapEntry, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { compileCharts } from './chart.js';
import { compileEndpoints } from './endpoint.js';
import { looseKey, resourceKey } from './key.js';
import { kindsOf } from './kinds.js';
import { legacyOutputs, legacyWorkflows } from './legacy.js';
import { compileParameters } from './parameter.js';
import { compileUpgrade } from './upgrade.js';
import { compact, hasKey, hasValue, numberAt, restOf, textAt, truthAt } from './read-value.js';
import { compileCustomWorkflow, compileSystemWorkflow, type WorkflowSource } from './workflow.js';

/** A resource with the nodes it was read from. */
export interface ResourceSource {
  node: SpecNode;
  compiled: CompiledResource;
  /** All workflows, also those made from older fields (those have no node). */
  workflows: WorkflowSource[];
}

/** Workflow entries of a resource: its own, then those of the root if they are its. */
export interface WorkflowEntries {
  system: MapEntry[];
  custom: SpecNode[];
}

/** Keys of a service that have a place of their own in the compiled resource. */
const CONSUMED = [
  'name',
  'description',
  'internal',
  'disable',
  'dependsOn',
  'apiParameters',
  'endpointConfiguration',
  'operatorCRDConfiguration',
  'systemWorkflows',
  'customWorkflows',
];
const OPERATOR_CONSUMED = [
  'helmChartDependencies',
  'template',
  'supplementalFiles',
  'readinessConditions',
  'outputParameters',
  'endpointConfiguration',
  'upgrade',
];

/** The verb that means `modify` where that is missing. */
export const UPDATE = 'update';

/** What a service is: the first of these blocks that it has. */
const KIND_BLOCKS: [string, ResourceKind][] = [
  ['operatorCRDConfiguration', 'OperatorCRD'],
  ['systemWorkflows', 'OperatorCRD'],
  ['helmChartConfiguration', 'HelmChart'],
  ['terraformConfigurations', 'Terraform'],
  ['kustomizeConfiguration', 'Kustomize'],
  ['jobResourceConfiguration', 'Job'],
];

/** The kind of a service by its own blocks: `systemWorkflows` alone make an operator resource too. */
export function kindOfService(node: SpecNode): ResourceKind {
  return KIND_BLOCKS.find(([block]) => hasKey(node, block))?.[1] ?? 'Generic';
}

/** One entry of `services[]`. `siblings` are the names of all services, to resolve `dependsOn`. */
export function compileResource(node: SpecNode, entries: WorkflowEntries, siblings: readonly string[]): ResourceSource {
  const operator = valueAt(node, 'operatorCRDConfiguration');
  const workflows: WorkflowSource[] = [];
  const systemWorkflows: Partial<Record<SystemVerb, CompiledWorkflow>> = {};
  const hasModify = entries.system.some((entry) => entry.key === 'modify');
  for (const entry of entries.system) {
    if (entry.key === UPDATE && hasModify) continue;
    const verb = entry.key === UPDATE ? 'modify' : (entry.key as SystemVerb);
    if (systemWorkflows[verb]) continue;
    const compiled = compileSystemWorkflow(verb, entry.value);
    systemWorkflows[verb] = compiled;
    workflows.push({ compiled, node: entry.value });
  }
  // Workflows win over the older fields: with a create of its own, nothing is made from them.
  if (!systemWorkflows.create) {
    for (const [verb, compiled] of Object.entries(legacyWorkflows(operator)) as [SystemVerb, CompiledWorkflow][]) {
      if (systemWorkflows[verb]) continue;
      systemWorkflows[verb] = compiled;
      workflows.push({ compiled });
    }
  }
  const customWorkflows = entries.custom.map((custom) => {
    const compiled = compileCustomWorkflow(custom);
    workflows.push({ compiled, node: custom });
    return compiled;
  });
  const name = textAt(node, 'name', '');
  const kind = entries.system.length > 0 ? 'OperatorCRD' : kindOfService(node);
  const compiled = compact<CompiledResource>({
    key: resourceKey(name),
    name,
    description: textAt(node, 'description', ''),
    kind,
    internal: truthAt(node, 'internal', false),
    disable: disableOf(valueAt(node, 'disable')),
    dependsOn: dependenciesOf(node, siblings),
    parameters: compileParameters(valueAt(node, 'apiParameters')),
    endpoints: endpointSources(node).flatMap(compileEndpoints),
    instanceTypes: itemsOf(valueAt(node, 'compute', 'instanceTypes')).map(compileInstanceType),
    backup: compileBackup(valueAt(node, 'capabilities', 'backupConfiguration')),
    upgrade: compileUpgrade(valueAt(operator, 'upgrade')),
    charts: compileCharts(valueAt(operator, 'helmChartDependencies')),
    systemWorkflows,
    customWorkflows,
    kinds: kindsOf(
      workflows.map((workflow) => workflow.compiled),
      systemWorkflows.delete === undefined,
    ),
    outputs: Object.fromEntries(legacyOutputs(valueAt(operator, 'outputParameters')).map((output) => [output.name, output.value])),
    settings: { ...restOf(node, CONSUMED), ...operatorSettings(operator) },
  });
  return { node, compiled, workflows };
}

/** Where a service may describe endpoints. */
export function endpointSources(node: SpecNode): SpecNode[] {
  const places = [[], ['operatorCRDConfiguration'], ['helmChartConfiguration'], ['kustomizeConfiguration']];
  return places.flatMap((place) => valueAt(node, ...place, 'endpointConfiguration') ?? []);
}

function operatorSettings(operator: SpecNode | undefined): CompiledResource['settings'] {
  const rest = restOf(operator, OPERATOR_CONSUMED);
  return Object.keys(rest).length === 0 ? {} : { operatorCRDConfiguration: rest };
}

function disableOf(node: SpecNode | undefined): boolean | string {
  if (node?.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  return textOf(node) ?? false;
}

function dependenciesOf(node: SpecNode, siblings: readonly string[]): string[] {
  const keys = itemsOf(valueAt(node, 'dependsOn')).map((item) => {
    const wanted = looseKey(textOf(item) ?? '');
    const name = siblings.find((sibling) => looseKey(sibling) === wanted);
    return name === undefined ? (textOf(item) ?? '') : resourceKey(name);
  });
  return [...new Set(keys)];
}

function compileInstanceType(node: SpecNode): InstanceType {
  return compact<InstanceType>({
    cloudProvider: textAt(node, 'cloudProvider', 'all'),
    apiParam: textAt(node, 'apiParam'),
    name: textAt(node, 'name'),
    settings: restOf(node, ['cloudProvider', 'apiParam', 'name']),
  });
}

function compileBackup(node: SpecNode | undefined): BackupPolicy | undefined {
  return (
    node && {
      retentionInDays: numberAt(node, 'backupRetentionInDays') ?? 7,
      periodInHours: numberAt(node, 'backupPeriodInHours') ?? 24,
      snapshotBeforeDeletion: truthAt(node, 'snapshotBeforeDeletion', false),
    }
  );
}

/**
 * The workflow entries written in a block that has `systemWorkflows` and `customWorkflows`. Verbs without a value are left out,
 * and those whose body lies in a file, which never comes here.
 */
export function workflowEntries(node: SpecNode): WorkflowEntries {
  return {
    system: entriesOf(valueAt(node, 'systemWorkflows')).filter((entry) => entry.value.kind === 'map' && !isElsewhere(entry.value)),
    custom: itemsOf(valueAt(node, 'customWorkflows')).filter((custom) => !isElsewhere(custom)),
  };
}

/** True if only the name of a file with the body is given. */
export function isElsewhere(node: SpecNode): boolean {
  return hasValue(node, 'workflowFile') && !hasValue(node, 'workflow');
}
