import type { CompiledPlan, CompiledResource } from '../model.js';
import { looseKey } from './key.js';

/** Something of a plan of which no instance can be made here. */
export interface Unserved {
  code: 'deployment-model-not-served' | 'resource-not-served';
  /** Key of the resource; absent for the deployment model. */
  resource?: string;
  /** What it is, in words that follow "is": "a Helm chart (`helmChartConfiguration`)". */
  what: string;
  /** Keys of the resources that depend on it, directly or not. */
  neededBy: string[];
  /** False for a resource that nobody can ask for: internal, and nothing that is offered depends on it. */
  reachable: boolean;
}

const MODEL_BLOCKS = { BYOA: 'byoaDeployment', ON_PREM: 'onPremDeployment', ON_PREM_COPILOT: 'onPremCopilotDeployment' } as const;

/** What of a plan this program does not serve; empty if instances of all of it can be made. */
export function unservedOf(plan: CompiledPlan): Unserved[] {
  const { model } = plan.deployment;
  const found: Unserved[] = [];
  if (model !== 'HOSTED') {
    const what = `the deployment model ${model} (\`${MODEL_BLOCKS[model]}\`)`;
    found.push({ code: 'deployment-model-not-served', what, neededBy: [], reachable: true });
  }
  const used = plan.resources.filter((resource) => resource.disable !== true);
  for (const resource of used) {
    const neededBy = used.filter((other) => other !== resource && dependsOn(used, other, resource.key)).map((other) => other.key);
    const what = whatIsNotServed(resource);
    if (what === undefined || (isNothing(resource) && resource.internal)) continue;
    const offered = used.some((other) => !other.internal && (other === resource || neededBy.includes(other.key)));
    found.push({ code: 'resource-not-served', resource: resource.key, what, neededBy, reachable: offered });
  }
  return found;
}

/** What a resource is, if it cannot be brought up here: only workflows are run, and what has no `create` is never made. */
export function whatIsNotServed(resource: Pick<CompiledResource, 'kind' | 'systemWorkflows' | 'settings'>): string | undefined {
  if (resource.systemWorkflows.create !== undefined) return undefined;
  switch (resource.kind) {
    case 'OperatorCRD':
      return 'an operator resource without a `create` workflow';
    case 'HelmChart':
      return 'a Helm chart (`helmChartConfiguration`)';
    case 'Terraform':
      return 'a Terraform stack (`terraformConfigurations`)';
    case 'Kustomize':
      return 'a Kustomize overlay (`kustomizeConfiguration`)';
    case 'Job':
      return 'a job (`jobResourceConfiguration`)';
    case 'Generic':
      return isContainer(resource) ? 'a container service (`image`)' : 'a service without a `create` workflow';
  }
}

/** True for a service that is made of a container image. */
export function isContainer(resource: Pick<CompiledResource, 'kind' | 'settings'>): boolean {
  return resource.kind === 'Generic' && ['image', 'command', 'args', 'agentConfiguration'].some((key) => key in resource.settings);
}

/** A service that says nothing of what it is made of: where others depend on it there is nothing to be made. */
function isNothing(resource: CompiledResource): boolean {
  return resource.kind === 'Generic' && !isContainer(resource);
}

function dependsOn(resources: readonly CompiledResource[], from: CompiledResource, key: string): boolean {
  const seen = new Set<CompiledResource>();
  const open = [from];
  for (let resource = open.pop(); resource; resource = open.pop()) {
    for (const dependency of resource.dependsOn) {
      if (looseKey(dependency) === looseKey(key)) return true;
      const next = resources.find((one) => looseKey(one.key) === looseKey(dependency));
      if (next && !seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return false;
}

/** One sentence about it, for problems and refusals. */
export function explainUnserved({ resource, what, neededBy, reachable }: Unserved): string {
  if (resource === undefined)
    return `${what.charAt(0).toUpperCase()}${what.slice(1)} is not served: no instance of this plan can be created.`;
  const lost = reachable ? 'it is never made' : 'it is never made, and nothing that customers get depends on it';
  const needed =
    neededBy.length === 0 ? '' : ` ${neededBy.map((key) => `\`${key}\``).join(', ')} depend${neededBy.length === 1 ? 's' : ''} on it.`;
  return `\`${resource}\` is ${what}, which is not served: ${lost}.${needed}`;
}
