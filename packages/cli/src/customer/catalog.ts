/** What a customer has and is offered, in the shapes in which the commands know it from the provider's operations. Pure. */
import type { Client } from '@cellplane/api';
import type { InstanceRecord, Service } from '../lookup.js';

export type Offered = Awaited<ReturnType<Client['listServiceOfferings']>>['services'][number];
export type Offering = Offered['offerings'][number];
export type OwnInstance = Awaited<ReturnType<Client['customerListInstances']>>['resourceInstances'][number];
export type OwnSubscription = Awaited<ReturnType<Client['customerListSubscriptions']>>['subscriptions'][number];
type SubscriptionRecord = NonNullable<Awaited<ReturnType<Client['searchInventory']>>['subscriptionResults']>[number];
type Filters = NonNullable<NonNullable<Parameters<Client['searchInventory']>[0]['body']>['filters']>['resourceInstance'];

/** An offering with its service. */
export interface Place {
  service: Offered;
  offering: Offering;
}

/** The offering of a plan, if the catalogue has it. */
export function placeOfPlan(services: readonly Offered[], planId: string): Place | undefined {
  for (const service of services)
    for (const offering of service.offerings) if (offering.productTierID === planId) return { service, offering };
  return undefined;
}

/** A service with the environments and plans of its offerings. */
export function serviceOf(service: Offered): Service {
  const environments = new Map<string, Service['serviceEnvironments'][number]>();
  for (const one of service.offerings) {
    const environment = environments.get(one.serviceEnvironmentID) ?? {
      id: one.serviceEnvironmentID,
      name: one.serviceEnvironmentName,
      type: one.serviceEnvironmentType,
      visibility: one.serviceEnvironmentVisibility,
      servicePlans: [],
    };
    environment.servicePlans.push({
      productTierID: one.productTierID,
      name: one.productTierName,
      description: one.productTierDescription ?? '',
      modelType: one.serviceModelType,
      tierType: one.productTierType,
    });
    environments.set(environment.id, environment);
  }
  return {
    id: service.serviceId,
    key: service.serviceURLKey,
    name: service.serviceName,
    description: service.serviceDescription,
    createdAt: service.createdAt,
    serviceProviderID: service.serviceProviderId,
    serviceProviderName: service.serviceProviderName,
    serviceEnvironments: [...environments.values()],
  };
}

/** An instance as a search finds it. */
export function recordOf(instance: OwnInstance, { service, offering }: Place): InstanceRecord {
  const resource = offering.resourceParameters.find(({ resourceId }) => resourceId === instance.resourceID);
  return {
    id: instance.id,
    status: instance.status,
    statusDescription: instance.statusDescription ?? '',
    description: '',
    cloudProvider: instance.cloud_provider,
    regionCode: instance.region,
    createdAt: instance.created_at,
    productTierId: offering.productTierID,
    productTierName: offering.productTierName,
    productTierVersion: instance.tierVersion ?? '',
    resourceId: instance.resourceID,
    resourceName: resource?.name ?? '',
    serviceId: service.serviceId,
    serviceName: service.serviceName,
    serviceEnvironmentId: offering.serviceEnvironmentID,
    serviceEnvironmentName: offering.serviceEnvironmentName,
    serviceEnvironmentType: offering.serviceEnvironmentType,
    subscriptionId: instance.subscriptionId,
    ...(instance.customTags === undefined ? {} : { customTags: instance.customTags }),
  };
}

/** A subscription as a search finds it. */
export function subscriptionRecordOf(own: OwnSubscription, place: Place | undefined): SubscriptionRecord {
  return {
    id: own.id,
    status: own.status,
    orgID: own.rootUserOrgId,
    productTierID: own.productTierId,
    servicePlanName: own.productTierName,
    serviceID: own.serviceId,
    serviceName: own.serviceName,
    serviceEnvironmentID: place?.offering.serviceEnvironmentID ?? '',
    serviceEnvironmentName: place?.offering.serviceEnvironmentName ?? '',
    rootUserID: own.rootUserId,
    rootUserName: own.rootUserName,
    rootUserEmail: '',
  };
}

/** Whether a search finds the record: all members of one group are as asked, and all tags are there. */
export function isFound(record: InstanceRecord, text: string, filters: Filters): boolean {
  const holds = (value: string | undefined, part: string) => (value ?? '').toLowerCase().includes(part.toLowerCase());
  if (!holds(record.id, text)) return false;
  const tags = filters?.tags ?? [];
  if (!tags.every((tag) => record.customTags?.some(({ key, value }) => key === tag.key && value === tag.value) === true)) return false;
  const groups = filters?.predicates ?? [];
  return groups.length === 0 || groups.some((group) => Object.entries(group).every(([name, value]) => isLike(record, name, value)));
}

const MEMBERS: Record<string, keyof InstanceRecord> = { instanceId: 'id', environmentName: 'serviceEnvironmentName' };

function isLike(record: InstanceRecord, name: string, value: string | undefined): boolean {
  if (value === undefined || value === '') return true;
  const present = record[MEMBERS[name] ?? (name as keyof InstanceRecord)];
  return typeof present === 'string' && present.toLowerCase() === value.toLowerCase();
}
