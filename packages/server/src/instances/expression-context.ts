/** What the expressions of an instance's plan are evaluated against (docs/reference/plan-language.md#system-values): facts only; what is not known stays unresolved. */
import { createHash } from 'node:crypto';
import {
  type CompiledPlan,
  type CompiledResource,
  type ExpressionContext,
  type Json,
  type JsonObject,
  mergeTrees,
  type ResourceContext,
} from '@cellplane/plan';
import type { FixedVersion } from '../catalog/catalog.js';
import type { CellOfRun } from '../cells/store.js';
import { factsShown } from '../cells/facts.js';
import { placeIn } from '../cells/place.js';
import type { Sealer } from '../secrets/envelope.js';
import type { ParameterValues } from './parameters.js';
import { valueOf, valuesOfResource } from './resource-values.js';
import type { InstanceRow } from './store.js';
import type { Tenant } from '../identity/store.js';

export interface ContextInput {
  instance: InstanceRow;
  version: FixedVersion;
  cell: CellOfRun;
  endpointDomain: string;
  values: ParameterValues;
  /** Who the instance was made by. */
  tenant: Tenant;
  /** Secrets of the environment by name, opened before: evaluating is synchronous. */
  secrets: Map<string, string>;
  seed: string;
  /** Outputs in clear, by resource key. */
  outputs: Record<string, JsonObject>;
}

/** The context without a place; `resourceKey` is whose `$var` and `$sys` it shows. */
export function expressionContext(input: ContextInput, resourceKey: string): Omit<ExpressionContext, 'place'> {
  const plan = input.version.compiled;
  const resource = findResource(plan, resourceKey);
  return {
    sys: systemValues(input, resource),
    parameters: valuesOfResource(plan, resource, input.instance.resourceKey, input.values),
    secrets: (name) => input.secrets.get(name),
    // A resource may name itself, too: `$main.var.x` is its own `$var.x`.
    resources: Object.fromEntries(plan.resources.map((one) => [one.key, resourceContext(input, one)])),
    // Two resources may have the same places in their workflows; what is random in them must differ.
    seed: resourceKey === input.instance.resourceKey ? input.seed : `${input.seed}/${resourceKey}`,
  };
}

/** The resource of a plan by its key. */
export function findResource(plan: CompiledPlan, key: string): CompiledResource {
  const resource = plan.resources.find((candidate) => candidate.key === key);
  if (resource === undefined) throw new Error(`the plan version has no resource ${key}`);
  return resource;
}

/** Stable name of a resource's cluster endpoint under its cell's domain (docs/reference/plan-language.md#endpoint-names). */
export function clusterEndpoint(of: { resourceId: string; instanceId: string; cellKey: string; endpointDomain: string }): string {
  return `${of.resourceId}.${of.instanceId}.${of.cellKey}.${of.endpointDomain}`;
}

/** Opens the sealed part of an instance's parameters. */
export function openParameters(sealer: Sealer, instance: Pick<InstanceRow, 'id' | 'parameters' | 'sealedParameters'>): ParameterValues {
  const secret = JSON.parse(sealer.open(instance.sealedParameters, parameterContext(instance.id)).toString('utf8')) as Record<string, Json>;
  return { clear: instance.parameters, secret };
}

/** Seal contexts of an instance's columns. */
export const parameterContext = (instanceId: string): string => `instance/${instanceId}/parameters`;
export const seedContext = (instanceId: string): string => `instance/${instanceId}/seed`;
export const outputContext = (instanceId: string): string => `instance/${instanceId}/outputs`;

/** One place for all that instances of a cell share: a cell of several regions has the first of them by name, wherever an instance lies. */
export function placeOfCell(cell: Pick<CellOfRun, 'places'>, instance: Place): Place {
  const [first] = cell.places.toSorted((one, other) => order(one).localeCompare(order(other), 'en'));
  const { cloudProvider, region } = first ?? instance;
  return { cloudProvider, region };
}

type Place = Pick<InstanceRow, 'cloudProvider' | 'region'>;

function order({ cloudProvider, region }: Place): string {
  return `${cloudProvider} ${region}`;
}

