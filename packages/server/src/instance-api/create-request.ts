/** The body of a create, as both of its routes take it. Pure. */
import { DomainError } from '../errors.js';
import type { CreateInput } from '../lifecycle/requests/create-instance.js';
import type { Tag } from '../instances/instance.js';

interface CreateBody {
  productTierVersion?: string;
  cloud_provider?: string;
  cloudProvider?: string;
  region?: string;
  network_type?: string;
  requestParams?: unknown;
  customTags?: Tag[];
  instanceId?: string;
  custom_network_id?: string;
  custom_availability_zone?: string;
  onprem_platform?: string;
  externalPayerId?: string;
  externalBillingId?: string;
  workflowBreakpoints?: { conditions?: Record<string, unknown> }[];
}

/** What is asked for, but for what and where the routes differ in. @throws DomainError not_implemented, see `refuseUnservedOptions` */
export function readCreate(body: CreateBody): Omit<CreateInput, 'offered' | 'subscriptionId' | 'breakpoints'> {
  refuseUnservedOptions(body);
  return {
    planVersion: body.productTierVersion ?? '',
    // The reference's portal sends both spellings, one of them alone from its form.
    cloudProvider: (body.cloud_provider ?? '') === '' ? (body.cloudProvider ?? '') : (body.cloud_provider ?? ''),
    region: body.region ?? '',
    networkType: body.network_type ?? '',
    parameters: body.requestParams,
    tags: body.customTags ?? [],
  };
}

/** What a create may ask for and this server does not do: never silently left out. */
function refuseUnservedOptions(body: CreateBody): void {
  const conditional = (body.workflowBreakpoints ?? []).some((one) => Object.keys(one.conditions ?? {}).length > 0);
  const unserved = [
    ...(conditional ? ['workflowBreakpoints.conditions'] : []),
    ...((body.instanceId ?? '') === '' ? [] : ['instanceId (bringing a deleted instance back)']),
    ...((body.custom_network_id ?? '') === '' ? [] : ['custom_network_id']),
    ...((body.custom_availability_zone ?? '') === '' ? [] : ['custom_availability_zone']),
    ...((body.onprem_platform ?? '') === '' ? [] : ['onprem_platform']),
    ...((body.externalPayerId ?? '') === '' ? [] : ['externalPayerId']),
    ...((body.externalBillingId ?? '') === '' ? [] : ['externalBillingId']),
  ];
  if (unserved.length === 0) return;
  throw new DomainError('not_implemented', 'create-option-not-served', `Not served yet: ${unserved.join(', ')}. Leave it out.`);
}
