/**
 * What two versions of a plan differ in, part by part, in the words of the spec: resources, parameters, workflows, charts, features … Pure.
 * Lists are compared by the names of their entries, so that an entry that has moved is no difference. Values that nobody may see are masked.
 */
import type { ApiParameter, CompiledPlan, CompiledResource, CompiledWorkflow } from '@cellplane/plan';
import { MASK } from '@cellplane/plan';
import { type Feature, featuresOfSpec } from '../feature/feature.js';
import { changedFields, type ChangedField, lineRoom, type LineRoom } from './changed-fields.js';

/** Of what a difference is. */
type DifferenceArea =
  | 'plan'
  | 'deployment'
  | 'feature'
  | 'resource'
  | 'parameter'
  | 'endpoint'
  | 'instanceType'
  | 'chart'
  | 'workflow'
  | 'access';

export type DifferenceChange = 'added' | 'removed' | 'changed';

/** One part that only one of the versions has, or both differently. */
export interface PlanDifference {
  /** Key of the resource; absent: it is the whole plan's. */
  resource?: string;
  area: DifferenceArea;
  /** `size` of a parameter, `create` of a workflow, `LOGS (CUSTOMER)` of a feature. */
  name: string;
  change: DifferenceChange;
  /** What of it, if it is changed. */
  fields: ChangedField[];
}

type Part = Record<string, unknown>;

/** Differences in the order of the areas: the plan's first, then each resource's in the order of `after`; resources that are gone come last. */
export function planDifferences(before: CompiledPlan | undefined, after: CompiledPlan): PlanDifference[] {
  const one = before ?? NOTHING;
  const room = lineRoom();
  return [
    ...compare(room, 'plan', [planPart(one)], [planPart(after)]),
    ...compare(room, 'deployment', [deploymentPart(one)], [deploymentPart(after)]),
    ...compare(room, 'feature', featuresOfSpec(one).map(featurePart), featuresOfSpec(after).map(featurePart)),
    ...resourceDifferences(room, one.resources, after.resources),
  ];
}

function resourceDifferences(room: LineRoom, before: readonly CompiledResource[], after: readonly CompiledResource[]): PlanDifference[] {
  const gone = before.filter(({ key }) => !after.some((other) => other.key === key));
  return [
    ...after.flatMap((resource) =>
      ofResource(
        room,
        before.find(({ key }) => key === resource.key),
        resource,
      ),
    ),
    ...gone.map(({ key, name }): PlanDifference => ({ resource: key, area: 'resource', name, change: 'removed', fields: [] })),
  ];
}

function ofResource(room: LineRoom, before: CompiledResource | undefined, after: CompiledResource): PlanDifference[] {
  const resource = after.key;
  if (before === undefined) return [{ resource, area: 'resource', name: after.name, change: 'added', fields: [] }];
  const parts: PlanDifference[] = [
    ...compare(room, 'resource', [resourcePart(before)], [resourcePart(after)]),
    ...compare(room, 'parameter', parametersOf(before), parametersOf(after)),
    ...compare(room, 'endpoint', before.endpoints.map(named), after.endpoints.map(named)),
    ...compare(room, 'instanceType', before.instanceTypes.map(instanceTypePart), after.instanceTypes.map(instanceTypePart)),
    ...compare(room, 'chart', before.charts.map(chartPart), after.charts.map(chartPart)),
    ...compare(room, 'workflow', workflowsOf(before), workflowsOf(after)),
    ...compare(room, 'access', before.kinds.map(kindPart), after.kinds.map(kindPart)),
  ];
  return parts.map((one) => ({ resource, ...one }));
}

/** Parts have a name of their own in `name`. */
function compare(room: LineRoom, area: DifferenceArea, before: readonly Part[], after: readonly Part[]): PlanDifference[] {
  const found = new Map(before.map((part) => [String(part['name']), part]));
  const kept = new Set(after.map((part) => String(part['name'])));
  const differences = after.flatMap((part): PlanDifference[] => {
    const name = String(part['name']);
    const other = found.get(name);
    if (other === undefined) return [{ area, name, change: 'added', fields: [] }];
    const fields = changedFields(other, part, room).map((field) =>
      isHidden(part, field.path) || isHidden(other, field.path) ? masked(field) : field,
    );
    return fields.length === 0 ? [] : [{ area, name, change: 'changed', fields }];
  });
  const removed = [...found.keys()].filter((name) => !kept.has(name));
  return [...differences, ...removed.map((name): PlanDifference => ({ area, name, change: 'removed', fields: [] }))];
}

function planPart({ format: _format, deployment: _deployment, resources: _resources, settings, ...plan }: CompiledPlan): Part {
  const { features: _features, ...others } = settings;
  return { ...plan, settings: others, name: 'plan' };
}

function deploymentPart({ deployment }: CompiledPlan): Part {
  return { ...deployment, name: 'deployment' };
}

function featurePart({ level, feature, scope, configuration }: Feature): Part {
  return { name: level === 'model' ? feature : `${feature} (${scope})`, configuration };
}

function resourcePart(resource: CompiledResource): Part {
  const {
    parameters: _parameters,
    endpoints: _endpoints,
    instanceTypes: _instanceTypes,
    charts: _charts,
    systemWorkflows: _systemWorkflows,
    customWorkflows: _customWorkflows,
    kinds: _kinds,
    key: _key,
    ...own
  } = resource;
  return { ...own, title: own.name, name: own.name };
}

function parameterPart({ key, name, ...parameter }: ApiParameter): Part {
  return { ...parameter, title: name, name: key };
}

function instanceTypePart(type: CompiledResource['instanceTypes'][number]): Part {
  return { ...type, type: type.name, name: `${type.cloudProvider} ${type.apiParam ?? type.name ?? ''}`.trim() };
}

function chartPart(chart: CompiledResource['charts'][number]): Part {
  return { ...chart, name: chart.chartName };
}

function kindPart({ apiVersion, kind, verbs }: CompiledResource['kinds'][number]): Part {
  return { name: `${kind} of ${apiVersion}`, verbs };
}

function workflowsOf({ systemWorkflows, customWorkflows }: CompiledResource): Part[] {
  return [...Object.values(systemWorkflows), ...customWorkflows].map(workflowPart);
}

function workflowPart({ expressions: _expressions, parameters: _parameters, ...workflow }: CompiledWorkflow): Part {
  return { ...workflow, name: workflow.verb };
}

/** Those of the resource, and those of its custom workflows' forms. */
function parametersOf({ parameters, customWorkflows }: CompiledResource): Part[] {
  const ofForms = customWorkflows.flatMap(({ verb, parameters: form }) => form.map((one) => ({ ...one, key: `${verb}.${one.key}` })));
  return [...parameters, ...ofForms].map(parameterPart);
}

/** Whose value is nobody's to see: that it differs is told. */
function isHidden(part: Part, path: string): boolean {
  return path === 'password' || (path === 'defaultValue' && (part['type'] === 'Password' || part['type'] === 'Secret'));
}

function named(part: { name: string }): Part {
  return { ...part };
}

function masked({ path, before, after }: ChangedField): ChangedField {
  return { path, ...(before === undefined ? {} : { before: MASK }), ...(after === undefined ? {} : { after: MASK }) };
}

const NOTHING: CompiledPlan = {
  format: 1,
  name: '',
  description: '',
  deployment: { model: 'HOSTED', accounts: {}, settings: {} },
  tenancyType: 'CUSTOM_TENANCY',
  maxNumberOfInstancesAllowed: -1,
  enableDeletionProtection: false,
  validPaymentMethodRequired: false,
  settings: {},
  resources: [],
};
