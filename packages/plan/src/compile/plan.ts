import { COMPILED_PLAN_FORMAT, type CompiledPlan, type Deployment } from '../model.js';
import { entriesOf, itemsOf, type SpecNode, valueAt } from '../parse/node.js';
import { ACCOUNT_KEYS } from '../schema/deployment.js';
import { compileResource, kindOfService, type ResourceSource, workflowEntries } from './resource.js';
import { numberAt, restOf, textAt, textsOf, truthAt } from './read-value.js';

/** The compiled plan with the nodes it was read from. Made of any tree that the schema has read; checks say whether it is usable. */
export interface PlanSource {
  node: SpecNode;
  plan: CompiledPlan;
  resources: ResourceSource[];
}

export const MODELS: Record<string, Deployment['model']> = {
  hostedDeployment: 'HOSTED',
  byoaDeployment: 'BYOA',
  onPremDeployment: 'ON_PREM',
  onPremCopilotDeployment: 'ON_PREM_COPILOT',
};

const CONSUMED = [
  'name',
  'description',
  'deployment',
  'tenancyType',
  'maxNumberOfInstancesAllowed',
  'enableDeletionProtection',
  'validPaymentMethodRequired',
  'services',
  'systemWorkflows',
  'customWorkflows',
];

/** Compiles a tree in preferred spelling. Total: what is missing gets its default. */
export function compilePlan(node: SpecNode): PlanSource {
  const services = itemsOf(valueAt(node, 'services'));
  const names = services.map((service) => textAt(service, 'name', ''));
  const ownerOfRoot = rootWorkflowOwner(node);
  const resources = services.map((service) => {
    const own = workflowEntries(service);
    if (service !== ownerOfRoot) return compileResource(service, own, names);
    const root = workflowEntries(node);
    return compileResource(service, { system: [...own.system, ...root.system], custom: [...own.custom, ...root.custom] }, names);
  });
  const plan: CompiledPlan = {
    format: COMPILED_PLAN_FORMAT,
    name: textAt(node, 'name', ''),
    description: textAt(node, 'description', ''),
    deployment: compileDeployment(valueAt(node, 'deployment')),
    tenancyType: textAt(node, 'tenancyType', 'CUSTOM_TENANCY') as CompiledPlan['tenancyType'],
    maxNumberOfInstancesAllowed: numberAt(node, 'maxNumberOfInstancesAllowed') ?? -1,
    enableDeletionProtection: truthAt(node, 'enableDeletionProtection', false),
    validPaymentMethodRequired: truthAt(node, 'validPaymentMethodRequired', false),
    settings: restOf(node, CONSUMED),
    resources: resources.map((resource) => resource.compiled),
  };
  return { node, plan, resources };
}

/**
 * The service to which workflows at the root belong: the only operator resource, or the only service without another kind.
 * Undefined if there is none or more than one.
 */
export function rootWorkflowOwner(node: SpecNode): SpecNode | undefined {
  const services = itemsOf(valueAt(node, 'services'));
  const operators = services.filter((service) => kindOfService(service) === 'OperatorCRD');
  const candidates = operators.length > 0 ? operators : services.filter((service) => kindOfService(service) === 'Generic');
  return candidates.length === 1 ? candidates[0] : undefined;
}

function compileDeployment(node: SpecNode | undefined): Deployment {
  const block = entriesOf(node).find((entry) => entry.key in MODELS);
  const value = block?.value;
  const accounts = Object.entries(textsOf(value)).filter(([key]) => ACCOUNT_KEYS.includes(key));
  const beside = restOf(node, Object.keys(MODELS));
  return {
    model: MODELS[block?.key ?? ''] ?? 'HOSTED',
    accounts: Object.fromEntries(accounts),
    settings: { ...beside, ...restOf(value, ACCOUNT_KEYS) },
  };
}