function resourceContext(input: ContextInput, resource: CompiledResource): ResourceContext {
  const parameters = valuesOfResource(input.version.compiled, resource, input.instance.resourceKey, input.values);
  return {
    out: input.outputs[resource.key] ?? {},
    secretOut: Object.entries(input.instance.outputs[resource.key] ?? {}).flatMap(([name, stored]) => ('sealed' in stored ? [name] : [])),
    var: Object.fromEntries(Object.entries(parameters).map(([key, { value }]) => [key, value])),
    sys: systemValues(input, resource),
    types: Object.fromEntries(Object.entries(parameters).map(([key, { type }]) => [key, type])),
  };
}

function systemValues(input: ContextInput, resource: CompiledResource): JsonObject {
  const { instance, version, cell, tenant } = input;
  const resourceId = version.resourceIds[resource.key] ?? '';
  const named = clusterEndpoint({ resourceId, instanceId: instance.id, cellKey: cell.key, endpointDomain: input.endpointDomain });
  const suffix = named.slice(named.indexOf('.') + 1);
  const internal = `${resourceId}-internal.${suffix}`;
  // On an internal network there is no name to be reached by from outside.
  const external = instance.networkType === 'INTERNAL' ? internal : named;
  const place = placeIn(cell, instance);
  const instanceType = instanceTypeOf(resource, instance.cloudProvider, input.values);
  const facts = factsShown(cell, { zones: place.zones, resource, ...(instanceType === undefined ? {} : { machineType: instanceType }) });
  return mergeTrees(facts, {
    id: instance.id,
    instanceId: instance.id,
    namespace: instance.namespace,
    deterministicSeedValue: createHash('sha256').update(`seed value\n${input.seed}`).digest('hex').slice(0, 16),
    network: { externalClusterEndpoint: external, internalClusterEndpoint: internal, domainSuffix: suffix },
    deployment: {
      resourceID: resourceId,
      serviceID: instance.serviceId,
      planID: instance.planId,
      cloudProvider: instance.cloudProvider,
      cloudProviderAccountID: accountOf(version.compiled, instance.cloudProvider) || accountIn(facts),
      kubernetesClusterID: cell.id,
      kubernetesClusterEndpoint: cell.server,
      resourceKubernetesNamespace: instance.namespace,
    },
    deploymentCell: {
      // The cell's own, where it is known: manifests put it into node affinities.
      region: place.region,
      cloudProviderName: place.cloudProvider,
      isImported: cell.kind === 'kubernetes',
      environmentType: instance.environmentType,
    },
    tenant: { userID: tenant.userId, email: tenant.email, name: tenant.name, orgId: tenant.orgId, orgName: tenant.orgName },
    ...(instanceType === undefined ? {} : { compute: { node: { instanceType, name: instanceType } } }),
  });
}

/** Machine type of the resource on this cloud: the parameter that chooses it, or the name that the plan fixes. */
function instanceTypeOf(resource: CompiledResource, cloudProvider: string, values: ParameterValues): string | undefined {
  const type =
    resource.instanceTypes.find((candidate) => candidate.cloudProvider.toLowerCase() === cloudProvider.toLowerCase()) ??
    resource.instanceTypes[0];
  if (type?.apiParam !== undefined) {
    const value = valueOf(values, type.apiParam);
    return value === undefined ? undefined : String(value);
  }
  return type?.name;
}

const ACCOUNT_KEYS: Record<string, string> = {
  aws: 'awsAccountId',
  gcp: 'gcpProjectId',
  azure: 'azureSubscriptionId',
  oci: 'ociTenancyId',
};

function accountOf(plan: CompiledPlan, cloudProvider: string): string {
  return plan.deployment.accounts[ACCOUNT_KEYS[cloudProvider.toLowerCase()] ?? ''] ?? '';
}

function accountIn(facts: JsonObject): string {
  const { deploymentCell } = facts;
  const account =
    typeof deploymentCell === 'object' && deploymentCell !== null && 'accountId' in deploymentCell ? deploymentCell.accountId : '';
  return typeof account === 'string' ? account : '';
}
