/** On which clouds and networks a plan version is offered. Pure. */
import type { CompiledPlan, CompiledResource } from '@cellplane/plan';

/** Account key of a deployment block → its cloud. */
const ACCOUNTS: Record<string, string> = {
  awsAccountId: 'aws',
  gcpProjectId: 'gcp',
  azureSubscriptionId: 'azure',
  nebiusTenantId: 'nebius',
  ociTenancyId: 'oci',
};

/** A cluster of no cloud: it needs no account, and its machines have no types. */
const NO_CLOUD = 'byoc-onprem';

/**
 * Why the plan is not offered on a cloud: it is where the deployment names an account of it (or names none at all) and each resource
 * has an instance type for it (or has none at all). Undefined: it is.
 */
export function notOfferedOn(plan: CompiledPlan, planName: string, cloudProvider: string): string | undefined {
  const cloud = cloudProvider.toLowerCase();
  if (cloud === NO_CLOUD) return undefined;
  const accounts = Object.entries(ACCOUNTS).filter(([key]) => plan.deployment.accounts[key] !== undefined);
  if (accounts.length > 0 && !accounts.some(([, one]) => one === cloud)) {
    const key = Object.entries(ACCOUNTS).find(([, one]) => one === cloud)?.[0];
    const cure = key === undefined ? '' : ` (${key})`;
    return `Plan "${planName}" is not offered on ${cloudProvider}: its deployment names no account of that cloud${cure}.`;
  }
  const without = plan.resources.find(
    ({ instanceTypes }) =>
      instanceTypes.length > 0 && !instanceTypes.some((type) => ['all', cloud].includes(type.cloudProvider.toLowerCase())),
  );
  if (without === undefined) return undefined;
  return `Plan "${planName}" is not offered on ${cloudProvider}: resource "${without.name}" has no instance type for that cloud.`;
}

/** Whether an instance of the resource can be on an internal network: it can show endpoints that are not public, or has none. */
export function canBeInternal(resource: Pick<CompiledResource, 'endpoints'>): boolean {
  return resource.endpoints.length === 0 || resource.endpoints.some((endpoint) => endpoint.networkingType !== 'PUBLIC');
}

/** Whether it can be on a public one: not if all that it shows is internal. */
export function canBePublic(resource: Pick<CompiledResource, 'endpoints'>): boolean {
  return resource.endpoints.length === 0 || resource.endpoints.some((endpoint) => (endpoint.networkingType ?? 'PUBLIC') === 'PUBLIC');
}

/** The clouds of which a deployment names an account. */
export function cloudsOfAccounts(accounts: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(ACCOUNTS).flatMap(([key, cloud]) => (accounts[key] === undefined ? [] : [cloud]));
}
