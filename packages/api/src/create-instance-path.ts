import type { Static } from 'typebox';
import type { offeringOperations } from './operations/offering.js';

type Described = Static<
  (typeof offeringOperations)['describeFleetServiceOffering']['response']
>['ConsumptionDescribeServiceOfferingResult'];

/** Path of a create: the url keys of a service offering and of one resource in it (docs/reference/api.md#the-create-path). */
export function createInstancePath(
  service: Pick<Described, 'serviceProviderId' | 'serviceURLKey'>,
  offering: Described['offerings'][number],
  resource: Pick<Described['offerings'][number]['resourceParameters'][number], 'urlKey'>,
) {
  return {
    serviceProviderId: service.serviceProviderId,
    serviceKey: service.serviceURLKey,
    serviceAPIVersion: offering.serviceAPIVersion,
    serviceEnvironmentKey: offering.serviceEnvironmentURLKey,
    serviceModelKey: offering.serviceModelURLKey,
    productTierKey: offering.productTierURLKey,
    resourceKey: resource.urlKey,
  };
}
