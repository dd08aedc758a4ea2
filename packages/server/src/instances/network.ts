/** The network of an instance: what may be asked for, and which of its endpoints are shown on it. Pure. */
import type { EndpointTemplate } from '@cellplane/plan';
import { canBeInternal } from '../catalog/offered-clouds.js';
import type { PlanVersion } from '../catalog/catalog.js';
import { NETWORK_TYPES, type NetworkType, readNetworkType } from '../cells/place.js';
import { badRequest } from '../errors.js';
import { findResource } from './expression-context.js';

/**
 * The network type that is asked for, else `present`; one that was stored before types were checked counts as PUBLIC.
 * @throws DomainError bad_request for one that is not served, or that the plan has no endpoint for
 */
export function networkTypeFor(version: PlanVersion, resourceKey: string, requested: string | undefined, present = 'PUBLIC'): NetworkType {
  if (requested === undefined || requested === '') return NETWORK_TYPES.find((type) => type === present) ?? 'PUBLIC';
  const type = readNetworkType(requested);
  if (type === present) return type;
  const resource = findResource(version.compiled, resourceKey);
  if (type === 'INTERNAL' && !canBeInternal(resource)) {
    const names = resource.endpoints.map((endpoint) => endpoint.name).join(', ');
    throw badRequest(
      'network-type-not-offered',
      `Plan "${version.place.planName}" ${version.version} cannot be on an INTERNAL network: every endpoint of "${resource.name}" is PUBLIC (${names}). Use PUBLIC; or leave networkingType out of an endpoint in the plan, so that it follows the instance's network.`,
      [{ field: 'network_type', code: 'network-type-not-offered', message: 'the plan offers PUBLIC only' }],
    );
  }
  return type;
}

/** What is shown on a network: everything on a public one; on an internal one nothing that the plan makes public. */
export function endpointsOn(
  networkType: string,
  endpoints: EndpointTemplate[],
): (EndpointTemplate & { networkingType: NonNullable<EndpointTemplate['networkingType']> })[] {
  const own = networkType === 'INTERNAL' ? 'INTERNAL' : 'PUBLIC';
  return endpoints
    .map((endpoint) => ({ ...endpoint, networkingType: endpoint.networkingType ?? own }))
    .filter((endpoint) => own === 'PUBLIC' || endpoint.networkingType !== 'PUBLIC');
}
